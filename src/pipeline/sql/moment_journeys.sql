-- moment_journeys: per customer, the journeys whose start was seen and that could be followed for $window.
with journeys as (
    select
        customer_id,
        journey,
        min(occurred_at) as started_at
    from steps
    group by customer_id, journey
)

select
    customer_id,
    cast(count(*) as bigint) as journeys
from journeys
where started_at >= $seen_from and started_at + $window <= $cut_off
group by customer_id
order by customer_id
