-- export_deals: one row per deal won, in the columns of HubSpot.
select
    cast(draw_of(seed, local_number, 'deal', event) >> 20 as varchar) as deal_id,
    'default' as deal_pipeline_id,
    'closedwon' as deal_pipeline_stage_id,
    concat('Aménagement ', coalesce(company, last_name)) as property_dealname,
    value as property_amount,
    occurred_at as property_closedate,
    concat(local_number, lpad(cast(contact as varchar), 2, '0'), cast(md5_number_lower(seed) % 1000000000 as varchar)) as contact_id,
    person as person_,
    seed as seed_,
    local_number as local_,
    event as event_,
    occurred_at as moment_
from identified
where touchpoint = 'deal_won' and occurred_at >= $window_start
