-- kpi_answers: per customer and stratum, how often they were asked, how often they answered, what the answers add up to.
-- An answer belongs to the last question before it, if it came in time; questions whose time is not over are left out.
with asked as (
    select
        customer_id,
        stage,
        occurred_at,
        position,
        lead(occurred_at) over (partition by customer_id order by occurred_at, position) as next_asked_at
    from steps
    where $asked
),

answers as (
    select
        customer_id,
        occurred_at,
        position,
        $numerator as numerator
    from steps
    where $when
),

matched as (
    select
        asked.customer_id,
        asked.stage,
        answers.numerator,
        row_number() over (
            partition by asked.customer_id, asked.position order by answers.occurred_at, answers.position
        ) as place
    from asked
    left join answers
        on
            asked.customer_id = answers.customer_id
            and answers.numerator is not null
            and answers.occurred_at > asked.occurred_at
            and answers.occurred_at <= asked.occurred_at + $within
            and (asked.next_asked_at is null or answers.occurred_at <= asked.next_asked_at)
    where asked.occurred_at + $within <= $cut_off
)

select
    customer_personas.persona,
    matched.customer_id,
    matched.stage,
    $strata,
    cast(count(*) as bigint) as asked,
    cast(count(matched.numerator) as bigint) as answered,
    cast(coalesce(sum(matched.numerator), 0) as bigint) as total
from matched
inner join customer_personas on matched.customer_id = customer_personas.customer_id
inner join personas on matched.customer_id = personas.customer_id
where matched.place = 1
group by customer_personas.persona, matched.customer_id, matched.stage, $strata_keys
