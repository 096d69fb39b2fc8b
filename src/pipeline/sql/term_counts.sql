-- term_counts: per language, stage and term, how many customers used it there.
select
    verbatims.language,
    verbatims.stage,
    text_terms.term,
    cast(count(distinct verbatims.customer_id) as bigint) as customers
from verbatims
inner join customer_personas on verbatims.customer_id = customer_personas.customer_id
inner join text_terms on verbatims.text_number = text_terms.text_number
group by verbatims.language, verbatims.stage, text_terms.term
order by verbatims.language, verbatims.stage, text_terms.term
