-- loss_sums: per persona and stage, what customers' visits add up to: visits lost within the horizon of entry (lost),
-- the others (kept), and the money that goals brought after these, in the same journey and horizon (money).
-- Reads visit_outcomes: next_code is where a visit moved. Sums of squares outgrow 64 bits, so they travel as text.
with placed as (
    select
        visit_outcomes.persona,
        visit_outcomes.customer_id,
        visit_outcomes.visit,
        visit_outcomes.stage_code,
        visit_outcomes.next_code,
        visit_outcomes.entered_at,
        visits.journey
    from visit_outcomes
    inner join visits on visit_outcomes.customer_id = visits.customer_id and visit_outcomes.visit = visits.visit
),

-- what is bought during the visit itself is not lost when it ends
later as (
    select
        placed.customer_id,
        placed.visit,
        cast(round(sum(steps.value) * $scale) as bigint) as money
    from placed
    inner join steps
        on placed.customer_id = steps.customer_id and placed.journey = steps.journey
    where steps.is_goal and steps.visit > placed.visit and steps.occurred_at <= placed.entered_at + $horizon
    group by placed.customer_id, placed.visit
),

customer_rows as (
    select
        placed.persona,
        placed.stage_code,
        placed.customer_id,
        cast(sum(case when placed.next_code = $lost then 1 else 0 end) as decimal(38, 0)) as lost,
        cast(sum(case when placed.next_code = $lost then 0 else 1 end) as decimal(38, 0)) as kept,
        cast(sum(case when placed.next_code = $lost then 0 else coalesce(later.money, 0) end)
            as decimal(38, 0)) as money
    from placed
    left join later on placed.customer_id = later.customer_id and placed.visit = later.visit
    group by placed.persona, placed.stage_code, placed.customer_id
)

select
    persona,
    stage_code,
    cast(count(*) as bigint) as customers,
    cast(sum(lost) as varchar) as lost,
    cast(sum(kept) as varchar) as kept,
    cast(sum(money) as varchar) as money,
    cast(sum(cast(lost * lost as decimal(38, 0))) as varchar) as lost_lost,
    cast(sum(cast(lost * kept as decimal(38, 0))) as varchar) as lost_kept,
    cast(sum(cast(lost * money as decimal(38, 0))) as varchar) as lost_money,
    cast(sum(cast(kept * kept as decimal(38, 0))) as varchar) as kept_kept,
    cast(sum(cast(kept * money as decimal(38, 0))) as varchar) as kept_money,
    cast(sum(cast(money * money as decimal(38, 0))) as varchar) as money_money
from customer_rows
group by persona, stage_code
order by persona, stage_code
