-- reconstruct_counts: how much was reconstructed, and how often the order rests on the tie rule alone.
with tied as (
    select sum(n) as n_ties
    from (
        select count(*) as n
        from steps
        group by customer_id, occurred_at
        having count(*) > 1
    ) as same_moment
),

counted_steps as (
    select
        count(*) as n_steps,
        count(distinct customer_id) as n_customers
    from steps
),

counted_journeys as (
    select
        count(*) as n_journeys,
        count(*) filter (where is_left_truncated) as n_left_truncated,
        count(*) filter (where status = 'censored') as n_censored,
        count(*) filter (where goal_at is not null) as n_with_goal
    from journeys
),

counted_visits as (
    select count(*) as n_visits
    from visits
)

select
    counted_steps.n_steps,
    counted_steps.n_customers,
    counted_journeys.n_journeys,
    counted_journeys.n_left_truncated,
    counted_journeys.n_censored,
    counted_journeys.n_with_goal,
    counted_visits.n_visits,
    coalesce(tied.n_ties, 0) as n_ties
from counted_steps
cross join counted_journeys
cross join counted_visits
cross join tied
