-- emotion_counts: per customer and stage, ten-thousandths of emotion (a) over scored events (b).
select
    $group as "group",
    steps.stage as item,
    steps.customer_id,
    cast(sum(cast(steps.emotion * 10000 as bigint)) as bigint) as a,
    cast(count(*) as bigint) as b
from steps
inner join customer_personas on steps.customer_id = customer_personas.customer_id
where steps.emotion is not null
group by $group, steps.stage, steps.customer_id
order by "group", item, steps.customer_id
