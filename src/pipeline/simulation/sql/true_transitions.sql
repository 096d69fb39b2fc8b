-- true_transitions: of the visits to a stage entered in the window by $horizon before its end, where they led.
with gaps as (
    select
        happened.person,
        happened.event,
        happened.stage,
        happened.occurred_at,
        lag(happened.stage) over in_order as previous_stage,
        lag(happened.occurred_at) over in_order + to_seconds($silence) < happened.occurred_at as follows_silence
    from happened
    window in_order as (partition by happened.person order by happened.event)
),

runs as (
    select
        *,
        sum((coalesce(follows_silence, true) or stage <> previous_stage)::integer) over so_far as run,
        sum(coalesce(follows_silence, true)::integer) over so_far as journey
    from gaps
    window so_far as (partition by person order by event rows between unbounded preceding and current row)
),

entered as (
    select
        person,
        journey,
        run,
        any_value(stage) as stage,
        min(occurred_at) as entered_at,
        max(occurred_at) as last_at
    from runs
    group by person, journey, run
),

led as (
    select
        *,
        lead(stage) over in_journey as next_stage,
        lead(entered_at) over in_journey as next_at
    from entered
    window in_journey as (partition by person, journey order by run)
),

resolved as (
    select
        people.persona,
        led.stage as from_stage,
        case
            when led.next_at <= led.entered_at + to_seconds($horizon) then led.next_stage
            -- the silence was complete within the horizon
            when led.next_at is null and led.last_at + to_seconds($silence) <= led.entered_at + to_seconds($horizon)
                then '(lost)'
            else '(unresolved)'
        end as to_stage
    from led
    inner join people on led.person = people.person
    where led.entered_at >= $opens and led.entered_at <= $closes - to_seconds($horizon)
)

select
    coalesce(persona, '(all)') as persona,
    from_stage,
    to_stage,
    count(*) as n_moved
from resolved
group by grouping sets ((persona, from_stage, to_stage), (from_stage, to_stage))
order by persona, from_stage, to_stage
