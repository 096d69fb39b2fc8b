-- members: the persons of a batch, counted over all seeds.
select
    seeds.seed_number,
    seeds.seed,
    numbers.number % $customers + 1 as local_number
from (select unnest(range($low, $high)) as number) as numbers
inner join seeds on $first_seed_number + numbers.number // $customers = seeds.seed_number
