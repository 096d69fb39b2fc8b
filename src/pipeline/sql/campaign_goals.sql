-- campaign_goals: per customer and campaign, journeys that a step of the campaign opened (b), and the goals they
-- reached within the horizon (a). Journeys whose beginning may lie before the window are left out.
with opened as (
    select
        steps.customer_id,
        steps.journey,
        steps.occurred_at as opened_at,
        cast($campaign as varchar) as campaign
    from steps
    inner join journeys on steps.customer_id = journeys.customer_id and steps.journey = journeys.journey
    where
        steps.opens_journey
        and steps.channel = 'ads'
        and $campaign is not null
        and not journeys.is_left_truncated
        and steps.occurred_at >= $first
        and steps.occurred_at < $last
),

reached as (
    select
        opened.customer_id,
        opened.journey,
        count(*) as goals
    from opened
    inner join steps on opened.customer_id = steps.customer_id and opened.journey = steps.journey
    where steps.is_goal and steps.occurred_at <= opened.opened_at + $horizon
    group by opened.customer_id, opened.journey
)

select
    '(all)' as "group",
    opened.campaign as item,
    opened.customer_id,
    cast(coalesce(sum(reached.goals), 0) as bigint) as a,
    cast(count(*) as bigint) as b
from opened
left join reached on opened.customer_id = reached.customer_id and opened.journey = reached.journey
group by opened.campaign, opened.customer_id
