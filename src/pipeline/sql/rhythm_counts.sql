-- rhythm_counts: per customer, hour and weekday of the brand's local time, what they do and what happens to them there:
-- one row per question (item: by|at|measure|channel) with a numerator a and a denominator b, whole numbers.
-- $local_step and $local_entry: times in the brand's zone; $lost: the code of a visit that ended in silence.
-- Of activity and channels only customers with a > 0 stand here; the whole that b sums over is a row of its own.
with own_steps as (
    select
        $group as "group",
        steps.customer_id,
        steps.channel,
        steps.emotion,
        steps.actor,
        $local_step as local_at
    from steps
    inner join customer_personas on steps.customer_id = customer_personas.customer_id
),

placed_steps as (
    select
        *,
        'hour' as clock,
        cast(extract(hour from local_at) as int) as at
    from own_steps
    union all
    select
        *,
        'weekday' as clock,
        -- 5 January 1970 was a Monday: Monday is 0
        cast(date_diff('day', date '1970-01-05', cast(local_at as date)) % 7 as int) as at
    from own_steps
),

done as (
    select
        "group",
        clock,
        at,
        channel,
        customer_id,
        count(*) as n
    from placed_steps
    where actor = 'customer'
    group by "group", clock, at, channel, customer_id
),

done_then as (
    select
        "group",
        clock,
        at,
        customer_id,
        sum(n) as n,
        sum(case when channel in ('support', 'call') then n else 0 end) as n_contacts
    from done
    group by "group", clock, at, customer_id
),

done_ever as (
    select
        "group",
        clock,
        customer_id,
        sum(n) as n
    from done_then
    group by "group", clock, customer_id
),

entries as (
    select
        $visit_group as "group",
        visit_outcomes.customer_id,
        visit_outcomes.next_code = $lost as is_lost,
        $local_entry as local_at
    from visit_outcomes
),

placed_entries as (
    select
        *,
        'hour' as clock,
        cast(extract(hour from local_at) as int) as at
    from entries
    union all
    select
        *,
        'weekday' as clock,
        cast(date_diff('day', date '1970-01-05', cast(local_at as date)) % 7 as int) as at
    from entries
),

counted as (
    select
        "group",
        concat(clock, '||activity|') as item,
        customer_id,
        n as a,
        n as b
    from done_ever
    union all
    select
        done_then."group",
        concat(done_then.clock, '|', done_then.at, '|activity|') as item,
        done_then.customer_id,
        done_then.n as a,
        done_ever.n as b
    from done_then
    inner join done_ever on
        done_then."group" = done_ever."group"
        and done_then.clock = done_ever.clock
        and done_then.customer_id = done_ever.customer_id
    union all
    select
        done."group",
        concat(done.clock, '|', done.at, '|channel|', done.channel) as item,
        done.customer_id,
        done.n as a,
        done_then.n as b
    from done
    inner join done_then on
        done."group" = done_then."group"
        and done.clock = done_then.clock
        and done.at = done_then.at
        and done.customer_id = done_then.customer_id
    union all
    select
        "group",
        concat(clock, '|', at, '|contacts|') as item,
        customer_id,
        n_contacts as a,
        n as b
    from done_then
    union all
    select
        "group",
        concat(clock, '|', at, '|emotion|') as item,
        customer_id,
        sum(cast(emotion * 10000 as bigint)) as a,
        count(*) as b
    from placed_steps
    where emotion is not null
    group by "group", clock, at, customer_id
    union all
    select
        "group",
        concat(clock, '|', at, '|lost|') as item,
        customer_id,
        sum(case when is_lost then 1 else 0 end) as a,
        count(*) as b
    from placed_entries
    group by "group", clock, at, customer_id
)

select
    "group",
    item,
    customer_id,
    cast(a as bigint) as a,
    cast(b as bigint) as b
from counted
