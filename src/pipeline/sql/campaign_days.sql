-- campaign_days: cost, impressions and clicks of each campaign on each day, whatever else the export tells apart.
select
    campaign,
    strftime(day, '%Y-%m-%d') as day,
    cast(sum(cost) as decimal(38, 6)) as cost,
    cast(sum(impressions) as bigint) as impressions,
    cast(sum(clicks) as bigint) as clicks
from campaign_rows
where issue is null
group by campaign, day
order by campaign, day
