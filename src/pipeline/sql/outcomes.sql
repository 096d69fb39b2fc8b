-- outcomes: what each unit's outcome window holds, in ten-thousandths where it is a quantity.
-- The window is (close, close + outcome_window]; what came in (index, close] is told apart: such a unit
-- was no longer at risk when its exposure was known.
with outcome_steps as (
    select
        customer_id,
        occurred_at,
        position,
        $measure as measure
    from steps
    where $when
),

of_units as (
    select
        units.position as index_position,
        outcome_steps.measure,
        outcome_steps.occurred_at,
        outcome_steps.occurred_at <= units.closes_at as is_early,
        row_number() over (
            partition by units.position, outcome_steps.occurred_at <= units.closes_at
            order by outcome_steps.occurred_at, outcome_steps.position
        ) as place
    from units
    inner join outcome_steps on units.customer_id = outcome_steps.customer_id
    where
        outcome_steps.measure is not null
        and outcome_steps.occurred_at > units.occurred_at
        and outcome_steps.occurred_at <= units.closes_at + $outcome_window
)

select
    index_position,
    cast(sum(case when is_early then 1 else 0 end) as bigint) as n_early,
    cast(sum(case when is_early then 0 else 1 end) as bigint) as n_outcomes,
    cast(sum(case when is_early then 0 else measure end) as bigint) as total,
    cast(max(case when place = 1 and not is_early then measure end) as bigint) as first_measure,
    min(case when not is_early then occurred_at end) as first_at
from of_units
group by index_position
