-- effort_declared: per customer and stage, what customers say it took them: a numerator a and a denominator b, whole numbers.
-- $declared: an effort score was given, $effort: the score in ten-thousandths; $asked: a step that the question is about.
with asked as (
    select
        customer_id,
        journey,
        stage,
        row_number() over (partition by customer_id, journey order by occurred_at, position) as place
    from steps
    where $asked
),

placed as (
    select
        *,
        sum(case when $asked then 1 else 0 end) over (
            partition by customer_id, journey order by occurred_at, position
            rows between unbounded preceding and 1 preceding
        ) as place
    from steps
),

answered as (
    select
        *,
        $effort as effort
    from placed
    where $declared and score is not null
),

-- an answer is about the last step before it that it was asked for, and belongs to that step's stage
answers as (
    select
        answered.customer_id,
        coalesce(asked.stage, answered.stage) as stage,
        answered.effort
    from answered
    left join asked
        on
            answered.customer_id = asked.customer_id
            and answered.journey = asked.journey
            and answered.place = asked.place
)

select
    $group as "group",
    answers.stage as item,
    answers.customer_id,
    cast(sum(answers.effort) as bigint) as a,
    cast(count(*) as bigint) as b
from answers
inner join customer_personas on answers.customer_id = customer_personas.customer_id
group by $group, answers.stage, answers.customer_id
