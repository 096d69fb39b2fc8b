"""The same work in SQL written by hand for DuckDB: python in_duckdb.py matrix|funnel|variants|tables FOLDER."""

import sys

import duckdb

task, folder = sys.argv[1:]
# In the order of time in each customer; a silence longer than ten days opens a journey.
SESSIONS = f"""
with shifted as (
    select *, lag(occurred_at) over w as previous_at from read_parquet('{folder}/events.parquet')
    window w as (partition by customer_id order by occurred_at, position)
),
sessions as (
    select *, sum((previous_at is null or occurred_at > previous_at + interval 10 day)::int) over w as journey
    from shifted window w as (partition by customer_id order by occurred_at, position)
)"""
# The leanest matrix needs no number of the journey: only whether the event before is of the same one. Texts are codes,
# the position a small whole number: with four bytes less in its key, DuckDB sorts faster.
KINDS = f"create type kind as enum (select distinct touchpoint from read_parquet('{folder}/events.parquet'))"
MATRIX = f"""
with neighbours as (
    select touchpoint, occurred_at, lag(occurred_at) over w as previous_at, lag(touchpoint) over w as previous
    from (
        select customer_id, occurred_at, position::int as position, touchpoint::kind as touchpoint
        from read_parquet('{folder}/events.parquet')
    )
    window w as (partition by customer_id order by occurred_at, position)
),
moves as (
    select case when occurred_at <= previous_at + interval 10 day then previous end as origin,
        touchpoint as target, count(*) as n
    from neighbours group by all
),
ends as (
    select touchpoint as origin, sum(n)::bigint as n from (
        select target as touchpoint, n from moves union all select origin, -n from moves where origin is not null
    ) group by all
)
select coalesce(origin::varchar, '(start)') as origin, target::varchar as target, n from moves
union all select origin::varchar, '(end)', n from ends where n > 0 order by all
"""
FUNNEL = f"""
{SESSIONS},
seen as (
    select customer_id, journey, touchpoint, row_number() over (
        partition by customer_id, journey order by occurred_at, position) as place
    from sessions
),
first as (
    select customer_id, journey, min(place) as place from seen where touchpoint = 'page_seen' group by all
),
second as (
    select customer_id, journey, min(seen.place) as place from seen join first using (customer_id, journey)
    where touchpoint = 'basket_seen' and seen.place > first.place group by all
),
third as (
    select customer_id, journey from seen join second using (customer_id, journey)
    where touchpoint = 'order_placed' and seen.place > second.place group by all
)
select 'page_seen' as reached, (select count(*) from first) as n
union all select 'basket_seen', (select count(*) from second)
union all select 'order_placed', (select count(*) from third)
"""
VARIANTS = f"""
{SESSIONS},
ways as (
    select string_agg(touchpoint, ' > ' order by occurred_at, position) as variant
    from sessions group by customer_id, journey
)
select variant, count(*) as n from ways group by all order by n desc, variant limit 10
"""
# Journeys, stages and visits as a file of steps, in order: what Parcours writes, without its contracts.
STEPS = f"""
copy (
    with events as (
        select e.*, i.customer_id, touchpoint = 'order_placed' as is_goal, touchpoint as stage
        from read_parquet('{folder}/data/clean/events/web.parquet') as e
        join read_parquet('{folder}/data/identify/identities.parquet') as i on e.id_device = i.value_hash
    ),
    placed as (
        select *, lag(occurred_at) over w as previous_at, sum(is_goal::int) over w as goal_number
        from events window w as (partition by customer_id order by occurred_at, position)
    ),
    staged as (
        select *, previous_at is null or occurred_at > previous_at + interval 10 day as opens_journey from placed
    ),
    numbered as (
        select *, sum(opens_journey::int) over w as journey,
            case when not opens_journey then lag(stage) over w end as previous_stage
        from staged window w as (partition by customer_id order by occurred_at, position)
    )
    select customer_id, journey::int as journey,
        sum((previous_stage is distinct from stage)::int) over (
            partition by customer_id order by occurred_at, position
        )::int as visit,
        stage, opens_journey, previous_stage is distinct from stage as opens_visit, previous_stage, is_goal,
        goal_number::int as goal_number, occurred_at, position, source, channel, touchpoint, actor, value, score,
        emotion
    from numbered order by customer_id, occurred_at, position
) to '{folder}/duckdb_steps.parquet' (format parquet, compression zstd)
"""
SUMMARY = f"""
select stage, count(*) as steps, sum(opens_journey::int) as journeys, sum(opens_visit::int) as visits,
    sum(journey) as journey_numbers, sum(visit) as visit_numbers, sum(goal_number) as goal_numbers
from read_parquet('{folder}/duckdb_steps.parquet') group by all order by all
"""
QUERIES = {"matrix": (KINDS, MATRIX), "funnel": (FUNNEL,), "variants": (VARIANTS,), "tables": (STEPS, SUMMARY)}

connection = duckdb.connect(config={"threads": 2, "temp_directory": f"{folder}/spill"})
for query in QUERIES[task]:
    answer = connection.execute(query)
for row in answer.fetchall():
    print(*row, sep=",")
