-- export_mail_persons: the profiles mails go to, in the columns of Klaviyo.
select
    profile as id,
    email,
    first_name,
    last_name,
    case language when 'fr' then 'France' else 'United Kingdom' end as country,
    person as person_,
    seed as seed_,
    local_number as local_,
    contact as event_,
    $window_start as moment_
from contacts
where exists (
    select 1 from identified
    where identified.person = contacts.person and identified.contact = contacts.contact
        and touchpoint in ('newsletter_opened', 'promo_opened', 'confirmation_sent')
)
