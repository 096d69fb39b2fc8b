-- export_ticket_users: who asked, in the columns of Zendesk users.
select
    concat(local_number, lpad(cast(contact as varchar), 2, '0'), cast(md5_number_lower(seed) % 1000000000 as varchar)) as id,
    concat(first_name, ' ', last_name) as name,
    as_typed(email, draw_of(seed, local_number, 'support', contact), $email_typo, $email_variant) as email,
    'end-user' as role,
    case language when 'fr' then 'fr-FR' else 'en-GB' end as locale,
    person as person_,
    seed as seed_,
    local_number as local_,
    contact as event_,
    $window_start as moment_
from contacts
where exists (
    select 1 from identified
    where identified.person = contacts.person and identified.contact = contacts.contact
        and touchpoint in ('ticket_opened', 'ticket_solved')
)
