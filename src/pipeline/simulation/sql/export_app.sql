-- export_app: one row per interaction in the app, in the columns of an Amplitude export; properties are nested.
select
    device_id,
    shown_login as user_id,
    touchpoint as event_type,
    strftime(occurred_at, '%Y-%m-%dT%H:%M:%S.%f') as event_time,
    {
        'visit_reason': visit_reason,
        'campaign': campaign,
        'gclid': click,
        'kx': shown_profile,
        'banner': banner,
        'page_ms': page_ms,
        'delivery_fee': delivery_fee,
        'checkout_variant': checkout_variant,
        'button_variant': button_variant,
        'form_version': form_version
    } as event_properties,
    case when local_number % 2 = 0 then 'iOS' else 'Android' end as platform,
    'France' as country,
    language,
    cast(epoch_us(date_trunc('hour', occurred_at)) // 1000 as bigint) as session_id,
    md5(concat(seed, ':', local_number, ':amplitude:', event)) as _insert_id,
    '4.12.0' as version_name,
    person as person_,
    seed as seed_,
    local_number as local_,
    event as event_,
    occurred_at as moment_
from identified
where touchpoint in ('site_visit', 'product_viewed', 'basket_viewed', 'form_opened', 'form_submitted')
    and device = 'app'
    and occurred_at >= $window_start
