-- moment_meetings: each journey's first meeting of a touchpoint in a stage – how it went, and what came of it.
-- How it went is known at the meeting: what it cost (declared, whole ten-thousandths), the wait since the customer's
-- last own step of the journey, the customer's own steps in the visit so far.
with placed as (
    select
        customer_id,
        journey,
        stage,
        touchpoint,
        channel,
        actor,
        occurred_at,
        position,
        cast(round(emotion * 10000) as bigint) as emotion,
        $cost as cost,
        $outcome as is_outcome,
        row_number() over (
            partition by customer_id, journey, stage, touchpoint order by occurred_at, position
        ) as place,
        row_number() over in_journey as step,
        row_number() over in_visit as step_of_visit,
        lead(position) over in_journey is null as is_last,
        min(occurred_at) over (partition by customer_id, journey) as started_at,
        first_value(channel) over in_journey as first_channel,
        max(case when actor = 'customer' then occurred_at end) over (
            partition by customer_id, journey order by occurred_at, position
            rows between unbounded preceding and 1 preceding
        ) as asked_at,
        sum(case when actor = 'customer' then 1 else 0 end) over (
            partition by customer_id, visit order by occurred_at, position
            rows between unbounded preceding and current row
        ) as own_steps
    from steps
    window
        in_journey as (partition by customer_id, journey order by occurred_at, position),
        in_visit as (partition by customer_id, visit order by occurred_at, position)
),

followed as (
    select
        *,
        min(case when is_outcome then occurred_at end) over (
            partition by customer_id order by occurred_at, position
            rows between 1 following and unbounded following
        ) as outcome_at,
        sum(case when is_outcome then 1 else 0 end) over (
            partition by customer_id order by occurred_at, position
            rows between unbounded preceding and 1 preceding
        ) as outcomes_before
    from placed
)

select
    customer_id,
    stage,
    touchpoint,
    channel,
    occurred_at,
    position,
    emotion,
    cost,
    cast(floor(date_diff('microsecond', asked_at, occurred_at) / 60000000) as bigint) as wait,
    cast(own_steps as bigint) as effort,
    actor = 'customer' as is_own,
    step = 1 as is_first,
    is_last,
    -- what was known before the visit in which it was met
    first_channel,
    cast(journey as bigint) as journeys_so_far,
    cast(step - step_of_visit as bigint) as steps_before,
    cast(coalesce(outcomes_before, 0) as bigint) as outcomes_before,
    -- both ends: a journey counts if its start was seen and it could be followed, a meeting if its outcome could be
    started_at >= $seen_from and started_at + $window <= $cut_off as is_counted,
    occurred_at + $window <= $cut_off as is_followed,
    coalesce(outcome_at <= occurred_at + $window, false) as has_outcome
from followed
where place = 1
order by stage, touchpoint, customer_id, occurred_at, position
