-- kpi_stages: per customer and stage before the answer, what the answers of a KPI add up to (a) and how many (b).
with measured as (
    select
        customer_id,
        answered_after,
        $numerator as numerator
    from scored_steps
    where $when
)

select
    $group as "group",
    measured.answered_after as item,
    measured.customer_id,
    cast(sum(measured.numerator) as bigint) as a,
    cast(count(*) as bigint) as b
from measured
inner join customer_personas on measured.customer_id = customer_personas.customer_id
where measured.numerator is not null
group by $group, measured.answered_after, measured.customer_id
order by "group", item, measured.customer_id
