-- raw_rows: the row of a raw file that each event behind a number comes from.
select
    behind_events.role,
    events.source,
    events.source_file,
    events.source_row
from behind_events
inner join events on behind_events.position = events.position
order by behind_events.role, events.position
