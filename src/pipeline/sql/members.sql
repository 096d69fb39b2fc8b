-- members: each identifier beside its customer.
select
    identifiers.*,
    memberships.customer_id,
    memberships.component_size,
    memberships.is_hub
from identifiers
inner join memberships on identifiers.node = memberships.node
