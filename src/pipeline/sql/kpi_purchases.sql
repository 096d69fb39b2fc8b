-- kpi_purchases: per customer with such a step by a moment, days with one after the first, time to the last of them, time
-- since the first, money of the repeats – and the money of a period after the moment. At most $most customers, by code.
with days as (
    select
        customer_id,
        $day as day,
        sum(coalesce(value, 0)) as money
    from steps
    where $when
    group by customer_id, $day
),

ranked as (
    select
        *,
        min(day) over (partition by customer_id) as first_day
    from days
),

summed as (
    select
        customer_id,
        min(first_day) as first_day,
        cast(sum(case when day > first_day and day <= $until then 1 else 0 end) as bigint) as repeats,
        max(case when day <= $until then day end) as last_day,
        sum(case when day > first_day and day <= $until then money else 0 end) as repeat_money,
        sum(case when day > $until and day <= $later then money else 0 end) as later_money
    from ranked
    where first_day <= $until
    group by customer_id
)

select
    customer_personas.persona,
    summed.customer_id,
    summed.repeats,
    date_diff('day', summed.first_day, summed.last_day) as recency,
    date_diff('day', summed.first_day, $until) as age,
    summed.repeat_money,
    summed.later_money
from summed
inner join customer_personas on summed.customer_id = customer_personas.customer_id
order by summed.customer_id % 1000003, summed.customer_id
limit $most
