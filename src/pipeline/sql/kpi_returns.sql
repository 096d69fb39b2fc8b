-- kpi_returns: per customer with such a step, the cohort of the first one seen, whole periods followed since, and one
-- row for each of these periods in which another came; a period without a number: none came.
with matching as (
    select
        customer_id,
        occurred_at,
        row_number() over (
            partition by customer_id order by occurred_at, position
        ) as place
    from steps
    where $when
),

first_times as (
    select
        customer_id,
        occurred_at as first_at,
        $cohort as cohort,
        date_diff('microsecond', occurred_at, $cut_off) // $period as followed
    from matching
    where place = 1
),

returns as (
    select distinct
        first_times.customer_id,
        (date_diff('microsecond', first_times.first_at, matching.occurred_at) + $period - 1) // $period as period
    from first_times
    inner join matching on first_times.customer_id = matching.customer_id
    where matching.occurred_at > first_times.first_at
)

select
    customer_personas.persona,
    first_times.cohort,
    first_times.customer_id,
    cast(first_times.followed as int) as followed,
    cast(returns.period as int) as period
from first_times
inner join customer_personas on first_times.customer_id = customer_personas.customer_id
left join returns on first_times.customer_id = returns.customer_id and returns.period <= first_times.followed
