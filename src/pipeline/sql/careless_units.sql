-- careless_units: first index steps with a complete window – and what a careless comparison takes for known then:
-- exposure, outcome and contacts with the support from all the time after it, in whatever order they came.
with index_moments as (
    select
        customer_id,
        min(occurred_at) as index_at
    from steps
    where touchpoint = $index
    group by customer_id
),

followed as (
    select
        customer_id,
        index_at
    from index_moments
    where index_at + $span <= $cut_off
)

select
    followed.customer_id,
    coalesce(bool_or(steps.touchpoint = $exposure), false) as is_exposed,
    coalesce(bool_or(steps.touchpoint = $outcome), false) as is_outcome,
    coalesce(bool_or(steps.touchpoint in $contacts), false) as has_contact
from followed
left join steps
    on
        followed.customer_id = steps.customer_id
        and steps.occurred_at > followed.index_at
        and steps.occurred_at <= followed.index_at + $span
group by followed.customer_id
order by followed.customer_id
