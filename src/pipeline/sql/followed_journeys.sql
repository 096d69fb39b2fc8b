-- followed_journeys: one row per journey followed for the horizon: the position of the furthest stage that it visited within it
-- (furthest), and whether it visited each ($is_visited).
with followed as (
    select
        customer_personas.persona,
        journeys.customer_id,
        journeys.journey,
        journeys.first_channel,
        journeys.started_at
    from journeys
    inner join customer_personas on journeys.customer_id = customer_personas.customer_id
    where not journeys.is_left_truncated and journeys.started_at + $horizon <= $cut_off
)

select
    followed.persona,
    followed.customer_id,
    followed.first_channel,
    followed.started_at,
    max($position) as furthest,
    $is_visited
from followed
inner join visits on followed.customer_id = visits.customer_id and followed.journey = visits.journey
-- a journey starts with its first visit, so each has one
where visits.entered_at <= followed.started_at + $horizon
group by followed.persona, followed.customer_id, followed.journey, followed.first_channel, followed.started_at
