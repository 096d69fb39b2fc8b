-- transition_pairs: for each cell of the matrix, how many customers have each pair of counts (moved, visits).
-- One pass over followed_moves counts each customer's moves to every stage at once; how many customers share the same counts
-- is a small table, from which the pairs of every cell follow, those who never moved there included.
-- $counts: of a customer's moves from a stage; $names: their names; $moved: those to targets.to_stage; $visits: all of them.
with customer_rows as (
    select
        $group as "group",
        customer_id,
        from_stage,
        $counts
    from followed_moves
    group by $group, customer_id, from_stage
),

shared_rows as (
    select
        "group",
        from_stage,
        $names,
        count(*) as customers
    from customer_rows
    group by "group", from_stage, $names
),

targets as (select unnest([$targets]) as to_stage),

pairs as (
    select
        shared_rows."group",
        shared_rows.from_stage,
        targets.to_stage,
        $moved as moved,
        $visits as visits,
        shared_rows.customers
    from shared_rows
    cross join targets
)

select
    "group",
    from_stage,
    to_stage,
    moved,
    visits,
    cast(sum(customers) as bigint) as customers
from pairs
group by "group", from_stage, to_stage, moved, visits
order by "group", from_stage, to_stage, moved, visits
