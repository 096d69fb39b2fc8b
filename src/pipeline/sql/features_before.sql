-- features_before: declared features measured on the customer's steps strictly before each index step.
-- Strictly in the order of the steps, so that nothing that happened at or after time zero can slip in.
with earlier as (
    select
        index_steps.position as index_position,
        steps.*
    from index_steps
    inner join steps on index_steps.customer_id = steps.customer_id
    where
        (steps.occurred_at, steps.position)
        < (index_steps.occurred_at, index_steps.position)
)

select
    index_position,
    $features
from earlier
group by index_position
order by index_position
