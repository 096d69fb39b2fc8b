-- rhythm_entries: visits entered in each part of a clock, and of them those that ended in silence, as sums over customers.
-- $local_part: the part of the entry's local time; $lost: the code of a visit that ended in silence.
with placed as (
    select
        $group as "group",
        cast($local_part as int) as part,
        visit_outcomes.customer_id,
        visit_outcomes.next_code
    from visit_outcomes
    inner join customer_personas on visit_outcomes.customer_id = customer_personas.customer_id
),

customer_parts as (
    select
        "group",
        part,
        customer_id,
        count(*) as n,
        count(case when next_code = $lost then 1 end) as n_lost
    from placed
    group by "group", part, customer_id
)

select
    "group",
    part,
    $sums
from customer_parts
group by "group", part
order by "group", part
