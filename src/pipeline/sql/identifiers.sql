-- identifiers: every identifier seen, numbered in the order of its kind, keyed hash and period.
-- A value of a kind that changes hands begins a new period when it was unseen for longer than declared.
with gaps as (
    select
        kind,
        value_hash,
        occurred_at,
        coalesce(occurred_at > lag(occurred_at) over (partition by kind, value_hash order by occurred_at) + reassigned_after, false) as is_new
    from seen_identifiers
    where reassigned_after is not null
),

-- events of the same instant lie in one period: the frame holds all of them
in_periods as (
    select
        kind,
        value_hash,
        occurred_at,
        cast(sum(cast(is_new as integer)) over (
            partition by kind, value_hash order by occurred_at range between unbounded preceding and current row
        ) as integer) as period
    from gaps
    union all
    select
        kind,
        value_hash,
        occurred_at,
        0 as period
    from seen_identifiers
    where reassigned_after is null
),

seen as (
    select
        kind,
        value_hash,
        period,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at,
        count(*) as n_events
    from in_periods
    group by kind, value_hash, period
)

select
    cast(row_number() over (order by kind, value_hash, period) - 1 as bigint) as node,
    *
from seen
