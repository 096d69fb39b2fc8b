-- exposed_in_window: whether any step of the exposure window satisfies the rule.
-- The window is (index, index + after] or [index - before, index): never the index step itself.
with exposing_steps as (
    select
        customer_id,
        occurred_at
    from steps
    where $exposure
),

exposed as (
    select units.position as index_position
    from units
    inner join exposing_steps on units.customer_id = exposing_steps.customer_id
    where
        (exposing_steps.occurred_at > units.occurred_at and exposing_steps.occurred_at <= units.closes_at)
        or (
            exposing_steps.occurred_at < units.occurred_at
            and exposing_steps.occurred_at >= units.occurred_at - $exposure_before
        )
    group by units.position
)

select
    units.position as index_position,
    exposed.index_position is not null as is_exposed
from units
left join exposed on units.position = exposed.index_position
order by index_position
