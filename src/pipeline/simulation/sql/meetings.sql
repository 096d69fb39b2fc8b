-- meetings: one row per visit and exposure met there.
select person, visit, exposure
from (
    select
        visits.person,
        visits.visit,
        unnest([
            {'exposure': campaign, 'is_met': state = 'visit' and campaign is not null},
            {'exposure': 'orange', 'is_met': is_orange},
            {'exposure': 'slow_page', 'is_met': is_slow},
            {'exposure': 'long_form', 'is_met': is_long},
            {'exposure': 'unanswered', 'is_met': is_unanswered},
            {'exposure': 'fee', 'is_met': has_fee},
            {'exposure': 'checkout_b', 'is_met': state = 'basket' and has_checkout_b},
            {'exposure': 'button_b', 'is_met': state = 'basket' and has_button_b},
            {'exposure': 'gift_wrap', 'is_met': visits.has_gift_wrap},
            {'exposure': 'express', 'is_met': visits.is_express},
            {'exposure': 'silent', 'is_met': orders.is_silent},
            {'exposure': 'late', 'is_met': orders.days_late > 0},
            {'exposure': 'aube', 'is_met': orders.product_line = 'aube'},
            {'exposure': 'pickup', 'is_met': orders.is_pickup}
        ], recursive := true)
    from visits
    inner join persons on visits.person = persons.person
    left join orders on visits.person = orders.person and visits.visit = orders.visit
)
where is_met
