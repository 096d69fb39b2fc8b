-- journeys: one row per journey, with the features declared in params.yaml.
with measured as (
    select
        customer_id,
        journey,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        max(case when opens_journey then stage end) as first_stage,
        max(case when opens_journey then channel end) as first_channel,
        min(case when is_goal then occurred_at end) as goal_at,
        cast(count(*) as bigint) as steps,
        cast(sum(case when is_goal then value end) as decimal(18, 4)) as value,
        max(visit) as last_visit,
        -- a first step that can only be a start is one, however early it is seen
        max(case when opens_journey and $starts_with then 1 else 0 end) as has_true_start,
        $features
    from steps
    group by customer_id, journey
),

last_visits as (
    select
        customer_id,
        visit,
        stage
    from steps
    where opens_visit
)

select
    measured.customer_id,
    measured.journey,
    measured.started_at,
    measured.ended_at,
    -- lost only when the silence is complete before the cut-off; otherwise nobody can know yet
    case when measured.ended_at + $silence <= $cut_off then 'lost' else 'censored' end as status,
    measured.has_true_start = 0 and measured.started_at < $window_start + $silence as is_left_truncated,
    measured.first_stage,
    last_visits.stage as last_stage,
    measured.first_channel,
    measured.goal_at,
    measured.steps,
    measured.value,
    $feature_names
from measured
inner join last_visits
    on measured.customer_id = last_visits.customer_id and measured.last_visit = last_visits.visit
order by measured.customer_id, measured.journey
