-- links: two identifiers that stood on one event, or that are one mistyped, as node numbers, once per source that says so.
with met as (
    select
        value_hash,
        period,
        other_hash,
        other_period,
        source,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at,
        cast(sum(n_events) as bigint) as n_events
    from seen_pairs
    group by value_hash, period, other_hash, other_period, source
)

select
    one.node,
    other.node as other_node,
    met.source,
    met.first_seen_at,
    met.last_seen_at,
    met.n_events
from met
inner join identifiers as one on met.value_hash = one.value_hash and met.period = one.period
inner join identifiers as other on met.other_hash = other.value_hash and met.other_period = other.period
