-- export_tickets: one row per ticket, in the columns of Zendesk; tickets touched in the window are there in full.
with turns as (
    -- the k-th solution of an order belongs to its k-th ticket: that one was open by then
    select
        *,
        row_number() over (partition by person, order_number, touchpoint order by event) as number
    from identified
    where touchpoint in ('ticket_opened', 'ticket_solved')
),

tickets as (
    select opened.*, solved.occurred_at as solved_at
    from turns as opened
    left join turns as solved
        on opened.person = solved.person
        and opened.order_number is not distinct from solved.order_number
        and opened.number = solved.number
        and solved.touchpoint = 'ticket_solved'
    where opened.touchpoint = 'ticket_opened'
)

select
    cast(draw_of(seed, local_number, 'ticket', tickets.event) >> 12 as varchar) as id,
    occurred_at as created_at,
    solved_at,
    case when solved_at is null then 'open' else 'solved' end as status,
    'web' as via_channel,
    concat(local_number, lpad(cast(contact as varchar), 2, '0'), cast(md5_number_lower(seed) % 1000000000 as varchar)) as requester_id,
    'Commande' as subject,
    coalesce(verbatims.text, '') as description,
    order_name as external_id,
    'normal' as priority,
    'incident' as type,
    tickets.person as person_,
    seed as seed_,
    local_number as local_,
    tickets.event as event_,
    occurred_at as moment_
from tickets
left join said on tickets.person = said.person and tickets.event = said.event
left join verbatims on said.number = verbatims.number
where coalesce(solved_at, occurred_at) >= $window_start
