-- export_clicks: one row per click on an ad, in the columns of a Google Ads click view.
select
    click as gclid,
    occurred_at as click_time,
    cast(in_paris(occurred_at) as date) as date,
    '2121450128' as customer_id,
    case campaign when 'spring_sale' then '9935249409' when 'autumn_sale' then '9935249410' else '9935249411' end as campaign_id,
    campaign as campaign_name,
    'SEARCH' as ad_network_type,
    case device when 'desktop' then 'DESKTOP' else 'MOBILE' end as device,
    person as person_,
    seed as seed_,
    local_number as local_,
    event as event_,
    occurred_at as moment_
from identified
where touchpoint = 'ad_clicked' and occurred_at >= $window_start
