-- export_order_note_attributes: the site's number of the buyer's device, noted on the order, as shops on Shopify do.
select
    order_id,
    'ga_client_id' as name,
    device_id as value,
    person as person_,
    seed as seed_,
    local_number as local_,
    event as event_,
    moment as moment_
from sold_orders
where device_id is not null
