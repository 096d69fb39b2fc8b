-- customer_transitions: visits counted once per customer, so that every matrix is a plain group by.
-- A journey whose start was seen is one more visit, to the reserved stage (start), that moves at once.
with moves as (
    select
        customer_id,
        entered_at,
        channel,
        stage as from_stage,
        next_stage as to_stage,
        -- 0, 1, 2 …: the first bound that the duration does not exceed; after the last bound, their number
        $duration_bin as duration_bin,
        is_entry_seen and entered_at + $horizon <= $cut_off as is_followed
    from visits
    union all
    select
        customer_id,
        started_at as entered_at,
        first_channel as channel,
        $start as from_stage,
        first_stage as to_stage,
        0 as duration_bin,
        started_at + $horizon <= $cut_off as is_followed
    from journeys
    where not is_left_truncated
)

select
    customer_id,
    $period as period,
    channel,
    from_stage,
    to_stage,
    cast(duration_bin as int) as duration_bin,
    is_followed,
    cast(count(*) as bigint) as n
from moves
group by
    customer_id,
    $period,
    channel,
    from_stage,
    to_stage,
    duration_bin,
    is_followed
order by customer_id, period, channel, from_stage, to_stage, duration_bin, is_followed
