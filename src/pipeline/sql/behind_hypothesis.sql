-- behind_hypothesis: the index event of each unit that was compared, from what assess made of the hypothesis.
select
    case when exposures.is_exposed then 'exposed' else 'not exposed' end as role,
    units.position
from units
inner join exposures on units.position = exposures.index_position
left join outcomes on units.position = outcomes.index_position
left join competing on units.position = competing.index_position
where
    units.is_looked_back
    and units.is_followed
    and exposures.is_exposed is not null
    -- no longer at risk when the exposure was known; a score or a sum has no such state
    and not ($is_at_risk and coalesce(outcomes.n_early, 0) + coalesce(competing.n_early, 0) > 0)
    and $is_group
