-- persons: one row per person of the batch, with what never changes.
with numbered as (
    select seed_number, seed, local_number, concat(seed, ':', local_number) as person_key
    from members
),

drawn as (
    select
        *,
        draw(person_key, 'person', 1) as who,
        draw(person_key, 'person', 2) as temper,
        draw(person_key, 'person', 3) as means,
        draw(person_key, 'person', 4) as tests
    from numbered
),

tempered as (
    select
        *,
        normal(uniform(temper, 1), uniform(temper, 2)) as forwardness,
        other_normal(uniform(temper, 1), uniform(temper, 2)) as chance,
        normal(uniform(temper, 3), uniform(temper, 4)) as tone
    from drawn
)

select
    tempered.seed_number * 1000000000 + tempered.local_number as person,
    tempered.seed_number::integer as seed_number,
    tempered.local_number::integer as local_number,
    laws.persona,
    case when uniform(who, 2) < laws.people_french then 'fr' else 'en' end as language,
    -- a consumer has none; an account has at least two
    case when laws.contacts > 0 then 2 + floor(uniform(means, 3) * (laws.contacts - 1)) else 0 end::smallint as contacts,
    round(
        case
            when uniform(who, 3) < laws.people_early_share then $opens - $burn_in + uniform(who, 4) * $burn_in
            when uniform(who, 3) < laws.people_early_share + laws.people_sale_share
                then chosen_sale.from_second + uniform(who, 4) * (chosen_sale.to_second - chosen_sale.from_second)
            else $opens + uniform(who, 4) * ($closes - $opens)
        end
    )::bigint as first_second,
    uniform(means, 1) < laws.login as has_login,
    uniform(means, 2) < laws.card as has_card,
    tempered.person_key,
    laws.people_person_effect * forwardness as person_effect,
    laws.people_visits_effect * (
        laws.people_visits_correlation * forwardness + sqrt(1 - laws.people_visits_correlation ** 2) * chance
    ) as readiness,
    tone,
    uniform(means, 4) as usual_device,
    uniform(tests, 1) < laws.checkout_b as has_checkout_b,
    uniform(tests, 2) < laws.button_b as has_button_b
from tempered
inner join laws on uniform(who, 1) >= laws.low and uniform(who, 1) < laws.high
-- either of the sales, as likely as the other
inner join sales as chosen_sale
    on laws.persona = chosen_sale.persona
    and if(uniform(tests, 3) < 0.5, 'autumn_sale', 'spring_sale') = chosen_sale.campaign
order by person
