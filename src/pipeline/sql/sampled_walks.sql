-- sampled_walks: all visits of at most $most customers who made at least three, drawn by their code.
with visitors as (
    select customer_id
    from visits
    group by customer_id
    having count(*) >= 3
),

-- codes are the least of several hashes, so not evenly spread; what is left after dividing by a prime is
sampled as (
    select customer_id
    from visitors
    order by customer_id % 1000003, customer_id
    limit $most
)

select
    visits.customer_id,
    visits.journey,
    cast($stage_code as int) as stage_code,
    visits.is_entry_seen,
    visits.next_stage = '(lost)' as is_lost
from visits
inner join sampled on visits.customer_id = sampled.customer_id
order by visits.customer_id, visits.visit
