-- effort_taken: per stage, what its visits took – own steps, switches of channel, repeated contacts –, as sums over customers
-- ($sums); stages are codes. Counted in the visits of visit_outcomes, up to the horizon; answering a survey is no step towards a goal.
with own_steps as (
    select
        customer_id,
        journey,
        visit,
        occurred_at,
        position,
        channel,
        case when channel in ('support', 'call') then 1 else 0 end as contact
    from steps
    where actor = 'customer' and channel <> 'survey'
),

compared_steps as (
    select
        *,
        lag(channel) over in_journey as channel_before,
        sum(contact) over in_journey - contact as contacts_before
    from own_steps
    window in_journey as (partition by customer_id, journey order by occurred_at, position)
),

taken as (
    select
        visit_outcomes.customer_id,
        visit_outcomes.visit,
        visit_outcomes.stage_code,
        count(compared_steps.position) as n_steps,
        sum(case when compared_steps.channel <> compared_steps.channel_before then 1 else 0 end) as n_switches,
        sum(case when compared_steps.contacts_before > 0 then compared_steps.contact else 0 end) as n_repeated
    from visit_outcomes
    left join compared_steps
        on
            visit_outcomes.customer_id = compared_steps.customer_id
            and visit_outcomes.visit = compared_steps.visit
            and compared_steps.occurred_at <= visit_outcomes.entered_at + $horizon
    group by visit_outcomes.customer_id, visit_outcomes.visit, visit_outcomes.stage_code
),

customer_stages as (
    select
        $group as "group",
        taken.stage_code,
        taken.customer_id,
        count(*) as n,
        cast(sum(taken.n_steps) as bigint) as n_steps,
        cast(sum(taken.n_switches) as bigint) as n_switches,
        cast(sum(taken.n_repeated) as bigint) as n_repeated
    from taken
    inner join customer_personas on taken.customer_id = customer_personas.customer_id
    group by $group, taken.stage_code, taken.customer_id
)

select
    "group",
    stage_code,
    $sums
from customer_stages
group by "group", stage_code
order by "group", stage_code
