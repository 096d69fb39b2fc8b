-- visit_outcomes: one row per visit whose entry was seen and that was followed for the horizon: where it moved within
-- it, and whether the goal was reached. Stages are codes (their position, from 0), as are what comes after them.
with first_goals as (
    select
        customer_id,
        visit,
        min(occurred_at) as goal_at
    from steps
    where is_goal
    group by customer_id, visit
),

placed as (
    select
        visits.customer_id,
        visits.visit,
        visits.stage,
        visits.entered_at,
        visits.left_at,
        visits.next_stage,
        visits.is_entry_seen,
        first_goals.goal_at,
        min(first_goals.goal_at) over (
            partition by visits.customer_id, visits.journey
            order by visits.visit
            rows between current row and unbounded following
        ) as next_goal_at,
        lag(visits.entered_at, 1) over in_stage as entered_before,
        lag(visits.entered_at, 2) over in_stage as entered_twice_before
    from visits
    left join first_goals on visits.customer_id = first_goals.customer_id and visits.visit = first_goals.visit
    window in_stage as (partition by visits.customer_id, visits.stage order by visits.visit)
),

coded as (
    select
        customer_personas.persona,
        placed.*,
        -- not seen to move within the horizon, whatever came later
        case when placed.left_at <= placed.entered_at + $horizon then $next_code else $unresolved end as next_code
    from placed
    inner join customer_personas on placed.customer_id = customer_personas.customer_id
    where placed.is_entry_seen and placed.entered_at + $horizon <= $cut_off
)

select
    persona,
    customer_id,
    visit,
    entered_at,
    cast($stage_code as int) as stage_code,
    cast(next_code as int) as next_code,
    -- a goal during the visit comes before the next stage
    cast(case when goal_at <= entered_at + $horizon then $goal else next_code end as int) as chain_code,
    coalesce(next_goal_at <= entered_at + $horizon, false) as is_reaching,
    -- the number of this visit to the stage, looking back over one silence: 1, 2 or 3 and more
    case
        when entered_twice_before + $silence >= entered_at then 3
        when entered_before + $silence >= entered_at then 2
        else 1
    end as number
from coded
