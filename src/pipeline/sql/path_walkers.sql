-- path_walkers: per customer of a group, complete journeys along a path (a) of all (b).
select
    'path' as "group",
    'path' as item,
    customer_id,
    cast(sum(case when $is_path then 1 else 0 end) as bigint) as a,
    cast(count(*) as bigint) as b
from walked_journeys
where $is_own
group by customer_id
