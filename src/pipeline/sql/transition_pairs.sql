-- transition_pairs: for each cell of the matrix, how many customers have each pair of counts (moved, visits).
-- One pass over the customers gives a column per stage moved to; how many customers share the same row of counts
-- is a small table, from which the pairs of every cell follow, those who never moved there included.
with followed as (
    select
        $group as "group",
        customer_transitions.customer_id,
        customer_transitions.from_stage,
        -- not seen to move within the horizon, whatever came later
        case
            when customer_transitions.to_stage <> '(censored)' and customer_transitions.duration_bin <= $horizon_bin
                then customer_transitions.to_stage
            else '(unresolved)'
        end as to_stage,
        customer_transitions.n
    from customer_transitions
    inner join customer_personas on customer_transitions.customer_id = customer_personas.customer_id
    where customer_transitions.is_followed
),

customer_rows as (
    select
        "group",
        customer_id,
        from_stage,
        cast(sum(n) as bigint) as visits,
        $counts
    from followed
    group by "group", customer_id, from_stage
),

shared_rows as (
    select
        "group",
        from_stage,
        visits,
        $count_names,
        count(*) as customers
    from customer_rows
    group by "group", from_stage, visits, $count_names
),

targets as (select unnest([$targets]) as to_stage),

pairs as (
    select
        shared_rows."group",
        shared_rows.from_stage,
        targets.to_stage,
        $moved as moved,
        shared_rows.visits,
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
