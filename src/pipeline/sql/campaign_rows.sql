-- campaign_rows: what each kept row of a table of sums says of a campaign's day; `issue` where it says too little.
with said as (
    select
        source_file,
        source_row,
        cast($campaign as varchar) as campaign,
        cast($day as date) as day,
        try_cast($cost as decimal(18, 6)) as cost,
        try_cast($impressions as bigint) as impressions,
        try_cast($clicks as bigint) as clicks
    from judged_rows
    where parcours_judgement = 'kept'
)

select
    *,
    case
        when campaign is null or trim(campaign) = '' then 'no_campaign'
        when day is null or day < date '1990-01-01' or day >= date '2100-01-01' then 'impossible_date'
        when cost is null then 'unparseable_number'
    end as issue
from said
