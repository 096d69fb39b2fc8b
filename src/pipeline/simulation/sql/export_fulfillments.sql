-- export_fulfillments: one row per parcel handed over, or basket made ready in a shop, in the columns of a Shopify export.
select
    concat('7', shipped.order_id) as id,
    shipped.occurred_at as created_at,
    shipped.order_id,
    'success' as status,
    case when sold_orders.is_pickup then null else 'Colissimo' end as tracking_company,
    case when sold_orders.is_pickup then 'pickup' else 'manual' end as service,
    concat(shipped.order_name, '.1') as name,
    shipped.person as person_,
    shipped.seed as seed_,
    shipped.local_number as local_,
    shipped.event as event_,
    shipped.occurred_at as moment_
from identified as shipped
inner join sold_orders on shipped.person = sold_orders.person and shipped.order_number = sold_orders.order_number
where shipped.touchpoint = 'order_shipped'
