-- walked_journeys: complete journeys with the stages of their first ten visits; -1: no such visit.
-- Complete are journeys whose start was seen and that ended in a silence.
with complete as (
    select
        customer_id,
        journey
    from journeys
    where not is_left_truncated and status = 'lost'
),

placed as (
    select
        visits.customer_id,
        visits.journey,
        cast($stage_code as int) as stage_code,
        row_number() over (
            partition by visits.customer_id, visits.journey order by visits.visit
        ) as place
    from visits
    inner join complete on visits.customer_id = complete.customer_id and visits.journey = complete.journey
),

walked as (
    select
        customer_id,
        journey,
        coalesce(max(case when place = 1 then stage_code end), -1) as stage_1,
        coalesce(max(case when place = 2 then stage_code end), -1) as stage_2,
        coalesce(max(case when place = 3 then stage_code end), -1) as stage_3,
        coalesce(max(case when place = 4 then stage_code end), -1) as stage_4,
        coalesce(max(case when place = 5 then stage_code end), -1) as stage_5,
        coalesce(max(case when place = 6 then stage_code end), -1) as stage_6,
        coalesce(max(case when place = 7 then stage_code end), -1) as stage_7,
        coalesce(max(case when place = 8 then stage_code end), -1) as stage_8,
        coalesce(max(case when place = 9 then stage_code end), -1) as stage_9,
        coalesce(max(case when place = 10 then stage_code end), -1) as stage_10
    from placed
    group by customer_id, journey
)

select
    customer_personas.persona,
    walked.customer_id,
    walked.journey,
    walked.stage_1,
    walked.stage_2,
    walked.stage_3,
    walked.stage_4,
    walked.stage_5,
    walked.stage_6,
    walked.stage_7,
    walked.stage_8,
    walked.stage_9,
    walked.stage_10
from walked
inner join customer_personas on walked.customer_id = customer_personas.customer_id
