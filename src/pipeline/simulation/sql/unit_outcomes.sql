-- unit_outcomes: the outcome of each exposed unit: 1 or 0, or its first score (null: no answer).
select
    units.person,
    units.seed_number,
    if(
        $is_score,
        min_by(moments.score, moments.moment),
        (count(moments.moment) > 0)::integer
    ) as outcome
from units
left join moments
    on units.person = moments.person and list_contains($outcome, moments.touchpoint)
    and moments.moment > units.close_at and moments.moment <= units.close_at + $outcome_window
where units.is_exposed
group by units.person, units.seed_number
