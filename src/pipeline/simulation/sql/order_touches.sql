-- order_touches: one row per interaction of an order and of the care after it.
with drawn as (
    select
        orders.*,
        laws,
        persons.tone,
        draw(persons.person_key, 'solving', orders.visit * 2) as early,
        draw(persons.person_key, 'solving', orders.visit * 2 + 1) as late,
        draw(persons.person_key, 'promo', orders.visit) as promo
    from orders
    inner join persons on orders.person = persons.person
    inner join laws on persons.persona = laws.persona
),

-- two tickets are possible: a contact before the delivery, a complaint after it
tickets as (
    select person, visit, 1 as part, contact_second as opened_second, laws, tone, early as drawn
    from drawn
    where contact_second is not null and not is_by_call
    union all
    select person, visit, 2 as part, ticket_second as opened_second, laws, tone, late as drawn
    from drawn
    where ticket_second is not null
),

solved as (
    select
        *,
        opened_second + waited(
            laws.solved_after_median, laws.solved_after_sigma, laws.solved_after_least,
            normal(uniform(drawn, 1), uniform(drawn, 2))
        ) as solved_second,
        -- the slower, the harder it felt: one point for three days beyond the first
        kept_between(
            1,
            round(
                laws.ces_mean + laws.ces_person * tone
                + laws.ces_chance * other_normal(uniform(drawn, 1), uniform(drawn, 2))
                - least(2, greatest(0, (solved_second - opened_second) / 86400 - 1) / 3)
            ),
            7
        ) as ces
    from tickets
    where uniform(drawn, 3) >= laws.unsolved
),

newsletters as (
    select
        orders.person,
        orders.visit,
        numbers.number as part,
        orders.delivered_second + laws.newsletters[numbers.number] as sent_second,
        laws,
        draw(persons.person_key, 'newsletter', orders.visit * 10 + numbers.number) as drawn
    from orders
    inner join persons on orders.person = persons.person
    inner join laws on persons.persona = laws.persona
    cross join (select unnest(range(1, $newsletters + 1))) as numbers (number)
    where
        orders.next_order_second is null
        or orders.next_order_second <= orders.delivered_second
        or orders.next_order_second > orders.delivered_second + laws.newsletters[numbers.number]
)

select person, visit, 'order_placed' as touchpoint, 0 as part, entered_second as second, null::double as score
from orders
union all
select person, visit, 'confirmation_sent', 0, confirmed_second, null from orders where confirmed_second is not null
union all
select person, visit, 'call_received', 0, contact_second, null
from orders
where contact_second is not null and is_by_call
union all
select person, visit, 'order_shipped', 0, shipped_second, null from orders
union all
select person, visit, 'order_delivered', 0, delivered_second, null from orders
union all
select person, visit, 'csat_answered', 0, csat_second, csat from orders where csat_second is not null
union all
select person, visit, 'ticket_opened', part, opened_second, null from tickets
union all
select person, visit, 'ticket_solved', part, solved_second, null from solved
union all
select
    person,
    visit,
    'ces_answered',
    part,
    solved_second + waited(
        laws.ces_after_median, laws.ces_after_sigma, laws.ces_after_least,
        normal(uniform(drawn, 4), uniform(drawn, 3))
    ),
    ces
from solved
where uniform(drawn, 4) < laws.ces_answers
union all
select
    person,
    visit,
    'newsletter_opened',
    part,
    sent_second + waited(
        laws.opened_after_median, laws.opened_after_sigma, laws.opened_after_least,
        normal(uniform(drawn, 2), uniform(drawn, 3))
    ),
    null
from newsletters
where uniform(drawn, 1) < laws.newsletter_opened
union all
select
    person,
    visit,
    'promo_opened',
    0,
    delivered_second + waited(
        laws.promo_after_median, laws.promo_after_sigma, laws.promo_after_least,
        normal(uniform(promo, 2), uniform(promo, 3))
    ),
    null
from drawn
where uniform(promo, 1) < laws.promo_opened
