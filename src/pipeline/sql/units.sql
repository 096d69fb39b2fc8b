-- units: index steps of the population, with what was known before them and the ends of their windows.
with described as (
    select
        $columns,
        personas.persona as belongs_to,
        index_steps.occurred_at + $exposure_after as closes_at
    from index_steps
    inner join personas on index_steps.customer_id = personas.customer_id
    left join trait_moments on index_steps.customer_id = trait_moments.customer_id
    left join features_before on index_steps.position = features_before.index_position
)

select
    *,
    closes_at + $followed_for <= $cut_off as is_followed,
    occurred_at >= $window_start + $exposure_before as is_looked_back
from described
where $population
