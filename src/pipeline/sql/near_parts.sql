-- near_parts: which parts of a whole lie in one journey: an event of one beside an event of the other, without a silence between.
-- Reads placed_events: whole, part, occurred_at.
with in_order as (
    select
        part,
        occurred_at,
        lag(part) over before as previous_part,
        lag(occurred_at) over before as previous_at
    from placed_events
    window before as (partition by whole order by occurred_at, part)
)

select distinct
    part,
    previous_part
from in_order
where part <> previous_part and occurred_at <= previous_at + $silence
order by part, previous_part
