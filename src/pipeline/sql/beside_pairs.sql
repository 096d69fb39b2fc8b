-- beside_pairs: for each place and what stands before or after it, how many customers have each pair (k of n steps).
-- Customers who never went there are not listed: their n are those of the row `(any)`, less those that are.
with sides as (
    select
        persona,
        customer_id,
        place,
        'before' as side,
        place_before as other
    from steps_beside
    where is_before_seen
    union all
    select
        persona,
        customer_id,
        place,
        'after' as side,
        place_after as other
    from steps_beside
    where is_after_seen
),

went as (
    select
        persona,
        customer_id,
        place,
        side,
        other,
        count(*) as k
    from sides
    group by persona, customer_id, place, side, other
),

counted as (
    select
        *,
        sum(k) over (partition by customer_id, place, side) as n
    from went
),

ways as (
    select
        persona,
        place,
        side,
        other,
        k,
        n
    from counted
    union all
    select
        persona,
        place,
        side,
        '(any)' as other,
        sum(k) as k,
        sum(k) as n
    from went
    group by persona, customer_id, place, side
)

select
    persona,
    place,
    side,
    other,
    cast(k as bigint) as k,
    cast(n as bigint) as n,
    count(*) as customers
from ways
group by persona, place, side, other, k, n
order by persona, place, side, other, k, n
