"""Made-up events for benchmarks: the same on every machine, in a workspace of their own.

A folder holds `params.yaml`, `data/clean/events/web.parquet` and `data/identify/identities.parquet` as the
pipeline's DVC stages write them, and `events.parquet`: the same events beside their customers, which is what tools
without an identity graph begin with. Both lie in the order of time, as exports do.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

EVENTS_PER_CUSTOMER = 12
TOUCHPOINTS = ("page_seen", "basket_seen", "order_placed", "ticket_opened", "review_answered")
THREADS, MEMORY = 2, "4 GB"
# Each touchpoint is a stage, so that a matrix of stages is the matrix of touchpoints that other tools give.
STAGES = "\n".join(f"  - {{id: {name}, name: {{fr: a, en: a}}, when: touchpoint = '{name}'}}" for name in TOUCHPOINTS)
PARAMS = f"""
workspace:
  id: bench
  name: {{fr: Mesure, en: Benchmark}}
  about: {{fr: Inventé, en: Made up}}
  currency: EUR
  time_zone: UTC
  key: {{public: bench}}
engine: {{threads: {THREADS}, memory_limit: {MEMORY}}}
sources: [web]
identifiers: {{device: {{}}}}
journeys: {{silence: 10 d, goal: touchpoint = 'order_placed'}}
stages:
{STAGES}
personas:
  - {{id: buyers, name: {{fr: a, en: a}}, goal: {{fr: a, en: a}}, when: goals > 0}}
  - {{id: others, name: {{fr: a, en: a}}, goal: {{fr: a, en: a}}, otherwise: true}}
features:
  goals: count(*) filter (where is_goal)
estimate: {{horizon: 10 d, duration_bins: [1 d, 10 d], group_by: [persona, channel, period]}}
"""
# Numbers from the digits of a hash of the row number: no generator's state, no library's version.
MADE = """
create macro digits(hash, place, many) as ('0x' || substr(hash, place, many))::bigint;
create macro code(device) as digits(device, 1, 15) * 8;
create temp view made as
    with hashed as (select i, md5(i::varchar) as hash from range($n) as numbers(i))
    select
        i,
        hash,
        timestamp '2026-01-01' + to_seconds(digits(hash, 1, 8) % (180 * 86400)) as occurred_at,
        ['web', 'app', 'sales', 'support'][1 + digits(hash, 9, 4) % 4] as channel,
        $touchpoints[1 + digits(hash, 13, 4) % len($touchpoints)] as touchpoint,
        md5('d' || digits(hash, 17, 10) % $customers) as device
    from hashed
"""
FILES = {
    "data/clean/events/web.parquet": """
        select hash as event_id, occurred_at, 'web' as source, i as position, channel, touchpoint,
            'customer' as actor, null::decimal(18, 4) as value, null::decimal(9, 4) as score,
            null::decimal(9, 4) as emotion, 'made.csv' as source_file, i as source_row, device as id_device
        from made order by occurred_at, position""",
    "events.parquet": """
        select code(device) as customer_id, occurred_at, i as position, touchpoint, channel
        from made order by occurred_at, position""",
    "data/identify/identities.parquet": """
        select i as node, 'device' as kind, md5('d' || i) as value_hash, 0::integer as period,
            timestamp '2026-01-01' as first_seen_at, timestamp '2026-07-01' as last_seen_at, 1::bigint as n_events,
            code(md5('d' || i)) as customer_id, 1::integer as component_size, false as is_hub, false as is_conflict
        from range($customers) as numbers(i) order by value_hash""",
}


def make_events(folder: Path, n: int) -> None:
    """Write a workspace with `n` made-up events under `folder`."""
    (folder / "params.yaml").write_text(PARAMS, encoding="utf-8")
    values = {"$touchpoints": str(list(TOUCHPOINTS)), "$customers": str(max(n // EVENTS_PER_CUSTOMER, 1)), "$n": str(n)}
    with duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY.replace(" ", "")}) as connection:
        for name, sql in {"": MADE, **FILES}.items():
            for placeholder, value in values.items():
                sql = sql.replace(placeholder, value)
            if name:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                sql = f"copy ({sql}) to '{folder / name}' (format parquet, compression zstd)"
            connection.execute(sql)
