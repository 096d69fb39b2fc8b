-- export_campaign_stats: what the campaigns cost per day, in the columns of Google Ads; money in millionths.
with days as (
    select date, campaign, cast(sum(clicks) as bigint) as clicks
    from all_click_counts
    group by date, campaign
)

select
    '2121450128' as customer_id,
    date,
    case campaign when 'spring_sale' then '9935249409' when 'autumn_sale' then '9935249410' else '9935249411' end as id,
    campaign as name,
    'SEARCH' as ad_network_type,
    clicks,
    clicks * cast(14 + md5_number_lower(concat(date, campaign, 'impressions')) % 12 as bigint) as impressions,
    -- between 31 and 68 cents a click
    clicks * cast(310000 + md5_number_lower(concat(date, campaign, 'cost')) % 370000 as bigint) as cost_micros
from days
order by date, id
