-- sold_orders: one row per order with any event in the window: what is known of it as a whole.
select
    person,
    order_number,
    min(seed) as seed,
    min(local_number) as local_number,
    min(order_id) as order_id,
    min(order_name) as order_name,
    min(event) as event,
    min(occurred_at) as moment,
    max(product_line) as product_line,
    coalesce(bool_or(is_pickup), false) as is_pickup,
    bool_or(has_gift_wrap) as has_gift_wrap,
    bool_or(is_express) as is_express,
    max(value) filter (where touchpoint = 'order_placed') as value,
    min(device_id) filter (where touchpoint = 'order_placed' and gives_client_id and not is_on_tablet) as device_id
from identified
where touchpoint in ('order_placed', 'order_shipped', 'order_delivered')
group by person, order_number
having max(occurred_at) >= $window_start
