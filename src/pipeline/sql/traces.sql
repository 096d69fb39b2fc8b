-- traces: per identifier, the events in the window that follow it, and whether a goal is among them.
-- Reads followed_events: each event beside the identifier that it follows.
select
    customer_id as node,
    cast(count(*) as bigint) as n_events,
    bool_or(is_goal) as is_at_goal
from followed_events
where customer_id is not null
group by customer_id
order by node
