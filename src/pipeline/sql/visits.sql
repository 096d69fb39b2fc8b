-- visits: one row per maximal run of steps in one stage, with where it led and when.
with entered as (
    select
        customer_id,
        journey,
        visit,
        stage,
        channel,
        occurred_at as entered_at,
        lead(stage) over in_journey as next_stage,
        lead(occurred_at) over in_journey as next_at
    from steps
    where opens_visit
    window in_journey as (partition by customer_id, journey order by visit)
)

select
    entered.customer_id,
    entered.journey,
    entered.visit,
    entered.stage,
    entered.channel,
    entered.entered_at,
    -- an exit is dated at the moment the silence is complete, so that near the cut-off
    -- moves and exits are observed on equal terms
    case
        when entered.next_stage is not null then entered.next_at
        when journeys.status = 'lost' then journeys.ended_at + $silence
    end as left_at,
    case
        when entered.next_stage is not null then entered.next_stage
        when journeys.status = 'lost' then '(lost)'
        else '(censored)'
    end as next_stage,
    not (journeys.is_left_truncated and entered.entered_at = journeys.started_at) as is_entry_seen
from entered
inner join journeys
    on entered.customer_id = journeys.customer_id and entered.journey = journeys.journey
order by entered.customer_id, entered.visit
