-- meeting_outcomes: each meeting and what followed within $window, strictly after it; null where nobody can tell.
-- Whole numbers: 1 or 0, minutes of waiting, ten-thousandths of emotion.
with telling_steps as (
    select
        customer_id,
        occurred_at,
        coalesce($support, false) as is_contact,
        emotion
    from steps
    where $support or emotion is not null
),

told_after as (
    select
        meetings.position,
        sum(case when telling_steps.is_contact then 1 else 0 end) as contacts,
        count(telling_steps.emotion) as answers,
        sum(cast(round(telling_steps.emotion * 10000) as bigint)) as emotion
    from meetings
    inner join telling_steps on meetings.customer_id = telling_steps.customer_id
    where
        telling_steps.occurred_at > meetings.occurred_at
        and telling_steps.occurred_at <= meetings.occurred_at + $window
    group by meetings.position
)

select
    meetings.*,
    -- every journey ends one day: only one that has not reached its goal is lost
    case
        when meetings.has_reached_goal then null
        when meetings.next_stage = '(lost)' and meetings.left_at <= meetings.occurred_at + $window + $silence then 1
        else 0
    end as excess_exit,
    case
        when next_stages.place is not null and meetings.left_at <= meetings.occurred_at + $window
            then cast(floor(date_diff('microsecond', meetings.occurred_at, meetings.left_at) / 60000000) as bigint)
    end as wait,
    case
        when next_stages.place < own_stages.place and meetings.left_at <= meetings.occurred_at + $window then 1
        else 0
    end as rework,
    case when told_after.contacts >= 1 then 1 else 0 end as support_contact,
    case when told_after.contacts >= 2 then 1 else 0 end as repeated_contact,
    -- from doing it oneself to asking somebody: the customer's very next step, whatever the brand does in between
    case
        when meetings.actor <> 'customer' or meetings.channel not in ($self_service) then null
        when
            meetings.next_own_channel in ($assisted) and meetings.next_own_at <= meetings.occurred_at + $window
            then 1
        else 0
    end as channel_switch,
    cast(floor(told_after.emotion / nullif(told_after.answers, 0)) as bigint) as emotion_dip
from meetings
inner join stage_order as own_stages on meetings.stage = own_stages.stage
left join stage_order as next_stages on meetings.next_stage = next_stages.stage
left join told_after on meetings.position = told_after.position
order by meetings.stage, meetings.touchpoint, meetings.customer_id, meetings.occurred_at, meetings.position
