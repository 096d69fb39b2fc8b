-- steps: one row per event of a journey, beside the one before it.
-- A journey opens after a silence longer than $silence; a visit opens with a journey or with a change of stage.
-- Events that match no stage's rule keep a journey going but are no steps.
with placed as (
    select
        *,
        lag(occurred_at) over in_order as previous_at,
        -- goals before this event: so stages can tell a first purchase from a later one
        coalesce(sum(cast(is_goal as int)) over (
            in_order rows between unbounded preceding and 1 preceding
        ), 0) as goals_before
    from bucket_events
    window in_order as (partition by customer_id order by occurred_at, position)
),

opened as (
    select
        *,
        -- `b > a + silence` and not `b - a > silence`: the same on every engine
        previous_at is null or occurred_at > previous_at + $silence as follows_silence
    from placed
),

numbered as (
    select
        *,
        cast(sum(cast(follows_silence as int)) over so_far as int) as journey,
        -- goals only grow, so the largest count seen at an opening is that of the journey's own opening
        max(case when follows_silence then goals_before end) over so_far as goals_at_opening
    from opened
    window so_far as (
        partition by customer_id order by occurred_at, position
        rows between unbounded preceding and current row
    )
),

described as (
    select
        *,
        cast(goals_before + cast(is_goal as int) as int) as goal_number,
        goals_before > goals_at_opening as is_after_goal
    from numbered
),

staged as (
    select
        *,
        $stage as stage
    from described
),

followed as (
    select
        *,
        lag(stage) over (
            partition by customer_id, journey order by occurred_at, position
        ) as previous_stage
    from staged
    where stage is not null
)

select
    customer_id,
    journey,
    cast(sum(cast(previous_stage is null or previous_stage <> stage as int)) over (
        partition by customer_id order by occurred_at, position
        rows between unbounded preceding and current row
    ) as int) as visit,
    stage,
    previous_stage is null as opens_journey,
    previous_stage is null or previous_stage <> stage as opens_visit,
    previous_stage,
    is_goal,
    goal_number,
    occurred_at,
    position,
    source,
    channel,
    touchpoint,
    actor,
    value,
    score,
    emotion,
    $attributes
from followed
order by customer_id, occurred_at, position
