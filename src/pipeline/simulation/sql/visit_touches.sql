-- visit_touches: one row per interaction of a visit (orders apart): when, on the process' clock, and its score.
with loyalty_visits as (
    select
        visits.person,
        visits.visit,
        -- what the last order took from the mood
        orders.order_cost,
        row_number() over (partition by visits.person order by visits.visit) = 1 as is_first
    from visits
    asof left join orders on visits.person = orders.person and visits.visit >= orders.visit
    where visits.state = 'loyalty'
),

possible as (
    select
        visits.*,
        kinds.touchpoint,
        kinds.part,
        persons.persona,
        persons.tone,
        persons.has_card,
        draw(persons.person_key, kinds.touchpoint, visits.visit * 10 + kinds.part) as drawn
    from visits
    inner join persons on visits.person = persons.person
    inner join (
        values
        ('visit', 'ad_clicked', 0), ('visit', 'site_visit', 1), ('visit', 'social_reply', 2),
        ('products', 'product_viewed', 0), ('products', 'product_viewed', 1), ('products', 'product_viewed', 2),
        ('form', 'form_opened', 0), ('form', 'form_submitted', 1),
        ('callback', 'callback_requested', 0), ('callback', 'callback_made', 1), ('callback', 'quote_sent', 2),
        ('basket', 'basket_viewed', 0),
        ('deal', 'deal_won', 0),
        ('loyalty', 'card_joined', 0), ('loyalty', 'card_used', 0), ('loyalty', 'nps_answered', 1)
    ) as kinds (state, touchpoint, part) on visits.state = kinds.state
),

timed as (
    select
        possible.person,
        possible.visit,
        touchpoint,
        part,
        entered_second,
        case
            when touchpoint = 'ad_clicked' then case when campaign is not null then 0 end
            when touchpoint = 'site_visit' then 20
            when touchpoint = 'social_reply' then
                case
                    when uniform(drawn, 1) < laws.social_reply then waited(
                        laws.social_after_median, laws.social_after_sigma, laws.social_after_least,
                        normal(uniform(drawn, 3), uniform(drawn, 4))
                    )
                end
            -- a second and a third product are seen by one in two and one in five
            when touchpoint = 'product_viewed' then
                case when part = 0 or uniform(drawn, 1) < 0.8 - 0.3 * part then part * (90 + floor(uniform(drawn, 2) * 200)) end
            when touchpoint in ('form_opened', 'callback_requested', 'basket_viewed', 'deal_won') then 0
            when touchpoint = 'form_submitted' then
                case when is_forward then 180 + floor(uniform(drawn, 1) * 900) end
            when touchpoint = 'callback_made' then
                case
                    when not is_unanswered then waited(
                        laws.callback_made_median, laws.callback_made_sigma, laws.callback_made_least,
                        normal(uniform(drawn, 3), uniform(drawn, 4))
                    )
                end
            when touchpoint = 'quote_sent' then
                case
                    when is_forward
                        then floor((left_second - entered_second) * laws.quote_sent)
                end
            -- the first use of a card is the moment it is taken
            when touchpoint = 'card_joined' then case when has_card and is_first then 0 end
            when touchpoint = 'card_used' then case when has_card and not is_first then 0 end
            when touchpoint = 'nps_answered' then
                case
                    when uniform(drawn, 1) < laws.nps_answers then waited(
                        laws.nps_after_median, laws.nps_after_sigma, laws.nps_after_least,
                        normal(uniform(drawn, 3), uniform(drawn, 4))
                    )
                end
        end as seconds_after,
        case
            when touchpoint = 'nps_answered' then kept_between(
                0,
                round(
                    laws.nps_mean + laws.nps_person * tone
                    + laws.nps_chance * other_normal(uniform(drawn, 3), uniform(drawn, 4))
                    - 2 * coalesce(order_cost, 0)
                ),
                10
            )
        end as score
    from possible
    inner join laws on possible.persona = laws.persona
    left join loyalty_visits on possible.person = loyalty_visits.person and possible.visit = loyalty_visits.visit
)

select person, visit, touchpoint, part, (entered_second + seconds_after)::bigint as second, score
from timed
where seconds_after is not null
