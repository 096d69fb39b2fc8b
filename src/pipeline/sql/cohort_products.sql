-- cohort_products: per stage and pair of cells, visits in one times visits in the other, added up over customers.
select
    own.stage_code,
    own.cell,
    other.cell as other_cell,
    cast(sum(own.n * other.n) as bigint) as product
from cohort_cells as own
inner join cohort_cells as other on own.stage_code = other.stage_code and own.customer_id = other.customer_id
group by own.stage_code, own.cell, other.cell
order by own.stage_code, own.cell, other.cell
