-- rhythm_steps: what customers do and feel in each part of a clock – an hour of the day, a day of the week –, as sums over
-- customers, beside the customers who ever act (acting).
-- $local_part: the part of a step's local time; $own: per channel, a customer's own steps then; $sums: sums over customers
-- of these, of n of all they ever do (n_ever), and of emotion.
with placed as (
    select
        $group as "group",
        cast($local_part as int) as part,
        steps.customer_id,
        steps.channel,
        steps.actor,
        cast(steps.emotion * 10000 as bigint) as emotion
    from steps
    inner join customer_personas on steps.customer_id = customer_personas.customer_id
),

customer_parts as (
    select
        "group",
        part,
        customer_id,
        count(case when actor = 'customer' then 1 end) as n,
        count(case when actor = 'customer' and channel in ('support', 'call') then 1 end) as n_contacts,
        $own,
        sum(emotion) as felt,
        count(emotion) as n_felt
    from placed
    group by "group", part, customer_id
),

customers as (
    select
        "group",
        customer_id,
        cast(sum(n) as bigint) as n_ever
    from customer_parts
    group by "group", customer_id
),

group_sizes as (
    select
        "group",
        count(*) as acting
    from customers
    where n_ever > 0
    group by "group"
)

select
    customer_parts."group",
    customer_parts.part,
    cast(coalesce(max(group_sizes.acting), 0) as bigint) as acting,
    $sums
from customer_parts
inner join customers on customer_parts."group" = customers."group" and customer_parts.customer_id = customers.customer_id
left join group_sizes on customer_parts."group" = group_sizes."group"
group by customer_parts."group", customer_parts.part
order by customer_parts."group", customer_parts.part
