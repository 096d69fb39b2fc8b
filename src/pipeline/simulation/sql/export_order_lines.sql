-- export_order_lines: one row per order with what was bought, in the columns of a Shopify export.
select
    concat('9', order_id) as id,
    order_id,
    upper(concat(product_line, '-', lpad(cast(draw_of(seed, local_number, 'sku', order_number) % 900 + 100 as varchar), 3, '0'))) as sku,
    concat('Collection ', upper(left(product_line, 1)), substring(product_line, 2)) as title,
    1 as quantity,
    value as price,
    'Maison Clairval' as vendor,
    person as person_,
    seed as seed_,
    local_number as local_,
    event as event_,
    moment as moment_
from sold_orders
where product_line is not null
