-- two_values: identifiers on which two values of another kind stood in turn, no further apart than declared.
with in_turn as (
    select
        *,
        lag(value_hash) over in_order as previous_hash,
        lag(occurred_at) over in_order as previous_at
    from values_together
    window in_order as (partition by on_hash order by occurred_at, position)
),

changes as (
    select
        *,
        row_number() over (partition by on_hash order by occurred_at, position) as number
    from in_turn
    where value_hash <> previous_hash and occurred_at <= previous_at + $within
),

sides as (
    select on_hash, value_hash from changes
    union
    select on_hash, previous_hash from changes
),

counted as (
    select
        on_hash,
        count(*) as n
    from sides
    group by on_hash
)

-- of a value that changed hands, the customer of the time when it happened
select
    members.customer_id,
    changes.on_hash as value_hash,
    counted.n,
    cast(changes.occurred_at as varchar) as first_seen_at,
    changes.source
from changes
inner join counted on changes.on_hash = counted.on_hash
inner join members
    on changes.on_hash = members.value_hash
    and members.kind = $on_kind
    and changes.occurred_at between members.first_seen_at and members.last_seen_at
where changes.number = 1
