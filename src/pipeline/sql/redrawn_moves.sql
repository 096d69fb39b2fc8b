-- redrawn_moves: per customer, the followed visits of a stage (b) and those that moved to another within the horizon (a).
with followed as (
    select
        $group as "group",
        customer_transitions.customer_id,
        customer_transitions.from_stage,
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

visits as (
    select
        "group",
        customer_id,
        from_stage,
        sum(n) as visits
    from followed
    group by "group", customer_id, from_stage
),

-- every stage that anybody moved to: a customer who never did counts there with none
targets as (select distinct from_stage, to_stage from followed),

moves as (
    select
        "group",
        customer_id,
        from_stage,
        to_stage,
        sum(n) as moved
    from followed
    group by "group", customer_id, from_stage, to_stage
)

select
    visits."group",
    concat(visits.from_stage, ' → ', targets.to_stage) as item,
    visits.customer_id,
    cast(coalesce(moves.moved, 0) as bigint) as a,
    cast(visits.visits as bigint) as b
from visits
inner join targets on visits.from_stage = targets.from_stage
left join moves
    on
        visits."group" = moves."group"
        and visits.customer_id = moves.customer_id
        and visits.from_stage = moves.from_stage
        and targets.to_stage = moves.to_stage
