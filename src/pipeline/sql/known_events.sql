-- known_events: events whose customer is known.
select *
from customer_events
where customer_id is not null and $is_wanted
