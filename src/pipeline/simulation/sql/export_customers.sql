-- export_customers: one row per login, in the columns of a Shopify export: whoever signed up gave an e-mail.
-- Logins of people who were gone before the window opens were not updated since, and are left out.
with holders as (
    select
        person,
        contact,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at
    from identified
    group by person, contact
)

select
    contacts.login as id,
    as_typed(contacts.email, draw_of(contacts.seed, contacts.local_number, 'sign up', contacts.contact), $email_typo, $email_variant) as email,
    'enabled' as state,
    contacts.account as company_id,
    holders.first_at as created_at,
    holders.last_at as updated_at,
    contacts.person as person_,
    contacts.seed as seed_,
    contacts.local_number as local_,
    contacts.contact as event_,
    holders.first_at as moment_
from contacts
inner join holders on contacts.person = holders.person and contacts.contact = holders.contact
where contacts.login is not null and holders.last_at >= $window_start
