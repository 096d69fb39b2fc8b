-- exits: one row per visit (per journey: (start)), where it led and after how long; censored ones, how long they were seen.
-- All were entered a horizon before the cut-off, so that up to the horizon nothing is censored: near the cut-off the
-- visits of fast customers would be over-represented, and no curve could tell.
select
    customer_id,
    cast(stage as varchar) as item,
    cast(next_stage as varchar) as to_stage,
    date_diff('microsecond', entered_at, coalesce(left_at, $cut_off)) as microseconds
from visits
where is_entry_seen and entered_at + $horizon <= $cut_off
union all
select
    customer_id,
    '(start)' as item,
    case
        when goal_at is not null then '(goal)'
        when status = 'lost' then '(lost)'
        else '(censored)'
    end as to_stage,
    date_diff(
        'microsecond',
        started_at,
        case
            when goal_at is not null then goal_at
            -- a journey is lost when its silence is complete, as visits are
            when status = 'lost' then ended_at + $silence
            else $cut_off
        end
    ) as microseconds
from journeys
where not is_left_truncated and started_at + $horizon <= $cut_off
order by customer_id, item, to_stage, microseconds
