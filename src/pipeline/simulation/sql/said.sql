-- said: which text each verbatim code became: one of its theme and the person's language, drawn.
with coded as (
    select
        person,
        event,
        language,
        verbatim_code as theme,
        draw_of(seed, local_number, 'words', event) as draw
    from identified
    where verbatim_code is not null and occurred_at >= $window_start
),

themes as (
    select theme, language, min(number) as first_number, count(*) as texts
    from verbatims
    group by theme, language
)

select
    coded.person,
    coded.event,
    themes.first_number + cast(coded.draw % themes.texts as integer) as number
from coded
inner join themes on coded.theme = themes.theme and coded.language = themes.language
