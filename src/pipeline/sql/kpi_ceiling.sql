-- kpi_ceiling: the least value that at least a share of the steps of a KPI do not exceed.
with ranked as (
    select
        value,
        row_number() over (order by value) as place,
        count(*) over () as n
    from steps
    where $when and value is not null
)

select min(value) as ceiling
from ranked
where place >= $share * n
