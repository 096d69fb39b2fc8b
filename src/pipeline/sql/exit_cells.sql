-- exit_cells: exits counted per part of the customers, cell of time and where they led.
-- Codes of customers are keyed hashes, so that every n-th one in their order is a random part of even size. Where
-- customers are few, each is a part of its own.
with placed as (
    select
        $group as "group",
        exits.item,
        exits.to_stage,
        exits.microseconds,
        dense_rank() over (partition by $group, exits.item order by exits.customer_id) as place
    from exits
    inner join customer_personas on exits.customer_id = customer_personas.customer_id
),

counted as (
    select
        *,
        max(place) over (partition by "group", item) as customers
    from placed
)

select
    "group",
    item,
    cast(case when customers < 2 * $parts then place else place % $parts end as int) as part,
    cast($cell as int) as cell,
    to_stage,
    cast(count(*) as bigint) as exits,
    cast(sum(microseconds) as bigint) as microseconds,
    min(microseconds) as least,
    max(microseconds) as most,
    cast(max(customers) as bigint) as customers
from counted
group by "group", item, part, cell, to_stage
order by "group", item, part, cell, to_stage
