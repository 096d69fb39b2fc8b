-- funnel_patterns: how many customers of each group have the same counts: journeys followed for the horizon (journeys),
-- of them those that visited each stage or a later one (reached_…), and this very stage (visited_…), within it.
-- Reads followed_journeys. $counts: of a customer's journeys; $count_names: their names.
with customer_rows as (
    select
        $group as "group",
        customer_id,
        count(*) as journeys,
        $counts
    from followed_journeys
    group by $group, customer_id
)

select
    "group",
    cast(journeys as bigint) as journeys,
    $count_names,
    cast(count(*) as bigint) as customers
from customer_rows
group by "group", journeys, $count_names
order by all
