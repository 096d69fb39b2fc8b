-- outcome_patterns: how many customers of each persona have the same counts of what followed their visits.
-- $counts: per stage and what followed, the visits of a customer; $count_names: their names.
with customer_counts as (
    select
        persona,
        customer_id,
        $counts
    from visit_outcomes
    group by persona, customer_id
)

select
    persona,
    $count_names,
    cast(count(*) as int) as customers
from customer_counts
group by persona, $count_names
order by all
