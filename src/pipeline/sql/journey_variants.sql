-- journey_variants: how many journeys, of how many customers of each persona, went by the same stages.
select
    persona,
    stage_1,
    stage_2,
    stage_3,
    stage_4,
    stage_5,
    stage_6,
    stage_7,
    stage_8,
    stage_9,
    stage_10,
    cast(count(*) as bigint) as journeys,
    cast(count(distinct customer_id) as bigint) as customers
from walked_journeys
group by
    persona,
    stage_1,
    stage_2,
    stage_3,
    stage_4,
    stage_5,
    stage_6,
    stage_7,
    stage_8,
    stage_9,
    stage_10
order by
    persona,
    stage_1,
    stage_2,
    stage_3,
    stage_4,
    stage_5,
    stage_6,
    stage_7,
    stage_8,
    stage_9,
    stage_10
