-- arrivals: the persons who come to their next visit, from where they left the last one.
select
    person,
    (visit + 1)::integer as visit,
    next_state as state,
    left_second as entered_second,
    case when left_second < entered_second + 43200 then device_draw end as kept_device_draw,
    case when left_second < entered_second + 43200 then contact end as kept_contact
from current_visits
where next_state <> 'gone' and left_second < $ends
