-- behind_transition: the event that opens each visit of a row of the matrix, and what shows where it moved to: the
-- first event there or, of a journey that was lost, the last one seen.
with openings as (
    select
        customer_id,
        journey,
        visit,
        position
    from steps
    where opens_visit
),

starts as (
    select
        journeys.customer_id,
        journeys.started_at as entered_at,
        journeys.started_at as left_at,
        journeys.first_channel as channel,
        '(start)' as from_stage,
        journeys.first_stage as to_stage,
        steps.visit - 1 as visit,
        steps.position
    from journeys
    inner join steps on journeys.customer_id = steps.customer_id and journeys.journey = steps.journey
    where steps.opens_journey and not journeys.is_left_truncated
),

moves as (
    select
        visits.customer_id,
        visits.entered_at,
        visits.left_at,
        visits.channel,
        visits.stage as from_stage,
        visits.next_stage as to_stage,
        visits.visit,
        openings.position
    from visits
    inner join openings on visits.customer_id = openings.customer_id and visits.visit = openings.visit
    where visits.is_entry_seen
    union all
    select *
    from starts
),

followed as (
    select
        moves.customer_id,
        moves.visit,
        moves.position,
        case
            when moves.to_stage <> '(censored)' and moves.left_at <= moves.entered_at + $horizon then moves.to_stage
            else '(unresolved)'
        end as to_stage
    from moves
    inner join customer_personas on moves.customer_id = customer_personas.customer_id
    where moves.from_stage = $from_stage and moves.entered_at + $horizon <= $cut_off and $is_group
),

last_steps as (
    select
        customer_id,
        visit,
        position,
        row_number() over (
            partition by customer_id, visit order by occurred_at desc, position desc
        ) as place
    from steps
)

select
    case when to_stage = $to_stage then 'counted' else 'not counted' end as role,
    position
from followed
union all
select
    'shown by' as role,
    openings.position
from followed
inner join openings on followed.customer_id = openings.customer_id and followed.visit + 1 = openings.visit
where followed.to_stage = $to_stage and followed.to_stage not in ('(lost)', '(unresolved)')
union all
select
    'shown by' as role,
    last_steps.position
from followed
inner join last_steps on followed.customer_id = last_steps.customer_id and followed.visit = last_steps.visit
where followed.to_stage = $to_stage and followed.to_stage = '(lost)' and last_steps.place = 1
