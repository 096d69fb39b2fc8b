-- trait_moments: when each trait of a customer was first seen – what came after an index was not known at it.
select
    customer_id,
    $moments
from steps
group by customer_id
