-- export_question_responses: one row per question answered, in the columns of Qualtrics: the score, and the words.
with answers as (
    select
        *,
        concat('R_', left(md5(concat(seed, ':', local_number, ':survey:', event)), 15)) as response_id
    from identified
    where touchpoint in ('nps_answered', 'csat_answered', 'ces_answered') and occurred_at >= $window_start
),

questions as (
    select *, 1 as part, 'QID1' as question_id, as_answer(score) as answer, null as words from answers
    union all
    select answers.*, 2, 'QID2', null, verbatims.text
    from answers
    inner join said on answers.person = said.person and answers.event = said.event
    inner join verbatims on said.number = verbatims.number
)

select
    response_id,
    question_id,
    case
        when part = 2 then 'Dites-nous pourquoi'
        when touchpoint = 'nps_answered' then 'Recommanderiez-vous Maison Clairval ?'
        when touchpoint = 'csat_answered' then 'Êtes-vous content de votre livraison ?'
        else 'Votre demande a-t-elle été facile à faire aboutir ?'
    end as question,
    answer as value,
    words as text,
    person as person_,
    seed as seed_,
    local_number as local_,
    event * 2 + part as event_,
    occurred_at as moment_
from questions
