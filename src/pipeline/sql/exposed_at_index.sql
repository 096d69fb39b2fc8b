-- exposed_at_index: the exposure as the index step itself tells it; null where it cannot be known.
select
    position as index_position,
    $exposure as is_exposed
from units
order by index_position
