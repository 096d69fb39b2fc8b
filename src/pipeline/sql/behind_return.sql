-- behind_return: each customer's first such step that was followed for the period, and the first one that came in it.
with matching as (
    select
        customer_id,
        channel,
        occurred_at,
        position,
        row_number() over (
            partition by customer_id order by occurred_at, position
        ) as place
    from steps
    where $when
),

first_times as (
    select matching.*
    from matching
    inner join customer_personas on matching.customer_id = customer_personas.customer_id
    where matching.place = 1 and matching.occurred_at + $within <= $cut_off and $is_group
),

later as (
    select
        matching.customer_id,
        matching.position,
        row_number() over (
            partition by matching.customer_id order by matching.occurred_at, matching.position
        ) as place
    from first_times
    inner join matching on first_times.customer_id = matching.customer_id
    where
        matching.occurred_at > first_times.occurred_at
        and matching.occurred_at <= first_times.occurred_at + $within
),

returned as (
    select *
    from later
    where place = 1
)

select
    case when returned.position is null then 'not counted' else 'counted' end as role,
    first_times.position
from first_times
left join returned on first_times.customer_id = returned.customer_id
union all
select
    'shown by' as role,
    position
from returned
