-- touchpoint_counts: events and customers of each touchpoint, beside the customers of the group.
with grouped as (
    select
        $group as "group",
        steps.customer_id,
        steps.stage,
        steps.touchpoint,
        steps.channel,
        steps.actor
    from steps
    inner join customer_personas on steps.customer_id = customer_personas.customer_id
),

group_sizes as (
    select
        "group",
        count(distinct customer_id) as group_customers
    from grouped
    group by "group"
)

select
    grouped."group",
    grouped.stage,
    grouped.touchpoint,
    grouped.channel,
    grouped.actor,
    cast(count(*) as bigint) as n_events,
    cast(count(distinct grouped.customer_id) as bigint) as n_customers,
    cast(max(group_sizes.group_customers) as bigint) as group_customers
from grouped
inner join group_sizes on grouped."group" = group_sizes."group"
group by grouped."group", grouped.stage, grouped.touchpoint, grouped.channel, grouped.actor
order by grouped."group", grouped.stage, grouped.touchpoint, grouped.channel, grouped.actor
