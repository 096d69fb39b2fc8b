-- export_mail_events: one row per mail sent or opened, in the columns of Klaviyo.
-- Every newsletter that was opened had been sent, and so had others that were not: sent rows are no step of a journey.
with opened as (
    select *, 0 as part, occurred_at as mailed_at
    from identified
    where touchpoint in ('newsletter_opened', 'promo_opened', 'confirmation_sent') and occurred_at >= $window_start
),

sent as (
    select
        opened.* exclude (part, mailed_at),
        number as part,
        occurred_at - to_seconds(cast(draw_of(seed, local_number, 'sent', event) % 40000 as integer)) - to_days(cast(7 * (number - 1) as integer)) as mailed_at
    from opened
    inner join (values (1), (2), (3)) as numbers (number) on touchpoint <> 'confirmation_sent'
),

mails as (
    select * from opened
    union all
    select * from sent
)

select
    left(md5(concat(seed, ':', local_number, ':mail:', event, ':', part)), 16) as id,
    profile as person_id,
    mailed_at as datetime,
    case when part = 0 and touchpoint <> 'confirmation_sent' then 'Opened Email' else 'Received Email' end as type,
    case touchpoint
        when 'newsletter_opened' then 'newsletter'
        when 'promo_opened' then 'promo'
        else 'order_confirmation'
    end as property_campaign_name,
    case when touchpoint = 'confirmation_sent' then 'order_confirmation' end as flow_id,
    case when touchpoint = 'confirmation_sent' then order_name end as property_event_id,
    'Apple Mail' as property_client_name,
    person as person_,
    seed as seed_,
    local_number as local_,
    event * 4 + part as event_,
    mailed_at as moment_
from mails
