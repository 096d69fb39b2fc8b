-- export_survey_responses: one row per answered survey, in the columns of Qualtrics.
select
    concat('R_', left(md5(concat(seed, ':', local_number, ':survey:', event)), 15)) as id,
    case touchpoint when 'nps_answered' then 'SV_NPS' when 'csat_answered' then 'SV_CSAT' else 'SV_CES' end as survey_id,
    'email' as distribution_channel,
    occurred_at - to_seconds(cast(20 + draw_of(seed, local_number, 'minutes', event) % 300 as integer)) as start_date,
    occurred_at as recorded_date,
    1 as finished,
    100 as progress,
    email as recipient_email,
    upper(language) as user_language,
    0 as status,
    person as person_,
    seed as seed_,
    local_number as local_,
    event as event_,
    occurred_at as moment_
from identified
where touchpoint in ('nps_answered', 'csat_answered', 'ces_answered') and occurred_at >= $window_start
