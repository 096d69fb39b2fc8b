-- links: two identifiers that stood on one event, each pair once, as node numbers.
select distinct
    one.node as node,
    other.node as neighbour
from seen_pairs as pairs
inner join identifiers as one on pairs.value_hash = one.value_hash
inner join identifiers as other on pairs.other_hash = other.value_hash
where one.node <> other.node
order by node, neighbour
