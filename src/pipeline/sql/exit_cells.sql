-- exit_cells: how visits (journeys: (start)) ended, counted per part of the customers and cell of time.
-- All were entered a horizon before the cut-off, so that up to the horizon nothing is censored: near the cut-off the
-- visits of fast customers would be over-represented, and no curve could tell.
with exits as (
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
),

grouped as (
    select
        $group as "group",
        exits.item,
        exits.to_stage,
        exits.customer_id,
        exits.microseconds
    from exits
    inner join customer_personas on exits.customer_id = customer_personas.customer_id
),

group_customers as (
    select
        "group",
        item,
        count(distinct customer_id) as customers
    from grouped
    group by "group", item
)

-- Codes of customers are keyed hashes, so their remainders are random parts. Few customers are each a part of
-- their own.
select
    grouped."group",
    grouped.item,
    case
        when group_customers.customers < 2 * $parts then grouped.customer_id
        else grouped.customer_id % $parts
    end as part,
    cast($cell as int) as cell,
    grouped.to_stage,
    cast(count(*) as bigint) as exits,
    cast(sum(grouped.microseconds) as bigint) as microseconds,
    min(grouped.microseconds) as least,
    max(grouped.microseconds) as most,
    cast(max(group_customers.customers) as bigint) as customers
from grouped
inner join group_customers on grouped."group" = group_customers."group" and grouped.item = group_customers.item
group by grouped."group", grouped.item, part, cell, grouped.to_stage
order by "group", item, part, cell, to_stage
