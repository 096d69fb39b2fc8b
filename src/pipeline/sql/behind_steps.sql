-- behind_steps: the steps that a number counts.
with measured as (
    select
        customer_id,
        stage,
        touchpoint,
        channel,
        actor,
        occurred_at,
        position
    from steps
    where $when
)

select
    'counted' as role,
    measured.position
from measured
inner join customer_personas on measured.customer_id = customer_personas.customer_id
where $is_group
