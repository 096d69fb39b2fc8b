-- deviation_counts: per customer, how many of the journeys that began the plan (b) met each planned touchpoint as planned,
-- out of order, failed or not at all (a), and how many met a touchpoint that nobody planned; item: place|touchpoint|what.
-- Reads planned_touchpoints (place from 1, touchpoint). $is_failed: a rule over the step, and over begun_at.
-- Rows with a = 0 are left out; the whole, of which all are shares, is the item of the place 0.
with begun as (
    select
        steps.customer_id,
        steps.journey,
        min(steps.occurred_at) as begun_at
    from steps
    inner join planned_touchpoints on steps.touchpoint = planned_touchpoints.touchpoint
    where planned_touchpoints.place = 1
    group by steps.customer_id, steps.journey
),

followed as (
    select
        $group as "group",
        begun.*
    from begun
    inner join customer_personas on begun.customer_id = customer_personas.customer_id
    where begun.begun_at + $window <= $cut_off
),

-- what happened from the beginning on, in order: ties in time by the order of the sources
walked as (
    select
        steps.*,
        followed."group",
        followed.begun_at,
        row_number() over (
            partition by steps.customer_id, steps.journey
            order by steps.occurred_at, steps.position
        ) as met_as
    from followed
    inner join steps on followed.customer_id = steps.customer_id and followed.journey = steps.journey
    where steps.occurred_at >= followed.begun_at and steps.occurred_at <= followed.begun_at + $window
),

first_times as (
    select
        customer_id,
        journey,
        touchpoint,
        min(met_as) as met_as
    from walked
    group by customer_id, journey, touchpoint
),

met as (
    select
        walked."group",
        walked.customer_id,
        walked.journey,
        walked.touchpoint,
        walked.met_as,
        $is_failed as is_failed
    from walked
    inner join first_times on
        walked.customer_id = first_times.customer_id
        and walked.journey = first_times.journey
        and walked.met_as = first_times.met_as
),

expected as (
    select
        followed."group",
        followed.customer_id,
        followed.journey,
        planned_touchpoints.place,
        planned_touchpoints.touchpoint,
        met.met_as,
        met.is_failed,
        -- the latest of those that should have come before
        max(met.met_as) over (
            partition by followed.customer_id, followed.journey
            order by planned_touchpoints.place
            rows between unbounded preceding and 1 preceding
        ) as met_before
    from followed
    cross join planned_touchpoints
    left join met on
        followed.customer_id = met.customer_id
        and followed.journey = met.journey
        and planned_touchpoints.touchpoint = met.touchpoint
),

judged as (
    select
        "group",
        customer_id,
        concat(place, '|', touchpoint, '|', case
            when met_as is null then 'missing'
            when met_as < met_before then 'out_of_order'
            when is_failed then 'failed'
            else 'as_planned'
        end) as item
    from expected
    union all
    select
        met."group",
        met.customer_id,
        concat($unplanned, '|', met.touchpoint, '|ad_hoc') as item
    from met
    left join planned_touchpoints on met.touchpoint = planned_touchpoints.touchpoint
    where planned_touchpoints.place is null
    union all
    select
        "group",
        customer_id,
        '0||' as item
    from followed
),

journeys_begun as (
    select
        "group",
        customer_id,
        count(*) as n
    from followed
    group by "group", customer_id
)

select
    judged."group",
    judged.item,
    judged.customer_id,
    cast(count(*) as bigint) as a,
    cast(max(journeys_begun.n) as bigint) as b
from judged
inner join journeys_begun on
    judged."group" = journeys_begun."group" and judged.customer_id = journeys_begun.customer_id
group by judged."group", judged.item, judged.customer_id
