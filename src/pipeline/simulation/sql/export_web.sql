-- export_web: one row per interaction on the site, in the columns of a GA4 export; a purchase is the shop's to report.
select
    case touchpoint
        when 'site_visit' then 'session_start'
        when 'product_viewed' then 'view_item'
        when 'basket_viewed' then 'view_cart'
        when 'form_opened' then 'form_start'
        when 'form_submitted' then 'form_submit'
        else 'purchase'
    end as name,
    occurred_at as timestamp,
    cast(in_paris(occurred_at) as date) as date,
    'web' as platform,
    device as device_category,
    'France' as geo_country,
    device_id as user_pseudo_id,
    shown_login as user_id,
    case when click is not null then 'google' else '(direct)' end as traffic_source_source,
    case when click is not null then 'cpc' else '(none)' end as traffic_source_medium,
    campaign as param_campaign,
    click as param_gclid,
    shown_profile as param_kx,
    cast(epoch_us(date_trunc('hour', occurred_at)) // 1000000 as bigint) as param_ga_session_id,
    visit_reason as param_visit_reason,
    banner as param_banner,
    page_ms as param_page_load_ms,
    delivery_fee as param_delivery_fee,
    checkout_variant as param_checkout_variant,
    button_variant as param_button_variant,
    form_version as param_form_version,
    case when shown_login is not null then account end as param_account_id,
    case when touchpoint = 'order_placed' then order_name end as ecommerce_transaction_id,
    case when touchpoint = 'order_placed' then value end as ecommerce_purchase_revenue,
    'maison-clairval.example' as event_dimensions_hostname,
    '3206015529' as stream_id,
    person as person_,
    seed as seed_,
    local_number as local_,
    event as event_,
    occurred_at as moment_
from identified
where touchpoint in ('site_visit', 'product_viewed', 'basket_viewed', 'form_opened', 'form_submitted', 'order_placed')
    and coalesce(device, 'desktop') <> 'app'
    and (touchpoint <> 'order_placed' or device is not null)
    and occurred_at >= $window_start
