-- first_arrivals: each person's first visit.
select
    person,
    1::integer as visit,
    'visit' as state,
    first_second as entered_second,
    null::double as kept_device_draw,
    null::smallint as kept_contact
from persons
