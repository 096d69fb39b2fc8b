-- emotion_of_customers: per customer the mean of all emotions, in ten-thousandths (a), counted once (b).
-- Reads felt: customer_id, stage, channel, occurred_at, emotion (ten-thousandths).
select
    $group as "group",
    $item as item,
    felt.customer_id,
    cast(round(sum(felt.emotion) / count(*)) as bigint) as a,
    cast(1 as bigint) as b
from felt
inner join customer_personas on felt.customer_id = customer_personas.customer_id
where felt.emotion is not null
group by $group, felt.customer_id
order by "group", item, felt.customer_id
