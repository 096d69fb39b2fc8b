-- hypothesis_units: one row per unit of a hypothesis – exposure, outcome, and what is adjusted for.
select
    units.customer_id,
    units.persona,
    units.occurred_at as index_at,
    exposures.is_exposed,
    units.is_followed,
    units.is_looked_back,
    coalesce(outcomes.n_early, 0) as n_early,
    coalesce(outcomes.n_outcomes, 0) as n_outcomes,
    coalesce(outcomes.total, 0) as total,
    outcomes.first_measure,
    $covariates
from units
inner join exposures on units.event_id = exposures.index_event_id
left join outcomes on units.event_id = outcomes.index_event_id
order by units.customer_id, units.occurred_at, units.source_rank, units.source_row, units.event_id
