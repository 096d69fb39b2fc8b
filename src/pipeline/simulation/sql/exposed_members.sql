-- exposed_members: the persons whose index was exposed, as members of a second run.
select seeds.seed_number, seeds.seed, units.person % 1000000000 as local_number
from units
inner join seeds on units.seed_number = seeds.seed_number
where units.is_exposed
