-- follow_up_counts: customers whose first step is known, by persona, part and whole bins from it to the cut-off.
select
    customer_personas.persona,
    cast(journeys.customer_id % 1000003 % $parts as int) as part,
    cast(date_diff('microsecond', journeys.started_at, $cut_off) // $bin as int) as bins,
    cast(count(*) as bigint) as customers
from journeys
inner join customer_personas on journeys.customer_id = customer_personas.customer_id
where journeys.journey = 1 and not journeys.is_left_truncated
group by customer_personas.persona, part, bins
order by customer_personas.persona, part, bins
