-- agreement_counts: per language, texts written, texts with an emotion, and customers of texts that have a score too.
select
    verbatims.language,
    cast(count(*) as bigint) as n_texts,
    cast(count(verbatims.text_emotion) as bigint) as n_read,
    cast(count(distinct verbatims.customer_id) as bigint) as n_writers,
    cast(count(distinct case
        when verbatims.score_emotion is not null and verbatims.text_emotion is not null then verbatims.customer_id
    end) as bigint) as n_customers
from verbatims
inner join customer_personas on verbatims.customer_id = customer_personas.customer_id
group by verbatims.language
order by verbatims.language
