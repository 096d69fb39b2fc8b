-- duration_counts: per customer, visits that took no longer than the median of their group and stage (a), of all (b).
with ranked as (
    select
        "group",
        item,
        customer_id,
        microseconds,
        row_number() over (partition by "group", item order by microseconds) as place,
        count(*) over (partition by "group", item) as visits
    from stage_durations
),

medians as (
    select
        "group",
        item,
        max(case when place = (visits + 1) // 2 then microseconds end) as median
    from ranked
    group by "group", item
)

select
    ranked."group",
    ranked.item,
    ranked.customer_id,
    cast(sum(case when ranked.microseconds <= medians.median then 1 else 0 end) as bigint) as a,
    cast(count(*) as bigint) as b
from ranked
inner join medians on ranked."group" = medians."group" and ranked.item = medians.item
group by ranked."group", ranked.item, ranked.customer_id
order by ranked."group", ranked.item, ranked.customer_id
