-- people: the persons as others may know them.
select
    person,
    seed_number,
    local_number,
    persona,
    language,
    contacts,
    make_timestamp(by_daylight(first_second) * 1000000) as first_at,
    has_login,
    has_card
from persons
order by person
