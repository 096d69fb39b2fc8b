-- source_overlap: customers that each two sources saw, beside all that the first saw.
with of_source as (
    select
        source,
        count(*) as n_customers
    from customer_sources
    group by source
),

shared as (
    select
        one.source,
        other.source as other,
        count(*) as n
    from customer_sources as one
    inner join customer_sources as other on one.customer_id = other.customer_id and one.source <> other.source
    group by one.source, other.source
)

select
    of_source.source,
    others.source as other,
    coalesce(shared.n, 0) as n,
    of_source.n_customers
from of_source
inner join of_source as others on of_source.source <> others.source
left join shared on of_source.source = shared.source and others.source = shared.other
order by of_source.source, other
