-- customers: one row per customer – when first seen, money, declared traits (the earliest known value) and features.
with measured as (
    select
        customer_id,
        min(occurred_at) as first_seen_at,
        cast(sum(case when is_goal then value end) as decimal(18, 4)) as value,
        $traits,
        $features
    from steps
    group by customer_id
)

select
    *,
    $persona as persona
from measured
order by customer_id
