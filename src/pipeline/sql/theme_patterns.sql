-- theme_patterns: per group and theme, how many customers have each count of texts with the theme (a) and of texts of the
-- stage (b), before and after the middle of the window.
with written as (
    select
        $group as "group",
        verbatims.language,
        verbatims.stage,
        verbatims.customer_id,
        verbatims.text_number,
        cast(verbatims.occurred_at >= $middle as int) as is_later
    from verbatims
    inner join customer_personas on verbatims.customer_id = customer_personas.customer_id
),

themes as (
    select language, stage, theme
    from theme_texts
    group by language, stage, theme
),

marked as (
    select
        written.*,
        themes.theme,
        cast(theme_texts.text_number is not null as int) as has_theme
    from written
    inner join themes on written.language = themes.language and written.stage = themes.stage
    left join theme_texts
        on themes.language = theme_texts.language
        and themes.stage = theme_texts.stage
        and themes.theme = theme_texts.theme
        and written.text_number = theme_texts.text_number
),

of_customers as (
    select
        "group",
        language,
        stage,
        theme,
        customer_id,
        cast(sum(has_theme * (1 - is_later)) as bigint) as a_before,
        cast(sum(1 - is_later) as bigint) as b_before,
        cast(sum(has_theme * is_later) as bigint) as a_after,
        cast(sum(is_later) as bigint) as b_after
    from marked
    group by "group", language, stage, theme, customer_id
)

select
    "group",
    language,
    stage,
    theme,
    a_before,
    b_before,
    a_after,
    b_after,
    cast(count(*) as bigint) as customers
from of_customers
group by "group", language, stage, theme, a_before, b_before, a_after, b_after
order by "group", language, stage, theme, a_before, b_before, a_after, b_after
