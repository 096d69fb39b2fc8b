-- recent_counts: visits by persona, stage, part of the customers, age, bins at risk and where they moved.
select
    persona,
    stage_code,
    part,
    age,
    bins,
    target,
    cast(count(*) as bigint) as visits,
    cast(count(*) filter (where is_recent and target < 0) as bigint) as censored
from recent_visits
group by
    persona,
    stage_code,
    part,
    age,
    bins,
    target
order by all
