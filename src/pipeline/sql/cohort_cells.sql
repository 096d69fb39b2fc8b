-- cohort_cells: per customer and stage, visits by month of entry, visit number and what followed, as one code:
-- month · 1000 + number · 100 + what followed. From $since on every entry was seen, and a silence before it too.
select
    stage_code,
    customer_id,
    cast($month as bigint) * 1000 + number * 100 + next_code as cell,
    cast(count(*) as bigint) as n
from visit_outcomes
where entered_at >= $since
group by stage_code, customer_id, cell
