-- duration_counts: per customer, visits that took no longer than the median of their group and stage (a), of all (b).
with medians as (
    select
        "group",
        item,
        max(case when place = (visits + 1) // 2 then microseconds end) as median
    from stage_durations
    group by "group", item
)

select
    own."group",
    own.item,
    own.customer_id,
    cast(sum(case when own.microseconds <= medians.median then 1 else 0 end) as bigint) as a,
    cast(count(*) as bigint) as b
from stage_durations as own
inner join medians on own."group" = medians."group" and own.item = medians.item
group by own."group", own.item, own.customer_id
