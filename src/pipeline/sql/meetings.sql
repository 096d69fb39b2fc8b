-- meetings: the first step of each touchpoint in each visit, by customers of one half, if what followed is known.
with of_half as (
    select
        steps.*,
        half_customers.persona
    from steps
    inner join half_customers on steps.customer_id = half_customers.customer_id
),

placed as (
    select
        *,
        row_number() over (
            partition by customer_id, visit, touchpoint order by occurred_at, position
        ) as place,
        max(case when is_goal then 1 else 0 end) over (
            partition by customer_id, journey order by occurred_at, position
            rows between unbounded preceding and current row
        ) = 1 as has_reached_goal
    from of_half
),

own_steps as (
    select
        position,
        lead(channel) over in_journey as next_channel,
        lead(occurred_at) over in_journey as next_at
    from of_half
    where actor = 'customer'
    window in_journey as (partition by customer_id, journey order by occurred_at, position)
)

select
    placed.*,
    own_steps.next_channel as next_own_channel,
    own_steps.next_at as next_own_at,
    visits.next_stage,
    visits.left_at
from placed
inner join visits on placed.customer_id = visits.customer_id and placed.visit = visits.visit
left join own_steps on placed.position = own_steps.position
-- an exit is known only when the silence after the window is complete; the rest shares that follow-up
where placed.place = 1 and placed.occurred_at + $window + $silence <= $cut_off
order by placed.stage, placed.touchpoint, placed.customer_id, placed.occurred_at, placed.position
