-- exposed_at_index: the exposure as the index step itself tells it; null where it cannot be known.
select
    event_id as index_event_id,
    $exposure as is_exposed
from units
order by index_event_id
