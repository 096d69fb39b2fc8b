-- agreement_pairs: how often a score and the words beside it say which emotions; customers are cut into $parts parts.
select
    verbatims.language,
    cast(verbatims.customer_id % $parts as bigint) as part,
    verbatims.score_emotion,
    verbatims.text_emotion,
    cast(count(*) as bigint) as n
from verbatims
inner join customer_personas on verbatims.customer_id = customer_personas.customer_id
where verbatims.score_emotion is not null and verbatims.text_emotion is not null
group by verbatims.language, verbatims.customer_id % $parts, verbatims.score_emotion, verbatims.text_emotion
order by language, part, score_emotion, text_emotion
