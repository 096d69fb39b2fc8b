-- export_crm_contacts: the people of an account and other callers, in the columns of HubSpot.
with devices as (
    -- the form's hidden field keeps the site's number of the device it was sent from; without a form, the first one seen
    select
        person,
        contact,
        min_by(device_id, (if(touchpoint = 'form_submitted', 0, 1), event)) as device_id
    from identified
    where device in ('desktop', 'mobile') and not is_on_tablet
    group by person, contact
)

select
    concat(local_number, lpad(cast(contact as varchar), 2, '0'), cast(md5_number_lower(seed) % 1000000000 as varchar)) as id,
    as_typed(email, draw_of(seed, local_number, 'crm', contact), $email_typo, $email_variant) as property_email,
    first_name as property_firstname,
    last_name as property_lastname,
    company as property_company,
    list_extract(['Achats', 'Direction', 'Décoration', 'Comptabilité'], 1 + contact % 4) as property_jobtitle,
    as_written(phone, draw_of(seed, local_number, 'crm phone', contact)) as property_phone,
    account as property_associatedcompanyid,
    case when gives_client_id then devices.device_id end as property_ga_client_id,
    contacts.person as person_,
    seed as seed_,
    local_number as local_,
    contact as event_,
    $window_start as moment_
from contacts
left join devices using (person, contact)
where exists (
    select 1 from identified
    where identified.person = contacts.person and identified.contact = contacts.contact
        and touchpoint in ('callback_requested', 'callback_made', 'quote_sent', 'deal_won')
)
