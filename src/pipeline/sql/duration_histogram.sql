-- duration_histogram: per group and stage, durations at each thousandth of the ranked visits, with their rank.
-- At most a thousand rows however many the visits, and every quartile is exact.
select
    "group",
    item,
    microseconds,
    cast(place as bigint) as at_most
from stage_durations
where (1000 * place) // visits > (1000 * (place - 1)) // visits
order by "group", item, place
