-- differences: per world, the exposed units that have an outcome, and the sums of it with and without the effect.
select
    with_it.seed_number,
    count(*) as n_exposed,
    sum(with_it.outcome)::double as total_with,
    sum(without_it.outcome)::double as total_without
from outcomes_with as with_it
inner join outcomes_without as without_it on with_it.person = without_it.person
where with_it.outcome is not null and without_it.outcome is not null
group by with_it.seed_number
order by with_it.seed_number
