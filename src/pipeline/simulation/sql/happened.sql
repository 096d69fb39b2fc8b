-- happened: the ledger: one row per interaction, in order of person and time, with what is known of it.
with numbered as (
    select
        *,
        row_number() over (
            partition by person order by by_daylight(second), visit, touchpoint, part
        )::integer as event,
        touchpoint = 'card_used'
        and row_number() over (partition by person, touchpoint order by second, visit) = 1 as is_first_use
    from touches
),

known as (
    select
        numbered.person,
        numbered.event,
        visits.contact,
        -- the event's number as microseconds: no two moments of a person are the same
        make_timestamp(by_daylight(numbered.second) * 1000000 + numbered.event) as occurred_at,
        case when is_first_use then 'card_joined' else numbered.touchpoint end as touchpoint,
        numbered.part,
        numbered.score,
        visits,
        orders,
        persons,
        draw(persons.person_key, numbered.touchpoint, visits.visit * 10 + numbered.part + 5) as drawn
    from numbered
    inner join persons on numbered.person = persons.person
    inner join visits on numbered.person = visits.person and numbered.visit = visits.visit
    left join orders on numbered.person = orders.person and numbered.visit = orders.visit
)

select
    known.person,
    event,
    known.contact,
    occurred_at,
    kinds.stage,
    touchpoint,
    case when kinds.is_online then visits.device end as device,
    orders.order_number,
    case
        when touchpoint = 'order_placed' then
            laws.value_median * exp(laws.value_sigma * normal(uniform(drawn, 1), uniform(drawn, 2)))
        when touchpoint = 'deal_won' then
            laws.deal_value_median * exp(laws.deal_value_sigma * normal(uniform(drawn, 1), uniform(drawn, 2)))
    end::decimal(18, 2)::decimal(18, 4) as value,
    case when touchpoint = 'site_visit' then laws.visit_reason end as visit_reason,
    case when touchpoint in ('ad_clicked', 'site_visit') then visits.campaign end as campaign,
    case when touchpoint = 'site_visit' then if(visits.is_orange, 'orange', 'blue') end as banner,
    case
        when touchpoint = 'product_viewed' then
            if(visits.is_slow, 4050 + floor(uniform(drawn, 1) * 5000), 600 + floor(uniform(drawn, 1) * 3300))
    end::integer as page_ms,
    case
        when touchpoint = 'basket_viewed' then
            if(visits.has_fee, laws.fee[1 + floor(uniform(drawn, 1) * len(laws.fee))::bigint], 0)
    end::decimal(9, 2) as delivery_fee,
    case when touchpoint = 'basket_viewed' then if(persons.has_checkout_b, 'b', 'a') end as checkout_variant,
    case when touchpoint = 'basket_viewed' then if(persons.has_button_b, 'b', 'a') end as button_variant,
    case
        when touchpoint in ('form_opened', 'form_submitted') then if(visits.is_long, 'long', 'short')
    end as form_version,
    case when touchpoint = 'order_delivered' then orders.days_late end as days_late,
    case when kinds.is_of_order then orders.is_pickup end as is_pickup,
    case
        when kinds.is_of_order then
            if(orders.is_aube, 'aube', ['brume', 'craie', 'dune'][1 + known.person % 3])
    end as product_line,
    case when kinds.is_of_order then orders.has_gift_wrap end as has_gift_wrap,
    case when kinds.is_of_order then orders.is_express end as is_express,
    score::decimal(9, 4) as score,
    case
        when touchpoint = 'social_reply' then if(uniform(drawn, 1) < 0.7, 'praise', 'question')
        when touchpoint = 'ticket_opened' then
            case
                when known.part = 1 then if(orders.is_silent, 'silence', 'change_order')
                when orders.is_aube and uniform(drawn, 1) < 0.6 then 'defect'
                when orders.days_late > 0 and uniform(drawn, 1) < 0.5 then 'late'
                when orders.is_express and uniform(drawn, 1) < 0.7 then 'damaged'
                else 'question'
            end
        when touchpoint = 'csat_answered' and uniform(drawn, 1) < 0.5 then
            case when score <= 2 then if(orders.days_late > 0, 'late', 'bad') when score = 3 then 'fair' else 'good' end
        when touchpoint = 'nps_answered' and uniform(drawn, 1) < 0.5 then
            case when score <= 6 then 'bad' when score <= 8 then 'fair' else 'good' end
        when touchpoint = 'call_received' then if(orders.is_silent, 'silence', 'change_order')
    end as verbatim_code
from known
inner join laws on persons.persona = laws.persona
inner join kinds using (touchpoint)
order by known.person, event
