-- scored_steps: one row per step that carries a score, beside the stage the journey was last in before the customer
-- answered: answers themselves do not count, for a questionnaire's own stage says nothing about what was lived.
with counted as (
    select
        *,
        -- steps that are no answers, so far: an answer has the number of the one before it
        sum(cast(score is null as int)) over (
            partition by customer_id, journey order by occurred_at, position
            rows between unbounded preceding and current row
        ) as others_so_far
    from steps
),

placed as (
    select
        *,
        max(case when score is null then stage end) over (
            partition by customer_id, journey, others_so_far
        ) as stage_before
    from counted
)

select
    *,
    coalesce(stage_before, $nowhere) as answered_after
from placed
where score is not null
order by customer_id, occurred_at, position
