-- retention_waits: how many customers were followed for so many periods and came back first in one of them (or in none).
with waits as (
    select
        persona,
        customer_id,
        followed,
        min(period) as period
    from kpi_returns
    group by persona, customer_id, followed
)

select
    persona,
    followed,
    period,
    cast(count(*) as bigint) as customers
from waits
group by persona, followed, period
order by persona, followed, period
