-- identified: the ledger up to the end of the window, each row beside the identifiers it may show.
with known as (
    select
        happened.*,
        contacts.* exclude (person, contact),
        draw_of(contacts.seed, contacts.local_number, 'shown', happened.event) as shown_draw,
        -- a session is an hour, as in the exports: who logs in does so for all of it
        draw_of(contacts.seed, contacts.local_number, 'session', epoch_us(happened.occurred_at) // 3600000000 * 64 + happened.contact) as session_draw,
        -- the mail tool knows this contact: it wrote to it before
        coalesce(bool_or(happened.touchpoint in $mail_touchpoints) over (
            partition by happened.person, happened.contact order by happened.event
            rows between unbounded preceding and 1 preceding
        ), false) as has_profile,
        -- who holds the device: a family desktop belongs to two persons of one seed
        case
            when happened.device = 'desktop' and contacts.shares_desktop then concat('family ', contacts.local_number // 2)
            else concat(contacts.local_number, '-', happened.contact)
        end as holder
    from happened
    inner join contacts on happened.person = contacts.person and happened.contact = contacts.contact
    where happened.occurred_at < $window_end
),

-- cookies are renewed every so many days, each holder at a day of its own; an app keeps its number
renewed as (
    select
        *,
        device in ('desktop', 'mobile') and has_login and low_share(shown_draw) < $tablet_share as is_on_tablet,
        case
            when device = 'app' then 0
            else (epoch_us(occurred_at) // 86400000000 + cast(draw_of(seed, holder, device, 'day') % $cookie_days as bigint)) // $cookie_days
        end as cookie
    from known
),

-- the first row on the site or in the app after a click carries the click
landed as (
    select
        person,
        event,
        lag(touchpoint) over in_order as previous_touchpoint,
        lag(event) over in_order as previous_event
    from known
    where touchpoint = 'ad_clicked' or (device is not null and touchpoint in $site_touchpoints)
    window in_order as (partition by person, contact order by event)
),

clicks as (
    select
        person,
        event,
        case when previous_touchpoint = 'ad_clicked' then previous_event end as click_event
    from landed
)

select
    renewed.* exclude (shown_draw, session_draw, has_profile, holder, cookie),
    case
        when renewed.device is null then null
        when is_on_tablet then concat('77', lpad(cast(draw_of(seed, 'shop', 'tablet', local_number % $tablets) % 100000000 as varchar), 8, '0'), '.1500000000')
        when renewed.device = 'app' then regexp_replace(
            md5(concat(seed, ':', holder, ':app')), '^(.{8})(.{4})(.{4})(.{4})(.{12})$', '\1-\2-\3-\4-\5')
        else concat(
            draw_of(seed, holder, renewed.device, cookie) % 2147483647, '.',
            1500000000 + draw_of(seed, holder, renewed.device, cookie) // 4294967296 % 250000000)
    end as device_id,
    case
        when is_on_tablet or high_share(session_draw) < if(renewed.device = 'app', $app_logins, $web_logins) then login
    end as shown_login,
    case
        when renewed.touchpoint = 'ad_clicked' or clicks.click_event is not null then
            concat('Cj0KCQ', md5(concat(seed, ':', local_number, ':click:', coalesce(clicks.click_event, renewed.event))))
    end as click,
    -- a link in a mail carries the profile it was sent to, as Klaviyo's _kx does
    case
        when renewed.touchpoint = 'site_visit' and has_profile and not is_on_tablet
            and low_share(session_draw) < $mail_visits then profile
    end as shown_profile,
    case when order_number is not null then
        cast(draw_of(seed, local_number, 'order', order_number) >> 1 as varchar) end as order_id,
    case when order_number is not null then
        concat('#MC', to_base(cast(draw_of(seed, local_number, 'order', order_number) >> 8 as bigint), 36)) end as order_name
from renewed
left join clicks on renewed.person = clicks.person and renewed.event = clicks.event
