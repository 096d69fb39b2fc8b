-- kpi_conversion: per customer, journeys with such a step within the horizon (a) of those followed for it (b).
with followed as (
    select *
    from journeys
    where not is_left_truncated and started_at + $horizon <= $cut_off
),

first_steps as (
    select
        customer_id,
        journey,
        min(occurred_at) as reached_at
    from steps
    where $when
    group by customer_id, journey
)

select
    $group as "group",
    $item as item,
    followed.customer_id,
    cast(sum(case when first_steps.reached_at <= followed.started_at + $horizon then 1 else 0 end) as bigint) as a,
    cast(count(*) as bigint) as b
from followed
inner join customer_personas on followed.customer_id = customer_personas.customer_id
left join first_steps on followed.customer_id = first_steps.customer_id and followed.journey = first_steps.journey
group by $group, followed.customer_id
