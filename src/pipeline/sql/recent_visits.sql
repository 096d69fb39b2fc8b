-- recent_visits: one row per visit whose entry was seen, however recent: how long it was followed, in $bins bins of the
-- horizon, and where it moved. A visit is at risk in the bins that the cut-off leaves whole, up to the one it moves in.
with first_steps as (
    select
        customer_id,
        started_at as first_at,
        is_left_truncated
    from journeys
    where journey = 1
),

measured as (
    select
        customer_personas.persona,
        visits.customer_id,
        $stage_code as stage_code,
        $next_code as next_code,
        date_diff('microsecond', visits.entered_at, visits.left_at) as stayed,
        least(date_diff('microsecond', visits.entered_at, $cut_off) // $bin, $bins) as whole_bins,
        -- nobody knows the age of customers met as the window opens
        case
            when first_steps.is_left_truncated then -1
            else date_diff('microsecond', first_steps.first_at, visits.entered_at) // $bin
        end as age
    from visits
    inner join customer_personas on visits.customer_id = customer_personas.customer_id
    inner join first_steps on visits.customer_id = first_steps.customer_id
    where visits.is_entry_seen
)

select
    persona,
    customer_id,
    cast(stage_code as int) as stage_code,
    cast(customer_id % 1000003 % $parts as int) as part,
    cast(age as int) as age,
    cast(case when stayed <= whole_bins * $bin then greatest((stayed + $bin - 1) // $bin, 1) else whole_bins end as int) as bins,
    cast(case when stayed <= whole_bins * $bin then next_code else -1 end as int) as target,
    whole_bins < $bins as is_recent
from measured
