-- transition_pairs: for each cell of the matrix, how many customers have each pair of counts (moved, visits).
-- The cell to (any) holds the row's visits themselves: customers who never moved to a stage follow by subtraction.
with followed as (
    select
        customer_transitions.customer_id,
        $group as "group",
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

customer_cells as (
    select
        "group",
        customer_id,
        from_stage,
        to_stage,
        cast(sum(n) as bigint) as moved
    from followed
    group by "group", customer_id, from_stage, to_stage
),

customer_rows as (
    select
        "group",
        customer_id,
        from_stage,
        cast(sum(moved) as bigint) as visits
    from customer_cells
    group by "group", customer_id, from_stage
),

pairs as (
    select
        customer_cells."group",
        customer_cells.from_stage,
        customer_cells.to_stage,
        customer_cells.moved,
        customer_rows.visits
    from customer_cells
    inner join customer_rows
        on
            customer_cells."group" = customer_rows."group"
            and customer_cells.customer_id = customer_rows.customer_id
            and customer_cells.from_stage = customer_rows.from_stage
    union all
    select
        "group",
        from_stage,
        '(any)' as to_stage,
        visits as moved,
        visits
    from customer_rows
)

select
    "group",
    from_stage,
    to_stage,
    moved,
    visits,
    cast(count(*) as bigint) as customers
from pairs
group by "group", from_stage, to_stage, moved, visits
order by "group", from_stage, to_stage, moved, visits
