-- customer_events: the events of one source inside the window, each beside its customer.
select
    $customer as customer_id,
    coalesce($goal, false) as is_goal,
    $columns
from source_events
where occurred_at >= $window_start and occurred_at <= $cut_off
