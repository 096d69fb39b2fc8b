-- bucketed_events: events of known customers, cut by the leading bits of the customer's code.
-- Ranges and not remainders: the buckets, taken in order, are sorted by customer as a whole.
select
    *,
    customer_id // $width as bucket
from customer_events
where customer_id is not null
