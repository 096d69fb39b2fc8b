-- monthly_products: for each persona, item and pair of months, sums over the customers seen in both of them: what a
-- clustered variance (the pair is one month twice) and a covariance need. Personas add up to everybody.
-- Reads customer_months (period, item, customer_id, b and the columns that $sums names) and period_pairs.
select
    customer_personas.persona,
    this_month.item,
    period_pairs.period,
    period_pairs.other_period,
    cast(count(*) as bigint) as customers,
    cast(sum(cast(this_month.b as decimal(38, 0))) as varchar) as b,
    cast(sum(cast(cast(this_month.b as decimal(38, 0)) * other_month.b as decimal(38, 0))) as varchar) as bb,
    $sums
from period_pairs
inner join customer_months as this_month on period_pairs.period = this_month.period
inner join customer_months as other_month
    on
        period_pairs.other_period = other_month.period
        and this_month.customer_id = other_month.customer_id
        and this_month.item = other_month.item
inner join customer_personas on this_month.customer_id = customer_personas.customer_id
group by customer_personas.persona, this_month.item, period_pairs.period, period_pairs.other_period
order by customer_personas.persona, this_month.item, period_pairs.period, period_pairs.other_period
