-- retention_cohorts: per cohort and period, how many customers came in it, beside the cohort's size and its shortest follow-up.
with sizes as (
    select
        cohort,
        cast(count(distinct customer_id) as bigint) as customers,
        min(followed) as followed
    from kpi_returns
    group by cohort
),

came as (
    select
        cohort,
        period,
        cast(count(*) as bigint) as came
    from kpi_returns
    where period is not null
    group by cohort, period
)

select
    sizes.cohort,
    sizes.customers,
    sizes.followed,
    came.period,
    came.came
from sizes
left join came on sizes.cohort = came.cohort
order by sizes.cohort, came.period
