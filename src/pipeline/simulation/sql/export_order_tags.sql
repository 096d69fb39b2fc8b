-- export_order_tags: one row per tag of an order, in the columns of a Shopify export.
select
    order_id,
    1 as index,
    tag as value,
    person as person_,
    seed as seed_,
    local_number as local_,
    event * 2 + cast(tag = 'express' as integer) as event_,
    moment as moment_
from sold_orders
inner join (values ('gift_wrap'), ('express')) as tags (tag)
    on (tag = 'gift_wrap' and has_gift_wrap) or (tag = 'express' and is_express)
