-- export_fulfillment_events: one row per delivery, beside the day it was promised for, in the columns of a Shopify export.
select
    concat('8', delivered.order_id) as id,
    concat('7', delivered.order_id) as fulfillment_id,
    delivered.order_id,
    'delivered' as status,
    delivered.occurred_at as happened_at,
    cast(delivered.occurred_at as date) - delivered.days_late as estimated_delivery_at,
    case when coalesce(delivered.is_pickup, sold_orders.is_pickup) then 'pickup' else 'parcel' end as message,
    delivered.person as person_,
    delivered.seed as seed_,
    delivered.local_number as local_,
    delivered.event as event_,
    delivered.occurred_at as moment_
from identified as delivered
inner join sold_orders on delivered.person = sold_orders.person and delivered.order_number = sold_orders.order_number
where delivered.touchpoint = 'order_delivered'
