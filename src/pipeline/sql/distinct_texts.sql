-- distinct_texts: every text that customers wrote, once per language.
select
    $text as text,
    coalesce(nullif(lower(substr(trim($language), 1, 2)), ''), '(none)') as language
from steps
where actor = 'customer' and trim($text) <> ''
group by $text, coalesce(nullif(lower(substr(trim($language), 1, 2)), ''), '(none)')
order by language, text
