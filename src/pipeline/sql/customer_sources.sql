-- customer_sources: which source saw which customer.
select distinct
    customer_id,
    source
from steps
