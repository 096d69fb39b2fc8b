-- export_cards: one row per holder of the loyalty card, as the till's system writes it: French texts and dates.
select
    concat(contacts.card) as numero_carte,
    as_typed(contacts.email, draw_of(contacts.seed, contacts.local_number, 'loyalty', 0), $email_typo, $email_variant) as email,
    contacts.first_name as prenom,
    upper(contacts.last_name) as nom,
    list_extract($shops, 1 + cast(draw_of(contacts.seed, contacts.local_number, 'shop', 0) % len($shops) as integer)) as magasin,
    strftime(in_paris(joined.occurred_at), '%d/%m/%Y %H:%M:%S,%f') as date_adhesion,
    'active' as statut,
    contacts.person as person_,
    contacts.seed as seed_,
    contacts.local_number as local_,
    joined.event as event_,
    joined.occurred_at as moment_
from identified as joined
inner join contacts on joined.person = contacts.person and joined.contact = contacts.contact
where joined.touchpoint = 'card_joined'
