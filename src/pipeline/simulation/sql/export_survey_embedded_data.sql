-- export_survey_embedded_data: the order a survey is about, in the columns of Qualtrics.
select
    concat('R_', left(md5(concat(seed, ':', local_number, ':survey:', event)), 15)) as response_id,
    'order_name' as key,
    order_name as value,
    person as person_,
    seed as seed_,
    local_number as local_,
    event as event_,
    occurred_at as moment_
from identified
where touchpoint in ('nps_answered', 'csat_answered', 'ces_answered') and order_name is not null
    and occurred_at >= $window_start
