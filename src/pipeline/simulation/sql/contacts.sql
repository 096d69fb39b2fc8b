-- contacts: one row per person and contact (0 is the consumer), with every identifier it may show.
with met as (
    select distinct person, contact
    from happened
),

numbered as (
    select
        people.person,
        met.contact,
        people.local_number,
        people.persona,
        people.language,
        people.has_login,
        people.has_card,
        seeds.seed,
        md5_number_lower(concat(seeds.seed, ':code')) as seed_code,
        cast(people.local_number as bigint) * 64 + met.contact as number,
        draw_of(seeds.seed, people.local_number, 'name', met.contact) as name_draw,
        draw_of(seeds.seed, people.local_number, 'habits', met.contact) as habit_draw,
        draw_of(seeds.seed, people.local_number, 'company', 0) as company_draw,
        draw_of(seeds.seed, people.local_number // 2, 'family', 0) as family_draw
    from people
    inner join met on people.person = met.person
    inner join seeds on people.seed_number = seeds.seed_number
),

named as (
    select
        *,
        list_extract($first_names, 1 + cast(low_share(name_draw) * len($first_names) as integer) % len($first_names)) as first_name,
        list_extract($last_names, 1 + cast(high_share(name_draw) * len($last_names) as integer) % len($last_names)) as last_name,
        case when persona = 'professionals' then concat(
            list_extract($trades, 1 + cast(low_share(company_draw) * len($trades) as integer) % len($trades)), ' ',
            list_extract($last_names, 1 + cast(high_share(company_draw) * len($last_names) as integer) % len($last_names))
        ) end as company,
        -- unique: the number in the seed, and three signs of the seed
        lower(concat(to_base(number, 36), to_base(cast(seed_code % 46656 as bigint), 36, 3))) as suffix
    from numbered
)

select
    person,
    contact,
    seed,
    local_number,
    persona,
    language,
    has_login,
    has_card,
    first_name,
    last_name,
    company,
    replace(lower(strip_accents(concat(
        first_name, '.', last_name, '.', suffix, '@',
        case
            when company is not null then concat(company, '.example')
            else list_extract($mailboxes, 1 + cast(habit_draw % len($mailboxes) as integer))
        end
    ))), ' ', '-') as email,
    concat('01', upper(left(md5(concat(seed, ':', local_number, ':profile:', contact)), 20))) as profile,
    case when has_login then cast(cast(seed_code % 1000000000 as bigint) * 1000000000 + number as varchar) end as login,
    -- a permutation of the numbers below 10^8: nobody of one seed shares a phone with another
    concat(
        if(habit_draw & 1 = 0, '06', '07'),
        lpad(cast(
            ((cast(local_number as bigint) * 4 + least(contact, 3)) * (cast(seed_code % 9999999 as bigint) * 10 + 7) + cast(seed_code % 99999989 as bigint))
            % 100000000 as varchar), 8, '0')
    ) as phone,
    case when has_card then concat(
        '00', lpad(cast(seed_code % 1000000000 as varchar), 9, '0'), lpad(cast(local_number as varchar), 8, '0')
    ) end as card,
    concat('@', replace(lower(strip_accents(concat(first_name, '_', left(last_name, 1)))), ' ', ''), '_', suffix) as handle,
    case when company is not null then
        concat(cast(seed_code % 1000000000 as varchar), lpad(cast(local_number as varchar), 8, '0'))
    end as account,
    low_share(habit_draw) < $gives_phone as gives_phone,
    high_share(habit_draw) < $gives_client_id as gives_client_id,
    low_share(family_draw) < $shared_desktops and persona <> 'professionals' and contact = 0 as shares_desktop
from named
