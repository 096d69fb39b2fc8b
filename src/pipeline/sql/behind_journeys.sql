-- behind_journeys: the first event of each journey followed for the horizon, and of those that have such a step
-- within it, the first such step.
with followed as (
    select journeys.*
    from journeys
    where not journeys.is_left_truncated and journeys.started_at + $horizon <= $cut_off
),

of_group as (
    select followed.*
    from followed
    inner join customer_personas on followed.customer_id = customer_personas.customer_id
    where $is_group
),

matching as (
    select
        customer_id,
        journey,
        occurred_at,
        position,
        row_number() over (
            partition by customer_id, journey order by occurred_at, position
        ) as place
    from steps
    where $when
),

reached as (
    select
        of_group.customer_id,
        of_group.journey,
        matching.position
    from of_group
    inner join matching on of_group.customer_id = matching.customer_id and of_group.journey = matching.journey
    where matching.place = 1 and matching.occurred_at <= of_group.started_at + $horizon
)

select
    case when reached.position is null then 'not counted' else 'counted' end as role,
    steps.position
from of_group
inner join steps on of_group.customer_id = steps.customer_id and of_group.journey = steps.journey
left join reached on of_group.customer_id = reached.customer_id and of_group.journey = reached.journey
where steps.opens_journey
union all
select
    'shown by' as role,
    position
from reached
