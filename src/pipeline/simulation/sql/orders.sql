-- orders: one row per order visit: what was wrong with it and when each thing about it happened (null: never).
with lived as (
    select
        visits.*,
        persons.persona,
        persons.person_key,
        persons.person_effect,
        persons.tone,
        -- what the last visits took from the mood
        sum(
            is_slow::integer * laws.costs_slow_page
            + has_fee::integer * laws.costs_fee
            + is_unanswered::integer * laws.costs_unanswered
        ) over (partition by visits.person order by visits.visit rows between 4 preceding and current row) as visits_cost
    from visits
    inner join persons on visits.person = persons.person
    inner join laws on persons.persona = laws.persona
),

placed as (
    select
        * exclude (device_draw),
        row_number() over in_order::integer as order_number,
        lead(entered_second) over in_order as next_order_second,
        draw(person_key, 'order', visit) as met,
        draw(person_key, 'order_times', visit) as times,
        draw(person_key, 'confirmation', visit) as confirmation,
        draw(person_key, 'contact', visit) as contacting,
        draw(person_key, 'ticket', visit) as ticketing,
        draw(person_key, 'csat', visit) as scored
    from lived
    where state = 'order'
    window in_order as (partition by person order by visit)
),

exposed as (
    select
        placed.*,
        laws,
        effects,
        uniform(met, 1) < meets.late as is_late,
        uniform(met, 2) < meets.silent as is_silent,
        uniform(met, 3) < meets.aube as is_aube,
        uniform(met, 4) < meets.pickup as is_pickup,
        normal(uniform(scored, 3), uniform(scored, 4)) as chance
    from placed
    inner join laws on placed.persona = laws.persona
    inner join meets on placed.persona = meets.persona and placed.device = meets.device
    inner join effects on placed.is_off = effects.is_off
),

sent as (
    select
        *,
        case
            when not is_silent then entered_second + waited(
                laws.confirmation_median, laws.confirmation_sigma, laws.confirmation_least,
                normal(uniform(confirmation, 1), uniform(confirmation, 2))
            )
            when uniform(confirmation, 3) >= laws.silent_forever then entered_second + waited(
                laws.late_confirmation_median, laws.late_confirmation_sigma, laws.late_confirmation_least,
                normal(uniform(confirmation, 1), uniform(confirmation, 2))
            )
        end as confirmed_second,
        case
            when uniform(contacting, 1) < kept_between(
                0.02,
                logistic(logit(laws.contact) + laws.ticket_person_effect * person_effect)
                + is_silent::integer * effects.silent_on_contact,
                0.98
            ) then entered_second + waited(
                laws.contact_after_median, laws.contact_after_sigma, laws.contact_after_least,
                normal(uniform(contacting, 3), uniform(contacting, 4))
            )
        end as contact_second,
        uniform(contacting, 2) < laws.contact_by_call as is_by_call,
        entered_second + waited(
            laws.shipped_median, laws.shipped_sigma, laws.shipped_least,
            normal(uniform(times, 1), uniform(times, 2))
        ) as shipped_second,
        case when is_late then 1 + floor(uniform(times, 3) * laws.days_late_at_most) else 0 end::integer as days_late
    from exposed
),

delivered as (
    select
        *,
        shipped_second + days_late * 86400 + waited(
            laws.delivered_median, laws.delivered_sigma, laws.delivered_least,
            other_normal(uniform(times, 1), uniform(times, 2))
        ) as delivered_second
    from sent
),

answered as (
    select
        *,
        case
            when uniform(ticketing, 1) < kept_between(
                0.02,
                logistic(logit(laws.ticket) + laws.ticket_person_effect * person_effect)
                + is_aube::integer * effects.aube_on_ticket
                + is_express::integer * laws.express_ticket,
                0.98
            ) then delivered_second + waited(
                laws.ticket_after_median, laws.ticket_after_sigma, laws.ticket_after_least,
                normal(uniform(ticketing, 3), uniform(ticketing, 4))
            )
        end as ticket_second,
        case
            when uniform(scored, 1)
                < case
                    when is_pickup and chance < laws.bad_mood then laws.unhappy_pickup_answers
                    else laws.csat_answers
                end
            then delivered_second + waited(
                laws.csat_after_median, laws.csat_after_sigma, laws.csat_after_least,
                other_normal(uniform(scored, 3), uniform(scored, 4))
            )
        end as csat_second,
        kept_between(
            1,
            round(
                laws.csat_mean + laws.csat_person * tone + laws.csat_chance * chance
                - visits_cost - is_silent::integer * laws.costs_silent - is_aube::integer * laws.costs_aube
                + is_late::integer * effects.late_on_csat + is_pickup::integer * effects.pickup_on_csat
            ),
            5
        ) as csat
    from delivered
)

select
    person,
    visit,
    order_number,
    next_order_second,
    entered_second,
    confirmed_second,
    contact_second,
    is_by_call,
    shipped_second,
    delivered_second,
    days_late,
    ticket_second,
    csat_second,
    csat,
    is_silent,
    is_pickup,
    if(is_aube, 'aube', ['brume', 'craie', 'dune'][1 + floor(3 * uniform(times, 4))::bigint]) as product_line,
    has_gift_wrap,
    is_express,
    visits_cost
    + is_silent::integer * laws.costs_silent
    + is_aube::integer * laws.costs_aube
    + is_late::integer * laws.costs_late
    + (ticket_second is not null)::integer * laws.costs_ticket as order_cost
from answered
