-- kpi_steps: per customer, what the steps of a KPI add up to (a, whole numbers) and how many they are (b).
with measured as (
    select
        customer_id,
        channel,
        occurred_at,
        $numerator as numerator
    from steps
    where $when
)

select
    $group as "group",
    $item as item,
    measured.customer_id,
    cast(sum(measured.numerator) as bigint) as a,
    cast(count(*) as bigint) as b
from measured
inner join customer_personas on measured.customer_id = customer_personas.customer_id
where measured.numerator is not null
group by $group, measured.customer_id
