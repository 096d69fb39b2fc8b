-- cohort_totals: per stage and cell, its visits, and the customers that its month and all months have in that stage.
with of_months as (
    select
        stage_code,
        cell // 1000 as month,
        cast(count(distinct customer_id) as bigint) as customers
    from cohort_cells
    group by stage_code, cell // 1000
),

of_stages as (
    select
        stage_code,
        cast(count(distinct customer_id) as bigint) as all_customers
    from cohort_cells
    group by stage_code
),

of_cells as (
    select
        stage_code,
        cell,
        cast(sum(n) as bigint) as visits
    from cohort_cells
    group by stage_code, cell
)

select
    of_cells.stage_code,
    of_cells.cell,
    of_cells.visits,
    of_months.customers,
    of_stages.all_customers
from of_cells
inner join of_stages on of_cells.stage_code = of_stages.stage_code
inner join of_months on of_cells.stage_code = of_months.stage_code and of_cells.cell // 1000 = of_months.month
order by of_cells.stage_code, of_cells.cell
