-- identities: each identifier beside its customer, and whether that customer contradicts itself.
select
    members.*,
    conflicting_customers.customer_id is not null as is_conflict
from members
left join conflicting_customers on members.customer_id = conflicting_customers.customer_id
