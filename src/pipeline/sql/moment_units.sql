-- moment_units: the meetings of one touchpoint in one stage, with the persona and what was known of the customer by then.
select
    moment_meetings.*,
    personas.persona,
    $traits
from moment_meetings
inner join personas on moment_meetings.customer_id = personas.customer_id
left join trait_moments on moment_meetings.customer_id = trait_moments.customer_id
where moment_meetings.stage = $stage and moment_meetings.touchpoint = $touchpoint
order by moment_meetings.customer_id, moment_meetings.occurred_at, moment_meetings.position
