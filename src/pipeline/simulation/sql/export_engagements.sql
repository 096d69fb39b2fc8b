-- export_engagements: one row per call-back asked for or made and per quote, in the columns of HubSpot.
select
    cast(draw_of(seed, local_number, 'engagement', event) >> 20 as varchar) as engagement_id,
    case touchpoint when 'callback_requested' then 'TASK' when 'callback_made' then 'CALL' else 'EMAIL' end as type,
    occurred_at as property_hs_timestamp,
    case touchpoint
        when 'callback_requested' then 'Rappel demandé'
        when 'callback_made' then 'Rappel effectué'
        else 'Devis envoyé'
    end as property_hs_title,
    concat(local_number, lpad(cast(contact as varchar), 2, '0'), cast(md5_number_lower(seed) % 1000000000 as varchar)) as contact_id,
    person as person_,
    seed as seed_,
    local_number as local_,
    event as event_,
    occurred_at as moment_
from identified
where touchpoint in ('callback_requested', 'callback_made', 'quote_sent') and occurred_at >= $window_start
