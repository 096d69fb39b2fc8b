-- several_values: customers with more than one value of a kind of which each should have one.
select
    kind,
    customer_id,
    count(distinct value_hash) as n
from members
where kind in $kinds
group by kind, customer_id
having count(distinct value_hash) > 1
