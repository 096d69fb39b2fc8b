-- effort_counts: per customer and stage, what visits took and what customers say they took: one row per question (item:
-- measure|stage) with a numerator a and a denominator b, whole numbers. Own steps, switches of channel and repeated contacts
-- are counted in the visits of visit_outcomes, up to the horizon; answering a survey is no step towards a goal.
-- $declared: an effort score was given, $effort: the score in ten-thousandths; $asked: a step that the question is about.
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

visited as (
    select
        visits.customer_id,
        visits.visit,
        visits.stage,
        visits.entered_at
    from visits
    inner join visit_outcomes on visits.customer_id = visit_outcomes.customer_id and visits.visit = visit_outcomes.visit
),

taken as (
    select
        visited.customer_id,
        visited.visit,
        visited.stage,
        count(compared_steps.position) as n_steps,
        sum(case when compared_steps.channel <> compared_steps.channel_before then 1 else 0 end) as n_switches,
        sum(case when compared_steps.contacts_before > 0 then compared_steps.contact else 0 end) as n_repeated
    from visited
    left join compared_steps
        on
            visited.customer_id = compared_steps.customer_id
            and visited.visit = compared_steps.visit
            and compared_steps.occurred_at <= visited.entered_at + $horizon
    group by visited.customer_id, visited.visit, visited.stage
),

asked as (
    select
        customer_id,
        journey,
        stage,
        row_number() over (partition by customer_id, journey order by occurred_at, position) as place
    from steps
    where $asked
),

placed as (
    select
        *,
        sum(case when $asked then 1 else 0 end) over (
            partition by customer_id, journey order by occurred_at, position
            rows between unbounded preceding and 1 preceding
        ) as place
    from steps
),

answered as (
    select
        *,
        $effort as effort
    from placed
    where $declared and score is not null
),

-- an answer is about the last step before it that it was asked for, and belongs to that step's stage
answers as (
    select
        answered.customer_id,
        coalesce(asked.stage, answered.stage) as stage,
        answered.effort
    from answered
    left join asked
        on
            answered.customer_id = asked.customer_id
            and answered.journey = asked.journey
            and answered.place = asked.place
),

counted as (
    select
        customer_id,
        concat('steps|', stage) as item,
        n_steps as a
    from taken
    union all
    select
        customer_id,
        concat('channel_switches|', stage) as item,
        n_switches as a
    from taken
    union all
    select
        customer_id,
        concat('repeated_contacts|', stage) as item,
        n_repeated as a
    from taken
    union all
    select
        customer_id,
        concat('declared|', stage) as item,
        effort as a
    from answers
)

select
    $group as "group",
    counted.item,
    counted.customer_id,
    cast(sum(counted.a) as bigint) as a,
    cast(count(*) as bigint) as b
from counted
inner join customer_personas on counted.customer_id = customer_personas.customer_id
group by $group, counted.item, counted.customer_id
