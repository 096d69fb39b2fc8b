-- visits: one row per visit: what the person met there, whether that led forward, where to and when.
-- Each visit follows from the one before it, for all persons at once.
with recursive visits as (
    -- where everybody comes from: a visit before the first, which leads there
    select
        person,
        0::integer as visit,
        '' as state,
        first_second as entered_second,
        0::smallint as contact,
        '' as device,
        0::double as device_draw,
        '' as campaign,
        false as is_orange,
        false as is_slow,
        false as is_long,
        false as is_unanswered,
        false as has_fee,
        false as has_gift_wrap,
        false as is_express,
        false as is_off,
        false as is_forward,
        'visit' as next_state,
        first_second as left_second
    from persons

    union all

    (
        with arrivals as (
            select
                person,
                (visit + 1)::integer as visit,
                next_state as state,
                left_second as entered_second,
                -- who goes on within hours stays on the device and remains the same contact
                visit > 0 and left_second < entered_second + 43200 as goes_on,
                device_draw as last_device_draw,
                contact as last_contact
            from visits
            where next_state <> 'gone' and left_second < $ends and visit < $visits_at_most
        ),

        drawn as (
            select
                arrivals.*,
                persons.persona,
                persons.person_effect,
                persons.readiness,
                persons.has_checkout_b,
                persons.has_button_b,
                persons.usual_device,
                persons.contacts,
                draw(persons.person_key, 'meeting', arrivals.visit) as meeting,
                draw(persons.person_key, 'move', arrivals.visit) as move
            from arrivals
            inner join persons on arrivals.person = persons.person
        ),

        cut as (
            select
                * exclude (meeting, move),
                uniform(meeting, 1) as device_chance,
                uniform(meeting, 2) as first_chance,
                uniform(meeting, 3) as contact_chance,
                uniform(meeting, 4) as second_chance,
                uniform(move, 1) as move_chance,
                uniform(move, 2) as target_chance,
                normal(uniform(move, 3), uniform(move, 4)) as wait_chance
            from drawn
        ),

        -- seven visits in ten are made on the usual device
        held as (
            select
                *,
                case
                    when goes_on then last_device_draw
                    when device_chance < 0.7 then usual_device
                    else (device_chance - 0.7) / 0.3
                end as device_draw
            from cut
        ),

        met as (
            select
                held.*,
                meets.device,
                case
                    when goes_on then last_contact
                    when contacts > 0 then 1 + floor(contact_chance * contacts)
                    else 0
                end::smallint as contact,
                case
                    -- advertisements lead to the site, not to the app
                    when state <> 'visit' or meets.device = 'app' then null
                    when sales.campaign is not null then sales.campaign
                    when first_chance >= 1 - meets.brand_search then 'brand_search'
                end as campaign,
                state = 'visit' and second_chance < meets.orange as is_orange,
                state = 'products' and first_chance < meets.slow_page as is_slow,
                state = 'form' and first_chance < meets.long_form as is_long,
                state = 'callback' and first_chance < meets.unanswered as is_unanswered,
                state = 'basket' and first_chance < meets.fee as has_fee,
                state = 'order' and first_chance < meets.gift_wrap as has_gift_wrap,
                state = 'order' and second_chance < meets.express as is_express,
                off.person is not null as is_off
            from held
            inner join meets on held.persona = meets.persona and device_draw >= meets.low and device_draw < meets.high
            left join sales
                on held.persona = sales.persona
                and entered_second >= sales.from_second and entered_second < sales.to_second and first_chance < sales.share
            left join switched_off as off
                on held.person = off.person and held.visit >= off.first_visit and held.visit <= off.last_visit
        ),

        chances as (
            select
                met.*,
                kept_between(
                    0.02,
                    logistic(stages.forward_logit + case when met.state = 'away' then readiness else person_effect end)
                    + case met.state
                        when 'visit' then
                            case when campaign = 'spring_sale' then effects.spring_sale_on_visit else 0 end
                            + case when campaign = 'autumn_sale' then effects.autumn_sale_on_visit else 0 end
                            + is_orange::integer * effects.orange_on_visit
                        when 'products' then is_slow::integer * (device = 'mobile')::integer * effects.slow_page_on_products
                        when 'form' then is_long::integer * effects.long_form_on_form
                        when 'callback' then is_unanswered::integer * effects.unanswered_on_callback
                        when 'basket' then
                            has_fee::integer * effects.fee_on_basket
                            + has_checkout_b::integer * effects.checkout_b_on_basket
                            + has_button_b::integer * effects.button_b_on_basket
                        when 'order' then
                            has_gift_wrap::integer * effects.gift_wrap_on_order
                            + is_express::integer * effects.express_on_order
                        else 0
                    end
                    + case
                        when met.state = effects.change_state and entered_second >= effects.change_second
                            then effects.change_effect
                        else 0
                    end,
                    0.98
                ) as chance
            from met
            inner join stages on met.persona = stages.persona and met.state = stages.state
            inner join effects on met.is_off = effects.is_off
        ),

        moved as (select *, move_chance < chance as is_forward from chances)

        select
            moved.person,
            moved.visit,
            moved.state,
            moved.entered_second,
            moved.contact,
            moved.device,
            moved.device_draw,
            moved.campaign,
            moved.is_orange,
            moved.is_slow,
            moved.is_long,
            moved.is_unanswered,
            moved.has_fee,
            moved.has_gift_wrap,
            moved.is_express,
            moved.is_off,
            moved.is_forward,
            moves.target as next_state,
            moved.entered_second
            + waited(moves.median, moves.sigma, moves.least, wait_chance) as left_second
        from moved
        inner join moves
            on moved.persona = moves.persona and moved.state = moves.state and moved.is_forward = moves.is_forward
            and target_chance >= moves.low and target_chance < moves.high
    )
)

select * from visits where visit > 0
