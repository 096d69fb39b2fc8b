-- emotion_counts: per customer and stage, ten-thousandths of emotion (a) over what it was felt in (b).
-- Reads felt: customer_id, stage, channel, occurred_at, emotion (ten-thousandths).
select
    $group as "group",
    felt.stage as item,
    felt.customer_id,
    cast(sum(felt.emotion) as bigint) as a,
    cast(count(*) as bigint) as b
from felt
inner join customer_personas on felt.customer_id = customer_personas.customer_id
where felt.emotion is not null
group by $group, felt.stage, felt.customer_id
order by "group", item, felt.customer_id
