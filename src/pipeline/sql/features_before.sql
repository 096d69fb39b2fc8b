-- features_before: declared features measured on the customer's steps strictly before each index step.
-- Strictly in the order of the steps, so that nothing that happened at or after time zero can slip in.
with earlier as (
    select
        index_steps.event_id as index_event_id,
        steps.*
    from index_steps
    inner join steps on index_steps.customer_id = steps.customer_id
    where
        (steps.occurred_at, steps.source_rank, steps.source_row, steps.event_id)
        < (index_steps.occurred_at, index_steps.source_rank, index_steps.source_row, index_steps.event_id)
)

select
    index_event_id,
    $features
from earlier
group by index_event_id
order by index_event_id
