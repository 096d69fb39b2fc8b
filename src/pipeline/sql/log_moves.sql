-- log_moves: how often each touchpoint of an event log follows another in a journey; nothing is numbered, nothing written.
-- One sort of four narrow columns. An event opens a journey when no event of its customer lies within $silence before.
with neighbours as (
    select
        touchpoint,
        occurred_at,
        lag(occurred_at) over in_order as previous_at,
        lag(touchpoint) over in_order as previous_touchpoint
    from log_events
    window in_order as (partition by customer_id order by occurred_at, position)
),

moves as (
    select
        -- `b <= a + silence` and not `b - a <= silence`: the same on every engine
        case when occurred_at <= previous_at + $silence then previous_touchpoint end as from_touchpoint,
        touchpoint as to_touchpoint,
        count(*) as n_moves
    from neighbours
    group by all
),

-- whose last silence is not over at the end of the log: any later event would lie within it
open_journeys as (
    select arg_max(touchpoint, (occurred_at, position)) as touchpoint
    from log_events
    where occurred_at > $open_since
    group by customer_id
),

-- as often as a touchpoint is entered and not left for another, a journey ends there
ends as (
    select touchpoint, cast(sum(n) as bigint) as n_ends, cast(sum(n_open) as bigint) as n_open
    from (
        select to_touchpoint as touchpoint, n_moves as n, 0 as n_open from moves
        union all
        select from_touchpoint, -n_moves, 0 from moves where from_touchpoint is not null
        union all
        select touchpoint, 0, 1 from open_journeys
    )
    group by all
)

select coalesce(cast(from_touchpoint as varchar), $start) as from_touchpoint, cast(to_touchpoint as varchar) as to_touchpoint, n_moves from moves
union all
select cast(touchpoint as varchar), $lost, n_ends - n_open from ends where n_ends > n_open
union all
select cast(touchpoint as varchar), $censored, n_open from ends where n_open > 0
order by from_touchpoint, to_touchpoint
