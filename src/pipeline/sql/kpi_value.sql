-- kpi_value: per customer whose first such step was followed for the period, money of all such steps in it (a; b = 1).
with matching as (
    select
        customer_id,
        channel,
        occurred_at,
        value,
        row_number() over (
            partition by customer_id order by occurred_at, position
        ) as place
    from steps
    where $when
),

first_times as (
    select *
    from matching
    where place = 1 and occurred_at + $within <= $cut_off
),

spent as (
    select
        first_times.customer_id,
        cast(round(coalesce(sum(matching.value), 0) * $scale) as bigint) as money
    from first_times
    inner join matching on first_times.customer_id = matching.customer_id
    where matching.occurred_at <= first_times.occurred_at + $within
    group by first_times.customer_id
)

select
    $group as "group",
    $item as item,
    first_times.customer_id,
    spent.money as a,
    cast(1 as bigint) as b
from first_times
inner join customer_personas on first_times.customer_id = customer_personas.customer_id
inner join spent on first_times.customer_id = spent.customer_id
