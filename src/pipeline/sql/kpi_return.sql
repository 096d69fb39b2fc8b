-- kpi_return: customers whose first such step was followed for the period (b = 1), and whether another came in it (a).
with matching as (
    select
        customer_id,
        channel,
        occurred_at,
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

returned as (
    select first_times.customer_id
    from first_times
    inner join matching on first_times.customer_id = matching.customer_id
    where
        matching.occurred_at > first_times.occurred_at
        and matching.occurred_at <= first_times.occurred_at + $within
    group by first_times.customer_id
)

select
    $group as "group",
    $item as item,
    first_times.customer_id,
    cast(case when returned.customer_id is not null then 1 else 0 end as bigint) as a,
    cast(1 as bigint) as b
from first_times
inner join customer_personas on first_times.customer_id = customer_personas.customer_id
left join returned on first_times.customer_id = returned.customer_id
