-- hypothesis_units: one row per unit of a hypothesis – exposure, outcome, and what is adjusted for.
select
    units.customer_id,
    $persona as persona,
    units.occurred_at as index_at,
    units.closes_at,
    exposures.is_exposed,
    units.is_followed,
    units.is_looked_back,
    coalesce(outcomes.n_early, 0) + coalesce(competing.n_early, 0) as n_early,
    coalesce(outcomes.n_outcomes, 0) as n_outcomes,
    coalesce(outcomes.total, 0) as total,
    outcomes.first_measure,
    outcomes.first_at,
    competing.first_at as competing_at,
    $covariates
from units
inner join exposures on units.position = exposures.index_position
left join outcomes on units.position = outcomes.index_position
left join competing on units.position = competing.index_position
order by units.customer_id, units.occurred_at, units.position
