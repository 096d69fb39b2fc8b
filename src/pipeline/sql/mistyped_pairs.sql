-- mistyped_pairs: two addresses that differ by one letter before the @, and that no source holds both of.
-- Reads written_addresses: source, value_hash, mailbox, domain, digits.
with addresses as (
    select distinct
        value_hash,
        mailbox,
        domain,
        digits
    from written_addresses
),

places as (select unnest([$places]) as place),

at_places as (
    select
        addresses.*,
        places.place
    from addresses
    inner join places on places.place <= length(addresses.mailbox)
),

-- one letter left out, or swapped with the next: then it is the other
misspelt as (
    select
        value_hash,
        domain,
        digits,
        concat(left(mailbox, place - 1), substring(mailbox, place + 1)) as mailbox
    from at_places
    union
    select
        value_hash,
        domain,
        digits,
        concat(left(mailbox, place - 1), substring(mailbox, place + 1, 1), substring(mailbox, place, 1), substring(mailbox, place + 2)) as mailbox
    from at_places
    where place < length(mailbox)
),

-- one letter changed: all the others are the same
around as (
    select
        value_hash,
        domain,
        digits,
        place,
        left(mailbox, place - 1) as before_it,
        substring(mailbox, place + 1) as behind_it
    from at_places
),

near as (
    select
        misspelt.value_hash as one_hash,
        addresses.value_hash as another_hash
    from misspelt
    inner join addresses
        on misspelt.mailbox = addresses.mailbox and misspelt.domain = addresses.domain and misspelt.digits = addresses.digits
    union all
    select
        one.value_hash as one_hash,
        another.value_hash as another_hash
    from around as one
    inner join around as another
        on
            one.place = another.place
            and one.before_it = another.before_it
            and one.behind_it = another.behind_it
            and one.domain = another.domain
            and one.digits = another.digits
),

pairs as (
    select distinct
        least(one_hash, another_hash) as value_hash,
        greatest(one_hash, another_hash) as other_hash
    from near
    where one_hash <> another_hash
),

-- an address near two others could mean either: it means none
ends as (
    select value_hash as end_hash from pairs
    union all
    select other_hash as end_hash from pairs
),

ambiguous as (
    select end_hash
    from ends
    group by end_hash
    having count(*) > 1
),

-- two addresses in one system are two of its customers, or somebody who changed: nobody mistyped there
held_together as (
    select distinct
        pairs.value_hash,
        pairs.other_hash
    from pairs
    inner join written_addresses as one on pairs.value_hash = one.value_hash
    inner join written_addresses as another on pairs.other_hash = another.value_hash and one.source = another.source
)

select
    pairs.value_hash,
    pairs.other_hash
from pairs
left join ambiguous as one on pairs.value_hash = one.end_hash
left join ambiguous as another on pairs.other_hash = another.end_hash
left join held_together on pairs.value_hash = held_together.value_hash and pairs.other_hash = held_together.other_hash
where one.end_hash is null and another.end_hash is null and held_together.value_hash is null
order by pairs.value_hash, pairs.other_hash
