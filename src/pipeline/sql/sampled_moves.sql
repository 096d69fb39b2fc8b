-- sampled_moves: where the visits of at most $most customers of the named personas led, with when each was first seen.
with candidates as (
    select distinct customer_id
    from visit_outcomes
    where persona in ($personas)
),

sampled as (
    select customer_id
    from candidates
    order by customer_id % 1000003, customer_id
    limit $most
)

select
    visit_outcomes.customer_id,
    visit_outcomes.persona,
    $month as month,
    journeys.is_left_truncated,
    visit_outcomes.stage_code,
    visit_outcomes.next_code,
    cast(count(*) as bigint) as n
from visit_outcomes
inner join sampled on visit_outcomes.customer_id = sampled.customer_id
inner join journeys on visit_outcomes.customer_id = journeys.customer_id and journeys.journey = 1
group by
    visit_outcomes.customer_id,
    visit_outcomes.persona,
    $month,
    journeys.is_left_truncated,
    visit_outcomes.stage_code,
    visit_outcomes.next_code
order by visit_outcomes.customer_id, visit_outcomes.stage_code, visit_outcomes.next_code
