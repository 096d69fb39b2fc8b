-- steps_beside: one row per step, with the step before and the step after it in the same journey.
-- What stands at either end is told only where a whole silence fits between the step and that end of the window: then
-- nothing before is a start and nothing after is a loss, as in journeys; elsewhere nobody can know yet.
with placed as (
    select
        steps.customer_id,
        personas.persona,
        steps.journey,
        steps.occurred_at,
        steps.position,
        steps.stage || '/' || steps.touchpoint as place
    from steps
    inner join personas on steps.customer_id = personas.customer_id
),

in_turn as (
    select
        *,
        lag(place) over in_order as place_before,
        lead(place) over in_order as place_after
    from placed
    window in_order as (partition by customer_id, journey order by occurred_at, position)
)

select
    customer_id,
    persona,
    journey,
    occurred_at,
    position,
    place,
    coalesce(place_before, '(start)') as place_before,
    coalesce(place_after, '(lost)') as place_after,
    occurred_at >= $window_start + $silence as is_before_seen,
    occurred_at + $silence <= $cut_off as is_after_seen
from in_turn
order by customer_id, occurred_at, position
