-- units: index steps of the population, with what was known before them and the ends of their windows.
with described as (
    select
        $columns,
        personas.persona,
        index_steps.occurred_at + $exposure_after as closes_at
    from index_steps
    inner join personas on index_steps.customer_id = personas.customer_id
    left join features_before on index_steps.position = features_before.index_position
)

select
    *,
    closes_at + $outcome_window <= $cut_off as is_followed,
    occurred_at >= $window_start + $exposure_before as is_looked_back
from described
where $population
order by customer_id, occurred_at, position
