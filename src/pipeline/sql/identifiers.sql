-- identifiers: every identifier seen, numbered in the order of its kind and keyed hash.
select
    cast(row_number() over (order by kind, value_hash) - 1 as bigint) as node,
    kind,
    value_hash
from (select distinct kind, value_hash from seen_identifiers)
order by node
