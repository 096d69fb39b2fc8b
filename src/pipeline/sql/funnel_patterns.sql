-- funnel_patterns: how many customers of each group have the same counts: journeys followed for the horizon (journeys),
-- of them those that visited each stage or a later one (reached_…), and this very stage (visited_…), within it.
-- $is_visited: per journey, whether it visited each stage; $counts: of a customer's journeys; $count_names: their names.
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
        followed."group",
        followed.customer_id,
        max($position) as furthest,
        $is_visited
    from followed
    inner join visits on followed.customer_id = visits.customer_id and followed.journey = visits.journey
    -- a journey starts with its first visit, so each has one
    where visits.entered_at <= followed.started_at + $horizon
    group by followed."group", followed.customer_id, followed.journey
),

customer_rows as (
    select
        "group",
        customer_id,
        count(*) as journeys,
        $counts
    from visited
    group by "group", customer_id
)

select
    "group",
    cast(journeys as bigint) as journeys,
    $count_names,
    cast(count(*) as bigint) as customers
from customer_rows
group by "group", journeys, $count_names
order by all
