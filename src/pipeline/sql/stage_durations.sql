-- stage_durations: how long each visit took that was entered a horizon before the cut-off and moved on within it, with
-- its rank by duration among the visits of its group and stage.
-- Exits are left out: their date is a silence, not a behaviour. So are visits whose entry nobody saw.
with moved as (
    select
        $group as "group",
        visits.stage as item,
        visits.customer_id,
        date_diff('microsecond', visits.entered_at, visits.left_at) as microseconds
    from visits
    inner join customer_personas on visits.customer_id = customer_personas.customer_id
    where
        visits.is_entry_seen
        and visits.entered_at + $horizon <= $cut_off
        and visits.left_at <= visits.entered_at + $horizon
        and visits.next_stage not in ('(lost)', '(censored)')
)

select
    "group",
    item,
    customer_id,
    microseconds,
    row_number() over (partition by "group", item order by microseconds, customer_id) as place,
    count(*) over (partition by "group", item) as visits
from moved
