-- members: each identifier beside its customer, whose code comes from its least identifier.
select
    identifiers.*,
    customer_codes.customer_id,
    memberships.component_size,
    memberships.is_hub
from identifiers
inner join memberships on identifiers.node = memberships.node
inner join customer_codes on memberships.least_node = customer_codes.least_node
