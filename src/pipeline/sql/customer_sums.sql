-- customer_sums: the six whole numbers that a clustered ratio needs, from one row per customer and question.
-- Reads customer_counts: "group", item, customer_id, a (numerator) and b (denominator), whole numbers.
-- Sums of squares outgrow 64 bits, so they travel as text.
with wide as (
    select
        "group",
        item,
        customer_id,
        cast(a as decimal(38, 0)) as a,
        cast(b as decimal(38, 0)) as b
    from customer_counts
)

select
    "group",
    item,
    cast(count(*) as bigint) as customers,
    cast(sum(a) as varchar) as sum_a,
    cast(sum(b) as varchar) as sum_b,
    cast(sum(cast(a * a as decimal(38, 0))) as varchar) as sum_aa,
    cast(sum(cast(a * b as decimal(38, 0))) as varchar) as sum_ab,
    cast(sum(cast(b * b as decimal(38, 0))) as varchar) as sum_bb
from wide
group by "group", item
order by "group", item
