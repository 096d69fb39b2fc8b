-- customer_months: per customer, month of entry and stage, the visits followed for the horizon (b) and those that
-- moved to each stage within it (a_…).
with followed as (
    select
        cast(period as varchar) as period,
        cast(from_stage as varchar) as item,
        customer_id,
        -- not seen to move within the horizon, whatever came later
        case
            when to_stage <> '(censored)' and duration_bin <= $horizon_bin then cast(to_stage as varchar)
            else '(unresolved)'
        end as to_stage,
        n
    from customer_transitions
    where is_followed
)

select
    period,
    item,
    customer_id,
    $counts,
    cast(sum(n) as bigint) as b
from followed
group by period, item, customer_id
