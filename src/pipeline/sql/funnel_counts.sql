-- funnel_counts: per customer and stage, journeys that reached it within the horizon (a) of those followed for it (b).
-- $reaches says what reaching is: having visited the stage or a later one, or this very stage.
with followed as (
    select
        journeys.customer_id,
        journeys.journey,
        journeys.started_at,
        $group as "group"
    from journeys
    inner join customer_personas on journeys.customer_id = customer_personas.customer_id
    where not journeys.is_left_truncated and journeys.started_at + $horizon <= $cut_off
),

visited as (
    select
        followed.customer_id,
        followed.journey,
        $position as position
    from followed
    inner join visits on followed.customer_id = visits.customer_id and followed.journey = visits.journey
    where visits.entered_at <= followed.started_at + $horizon
    group by followed.customer_id, followed.journey, $position
),

positions as (select unnest([$positions]) as position),

reached as (
    select
        visited.customer_id,
        visited.journey,
        positions.position
    from visited
    inner join positions on $reaches
    group by visited.customer_id, visited.journey, positions.position
)

select
    followed."group",
    cast(positions.position as int) as item,
    followed.customer_id,
    cast(count(reached.journey) as bigint) as a,
    cast(count(*) as bigint) as b
from followed
cross join positions
left join reached
    on
        followed.customer_id = reached.customer_id
        and followed.journey = reached.journey
        and positions.position = reached.position
group by followed."group", positions.position, followed.customer_id
order by followed."group", positions.position, followed.customer_id
