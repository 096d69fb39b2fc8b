-- export_calls: one row per call received, in the columns of Twilio; times are naive local ones.
select
    concat('CA', md5(concat(seed, ':', local_number, ':call:', event))) as id,
    'inbound' as direction,
    concat('+33', substring(phone, 2)) as "from",
    '+33155000000' as "to",
    in_paris(occurred_at) as start_time,
    in_paris(occurred_at) + to_seconds(cast(40 + draw_of(seed, local_number, 'call', event) % 600 as integer)) as end_time,
    cast(40 + draw_of(seed, local_number, 'call', event) % 600 as integer) as duration,
    'completed' as status,
    'USD' as price_unit,
    person as person_,
    seed as seed_,
    local_number as local_,
    event as event_,
    occurred_at as moment_
from identified
where touchpoint = 'call_received' and occurred_at >= $window_start
