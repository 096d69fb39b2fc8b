-- click_counts: clicks per day and campaign; batches of persons add up.
select
    cast(in_paris(occurred_at) as date) as date,
    campaign,
    count(*) as clicks
from identified
where touchpoint = 'ad_clicked' and occurred_at >= $window_start
group by all
order by date, campaign
