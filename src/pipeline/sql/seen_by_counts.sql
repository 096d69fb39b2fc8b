-- seen_by_counts: customers by the number of sources that saw them.
with counted as (
    select
        customer_id,
        count(*) as n_sources
    from customer_sources
    group by customer_id
)

select
    n_sources,
    count(*) as n
from counted
group by n_sources
order by n_sources
