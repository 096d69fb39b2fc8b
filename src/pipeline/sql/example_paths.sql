-- example_paths: the ways through each place that most customers walked, two places before to two after; repeats in a
-- row are one. Only journeys whose start and end are seen. A way that fewer than $smallest customers of some persona
-- walked is told for all customers only, if at all: no persona's number follows from the others.
with runs as (
    select
        steps_beside.*,
        min(occurred_at) over whole_journey as started_at,
        max(occurred_at) over whole_journey as ended_at
    from steps_beside
    window whole_journey as (partition by customer_id, journey)
),

ways as (
    select
        persona,
        customer_id,
        started_at,
        ended_at,
        place,
        lag(place, 2) over in_order as before_2,
        lag(place, 1) over in_order as before_1,
        lead(place, 1) over in_order as after_1,
        lead(place, 2) over in_order as after_2
    from runs
    where place <> place_before
    window in_order as (partition by customer_id, journey order by occurred_at, position)
),

walked as (
    select
        persona,
        place,
        coalesce(before_2, '') as before_2,
        coalesce(before_1, '') as before_1,
        coalesce(after_1, '') as after_1,
        coalesce(after_2, '') as after_2,
        count(*) as n,
        count(distinct customer_id) as customers
    from ways
    where started_at >= $window_start + $silence and ended_at + $silence <= $cut_off
    group by persona, place, before_2, before_1, after_1, after_2
),

shown as (
    select
        '(all)' as "group",
        place,
        before_2,
        before_1,
        after_1,
        after_2,
        cast(sum(n) as bigint) as n,
        cast(sum(customers) as bigint) as customers
    from walked
    group by place, before_2, before_1, after_1, after_2
    having sum(customers) >= $smallest
    union all
    select
        persona as "group",
        place,
        before_2,
        before_1,
        after_1,
        after_2,
        n,
        customers
    from walked
    qualify min(customers) over (partition by place, before_2, before_1, after_1, after_2) >= $smallest
),

ranked as (
    select
        *,
        row_number() over (
            partition by "group", place order by customers desc, n desc, before_2, before_1, after_1, after_2
        ) as place_in_list
    from shown
)

select
    "group",
    place,
    before_2,
    before_1,
    after_1,
    after_2,
    n,
    customers
from ranked
where place_in_list <= $most
order by "group", place, place_in_list
