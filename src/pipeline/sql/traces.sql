-- traces: per identifier, the events in the window that follow it.
-- Reads followed_events: each event beside the identifier that it follows.
select
    customer_id as node,
    cast(count(*) as bigint) as n_events
from followed_events
where customer_id is not null
group by customer_id
order by node
