-- exposed_in_window: whether any step of the exposure window satisfies the rule – or, where a silence is the
-- exposure, whether none does.
-- The window is (index, index + after] or [index - before, index): never the index step itself.
with matching_steps as (
    select
        customer_id,
        occurred_at
    from steps
    where $exposure
),

matched as (
    select units.position as index_position
    from units
    inner join matching_steps on units.customer_id = matching_steps.customer_id
    where
        (matching_steps.occurred_at > units.occurred_at and matching_steps.occurred_at <= units.closes_at)
        or (
            matching_steps.occurred_at < units.occurred_at
            and matching_steps.occurred_at >= units.occurred_at - $exposure_before
        )
    group by units.position
)

select
    units.position as index_position,
    (matched.index_position is not null) <> $exposed_if_none as is_exposed
from units
left join matched on units.position = matched.index_position
order by index_position
