-- export_card_uses: one row per use of the card at a till: decimal commas, days first.
select
    card as numero_carte,
    strftime(in_paris(occurred_at), '%d/%m/%Y %H:%M:%S,%f') as date_passage,
    replace(cast(cast((1000 + draw_of(seed, local_number, 'till', event) % 14000) / 100.0 as decimal(9, 2)) as varchar), '.', ',') as montant,
    cast(10 + draw_of(seed, local_number, 'points', event) % 140 as varchar) as points,
    'fidélité' as operation,
    person as person_,
    seed as seed_,
    local_number as local_,
    event as event_,
    occurred_at as moment_
from identified
where touchpoint = 'card_used' and occurred_at >= $window_start
