-- export_replies: one row per reply under the brand's posts; some gave their e-mail in a message, of some the care team noted the account.
select
    cast(draw_of(seed, local_number, 'reply', identified.event) >> 1 as varchar) as id,
    occurred_at as created_at,
    handle as screen_name,
    case when low_share(draw_of(seed, local_number, 'message', contact)) < $handle_with_email
        then as_typed(email, draw_of(seed, local_number, 'social', contact), $email_typo, $email_variant) end as contact_email,
    case when high_share(draw_of(seed, local_number, 'message', contact)) < $handle_with_login then login end as customer_number,
    'maison_clairval' as in_reply_to_screen_name,
    identified.language as lang,
    coalesce(verbatims.text, '👍') as full_text,
    cast(draw_of(seed, local_number, 'likes', identified.event) % 12 as integer) as favorite_count,
    'REPLY' as tweet_type,
    identified.person as person_,
    seed as seed_,
    local_number as local_,
    identified.event as event_,
    occurred_at as moment_
from identified
left join said on identified.person = said.person and identified.event = said.event
left join verbatims on said.number = verbatims.number
where touchpoint = 'social_reply' and occurred_at >= $window_start
