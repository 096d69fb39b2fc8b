-- followed_moves: visits followed for the horizon, ready to be counted by customer in any group: where they moved to stands in
-- few whole numbers, a digit per stage ($packed).
select
    customer_personas.persona,
    customer_transitions.customer_id,
    customer_transitions.channel,
    $period as period,
    customer_transitions.from_stage,
    $packed
from customer_transitions
inner join customer_personas on customer_transitions.customer_id = customer_personas.customer_id
where customer_transitions.is_followed
