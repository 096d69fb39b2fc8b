-- export_orders: one row per order, in the columns of a Shopify export; orders touched in the window are there in full.
select
    placed.order_id as id,
    as_typed(placed.email, draw_of(placed.seed, placed.local_number, 'sales', placed.order_number), $email_typo, $email_variant) as email,
    'EUR' as currency,
    placed.value as subtotal_price,
    placed.value as total_price,
    placed.occurred_at as created_at,
    placed.occurred_at as processed_at,
    placed.order_name as name,
    case when placed.gives_phone then
        as_written(placed.phone, draw_of(placed.seed, placed.local_number, 'phone', placed.order_number)) end as billing_address_phone,
    'FR' as shipping_address_country_code,
    case when low_share(draw_of(placed.seed, placed.local_number, 'guest', placed.order_number)) >= $checkout_as_guest
        then placed.login end as customer_id,
    placed.account as company_id,
    'paid' as financial_status,
    case placed.device when 'desktop' then 'web' when 'mobile' then 'mobile_web' else placed.device end as source_name,
    placed.language as customer_locale,
    false as test,
    placed.person as person_,
    placed.seed as seed_,
    placed.local_number as local_,
    placed.event as event_,
    placed.occurred_at as moment_
from identified as placed
inner join sold_orders on placed.person = sold_orders.person and placed.order_number = sold_orders.order_number
where placed.touchpoint = 'order_placed'
