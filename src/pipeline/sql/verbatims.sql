-- verbatims: one row per text of a customer: where it was written, its number, and its emotion by score and by words.
-- Emotions are ten-thousandths, so that sums are exact.
select
    steps.customer_id,
    steps.position,
    steps.stage,
    steps.channel,
    steps.occurred_at,
    read_texts.language,
    read_texts.text_number,
    cast(steps.emotion * 10000 as bigint) as score_emotion,
    read_texts.emotion as text_emotion
from steps
inner join read_texts
    on $text = read_texts.text
    and coalesce(nullif(lower(substr(trim($language), 1, 2)), ''), '(none)') = read_texts.language
where steps.actor = 'customer'
order by steps.customer_id, steps.position
