-- touchpoint_counts: events and customers of each touchpoint, beside the customers of the group.
with met as (
    select
        $group as "group",
        steps.customer_id,
        steps.stage,
        steps.touchpoint,
        steps.channel,
        steps.actor,
        count(*) as events
    from steps
    inner join customer_personas on steps.customer_id = customer_personas.customer_id
    group by $group, steps.customer_id, steps.stage, steps.touchpoint, steps.channel, steps.actor
),

customers as (
    select
        "group",
        customer_id
    from met
    group by "group", customer_id
),

group_sizes as (
    select
        "group",
        count(*) as group_customers
    from customers
    group by "group"
)

select
    met."group",
    met.stage,
    met.touchpoint,
    met.channel,
    met.actor,
    cast(sum(met.events) as bigint) as n_events,
    cast(count(*) as bigint) as n_customers,
    cast(max(group_sizes.group_customers) as bigint) as group_customers
from met
inner join group_sizes on met."group" = group_sizes."group"
group by met."group", met.stage, met.touchpoint, met.channel, met.actor
order by met."group", met.stage, met.touchpoint, met.channel, met.actor
