-- happened: the ledger: one row per interaction, in order of person and time, with what is known of it.
with numbered as (
    select
        *,
        row_number() over (partition by person order by second, visit, touchpoint, part)::integer as event
    from touches
),

known as (
    select
        numbered.person,
        numbered.event,
        numbered.second,
        numbered.touchpoint,
        numbered.score,
        visits.contact,
        visits.device,
        visits.campaign,
        visits.is_orange,
        visits.is_slow,
        visits.is_long,
        visits.has_fee,
        orders.order_number,
        orders.days_late,
        orders.is_silent,
        orders.is_pickup,
        orders.product_line,
        orders.has_gift_wrap,
        orders.is_express,
        numbered.part,
        persons.persona,
        persons.has_checkout_b,
        persons.has_button_b,
        draw(persons.person_key, numbered.touchpoint, numbered.visit * 10 + numbered.part + 5) as drawn
    from numbered
    inner join persons on numbered.person = persons.person
    inner join visits on numbered.person = visits.person and numbered.visit = visits.visit
    left join orders on numbered.person = orders.person and numbered.visit = orders.visit
),

valued as (select * exclude (drawn), uniform(drawn, 1) as chance, uniform(drawn, 2) as other_chance from known)

select
    valued.person,
    valued.event,
    valued.contact,
    -- the event's number as microseconds: no two moments of a person are the same
    make_timestamp(by_daylight(valued.second) * 1000000 + valued.event) as occurred_at,
    kinds.stage,
    valued.touchpoint,
    if(kinds.is_online, valued.device, null) as device,
    valued.order_number,
    case
        when valued.touchpoint = 'order_placed'
            then laws.value_median * exp(laws.value_sigma * normal(chance, other_chance))
        when valued.touchpoint = 'deal_won'
            then laws.deal_value_median * exp(laws.deal_value_sigma * normal(chance, other_chance))
    end::decimal(18, 2)::decimal(18, 4) as value,
    if(valued.touchpoint = 'site_visit', laws.visit_reason, null) as visit_reason,
    if(valued.touchpoint in ('ad_clicked', 'site_visit'), valued.campaign, null) as campaign,
    if(valued.touchpoint = 'site_visit', if(is_orange, 'orange', 'blue'), null) as banner,
    case
        when valued.touchpoint = 'product_viewed'
            then if(is_slow, 4050 + floor(chance * 5000), 600 + floor(chance * 3300))
    end::integer as page_ms,
    case
        when valued.touchpoint = 'basket_viewed'
            then if(has_fee, laws.fee[1 + floor(chance * len(laws.fee))::bigint], 0)
    end::decimal(9, 2) as delivery_fee,
    if(valued.touchpoint = 'basket_viewed', if(has_checkout_b, 'b', 'a'), null) as checkout_variant,
    if(valued.touchpoint = 'basket_viewed', if(has_button_b, 'b', 'a'), null) as button_variant,
    if(
        valued.touchpoint in ('form_opened', 'form_submitted'), if(is_long, 'long', 'short'), null
    ) as form_version,
    if(valued.touchpoint = 'order_delivered', valued.days_late, null) as days_late,
    if(kinds.is_of_order, valued.is_pickup, null) as is_pickup,
    if(kinds.is_of_order, valued.product_line, null) as product_line,
    if(kinds.is_of_order, valued.has_gift_wrap, null) as has_gift_wrap,
    if(kinds.is_of_order, valued.is_express, null) as is_express,
    valued.score::decimal(9, 4) as score,
    case
        when valued.touchpoint = 'social_reply' then if(chance < 0.7, 'praise', 'question')
        when valued.touchpoint = 'call_received' or (valued.touchpoint = 'ticket_opened' and part = 1)
            then if(is_silent, 'silence', 'change_order')
        when valued.touchpoint = 'ticket_opened' then
            case
                when valued.product_line = 'aube' and chance < 0.6 then 'defect'
                when valued.days_late > 0 and chance < 0.5 then 'late'
                when valued.is_express and chance < 0.7 then 'damaged'
                else 'question'
            end
        when chance >= 0.5 then null
        when valued.touchpoint = 'csat_answered' then
            case
                when score <= 2 then if(valued.days_late > 0, 'late', 'bad')
                when score = 3 then 'fair'
                else 'good'
            end
        when valued.touchpoint = 'nps_answered' then
            case when score <= 6 then 'bad' when score <= 8 then 'fair' else 'good' end
    end as verbatim_code
from valued
inner join laws on valued.persona = laws.persona
inner join kinds on valued.touchpoint = kinds.touchpoint
order by valued.person, valued.event
