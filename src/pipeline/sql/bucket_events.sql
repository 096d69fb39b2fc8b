-- bucket_events: events of known customers in one bucket, repeated texts as codes so that sorting them moves little.
select
    * exclude (source, channel, touchpoint, actor),
    $codes
from bucket_rows
where customer_id is not null and $is_wanted
