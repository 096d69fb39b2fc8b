"""How fast events become steps and a transition table, beside one lean DuckDB script that writes the same two tables.

``make bench`` runs it. Each run is a process of its own, ours and the script in turn, so that both meet the same
machine; what counts is the median of the ratios. The tables are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from pipeline import params as parameters
from pipeline.engine import Engine
from pipeline.estimate import transitions
from pipeline.reconstruct import attribute_types, gather_events, observation_window, reconstruct
from pipeline.tables import IDENTITIES
from pipeline.workspace import Workspace

EVENTS_PER_CUSTOMER = 12
SILENCE, HORIZON = timedelta(days=10), timedelta(days=10)
MEMORY, THREADS = "1500 MB", 2
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
  - {{id: discovery, name: {{fr: a, en: a}}, when: touchpoint = 'page_seen'}}
  - {{id: consideration, name: {{fr: a, en: a}}, when: touchpoint = 'basket_seen'}}
  - {{id: purchase, name: {{fr: a, en: a}}, when: touchpoint = 'order_placed' and goal_number = 1}}
  - {{id: experience, name: {{fr: a, en: a}}, when: "touchpoint in ('ticket_opened', 'review_answered')"}}
  - {{id: loyalty, name: {{fr: a, en: a}}, when: touchpoint = 'order_placed'}}
personas:
  - {{id: everybody, name: {{fr: a, en: b}}, goal: {{fr: a, en: b}}, otherwise: true}}
estimate: {{horizon: 10 d, duration_bins: [1 d, 10 d], group_by: []}}
"""


def make_events(folder: Path, n: int) -> None:
    """Write a workspace with `n` made-up events, the same on every machine."""
    (folder / "data/clean/events").mkdir(parents=True)
    (folder / "data/identify").mkdir(parents=True)
    (folder / "params.yaml").write_text(PARAMS, encoding="utf-8")
    customers = n // EVENTS_PER_CUSTOMER
    with duckdb.connect(config={"threads": THREADS}) as connection:
        # a multiplicative hash of the row number: no generator's state, no library's version
        connection.execute(f"""
            create macro mixed(i, salt) as ((i * 48271 + salt * 69621 + 12345) % 2147483647 * 16807 % 2147483647);
            copy (
                select
                    md5(i::varchar) as event_id,
                    timestamp '2026-01-01' + to_microseconds(mixed(i, 1) % (180 * 86400) * 1000000) as occurred_at,
                    'web' as source, i as position,
                    ['web', 'app', 'sales', 'support'][1 + mixed(i, 2) % 4] as channel,
                    ['page_seen', 'basket_seen', 'order_placed', 'ticket_opened', 'review_answered']
                        [1 + mixed(i, 3) % 5] as touchpoint,
                    'customer' as actor, null::decimal(18, 4) as value, null::decimal(9, 4) as score,
                    null::decimal(9, 4) as emotion, 'made.csv' as source_file, i as source_row,
                    md5('d' || mixed(i, 4) % {customers}) as id_device
                from range({n}) as numbers(i)
                order by occurred_at, position
            ) to '{folder}/data/clean/events/web.parquet' (format parquet, compression zstd);
            copy (
                select 'device' as kind, md5('d' || i) as value_hash,
                    ('0x' || substr(md5('d' || i), 1, 15))::bigint * 8 as customer_id,
                    1::integer as component_size, false as is_hub, false as is_conflict
                from range({customers}) as numbers(i) order by value_hash
            ) to '{folder}/data/identify/identities.parquet' (format parquet)""")


def ours(folder: Path) -> None:
    """The pipeline's own functions: steps, journeys, visits, customer_transitions, then the transition table."""
    workspace = Workspace.at(folder)
    params = parameters.load(workspace)
    events = folder / "data/clean/events"
    with workspace.temporary() as temporary, Engine(params.engine, temporary, [folder]) as engine:
        engine.read(IDENTITIES, workspace.path(IDENTITIES.path), check=False)
        files = {"web": events / "web.parquet"}
        window = observation_window(engine, params, events)
        gather_events(engine, params, files, attribute_types(files.values()), window)
        (folder / "ours").mkdir()
        reconstruct(engine, params, {}, window, folder / "ours", temporary)
        for name in ("steps", "customer_transitions"):
            engine.view(name, folder / "ours" / name / "*.parquet")
        engine.connection.execute(
            "create temp table customer_personas as "
            "select distinct customer_id, 'everybody' as persona from customer_transitions"
        )
        rows = transitions(engine, params, datetime(2026, 1, 1))
        table = {(row["from_stage"], row["to_stage"]): row["n_moved"] for row in rows if row["grouping"] == "all"}
    (folder / "ours.json").write_text(json.dumps(sorted([*key, n] for key, n in table.items())))


LEAN_STEPS = """
copy (
    with events as (
        select e.*, i.customer_id, touchpoint = 'order_placed' as is_goal
        from read_parquet('{folder}/data/clean/events/web.parquet') as e
        join read_parquet('{folder}/data/identify/identities.parquet') as i on e.id_device = i.value_hash
    ),
    placed as (
        select *, lag(occurred_at) over w as previous_at, sum(is_goal::int) over w as goal_number
        from events window w as (partition by customer_id order by occurred_at, position)
    ),
    staged as (
        select *, previous_at is null or occurred_at > previous_at + interval 10 day as opens_journey,
            case when touchpoint = 'page_seen' then 'discovery' when touchpoint = 'basket_seen' then 'consideration'
                when touchpoint = 'order_placed' and goal_number = 1 then 'purchase'
                when touchpoint in ('ticket_opened', 'review_answered') then 'experience'
                when touchpoint = 'order_placed' then 'loyalty' end as stage
        from placed
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
) to '{folder}/lean.parquet' (format parquet, compression zstd)
"""
# Visits entered at least a horizon before the end of the data, and where they moved within it; starts beside them.
LEAN_TRANSITIONS = """
with steps as (select * from read_parquet('{folder}/lean.parquet')),
edges as (select min(occurred_at) as first_at, max(occurred_at) as last_at from steps),
visits as (
    select customer_id, journey, stage, occurred_at as entered_at, opens_journey,
        lead(stage) over w as next_stage, lead(occurred_at) over w as next_at
    from steps where opens_visit window w as (partition by customer_id, journey order by visit)
),
journeys as (
    select customer_id, journey, min(occurred_at) as started_at, max(occurred_at) as ended_at
    from steps group by all
),
moves as (
    select stage as from_stage,
        case when next_at <= entered_at + interval 10 day then next_stage
            when next_stage is null and ended_at + interval 10 day <= entered_at + interval 10 day then '(lost)'
            else '(unresolved)' end as to_stage
    from visits join journeys using (customer_id, journey) cross join edges
    where entered_at + interval 10 day <= last_at
        and not (entered_at = started_at and started_at < first_at + interval 10 day)
    union all
    select '(start)', stage from visits cross join edges
    where opens_journey and entered_at >= first_at + interval 10 day and entered_at + interval 10 day <= last_at
)
select from_stage, to_stage, count(*) from moves group by all order by all
"""


def lean(folder: Path) -> None:
    """What a good engineer would write by hand for this one brand."""
    with duckdb.connect(
        config={"threads": THREADS, "memory_limit": MEMORY.replace(" ", ""), "temp_directory": f"{folder}/spill"}
    ) as connection:
        connection.execute(LEAN_STEPS.format(folder=folder))
        table = connection.execute(LEAN_TRANSITIONS.format(folder=folder)).fetchall()
    (folder / "lean.json").write_text(json.dumps(sorted(table)))


def same_tables(folder: Path) -> None:
    """Refuse to compare speeds of different answers."""
    columns = "customer_id, journey, visit, stage, opens_journey, opens_visit, previous_stage, goal_number, position"
    with duckdb.connect() as connection:
        differing = connection.execute(f"""
            select count(*) from (
                (select {columns} from read_parquet('{folder}/ours/steps/*.parquet')
                    except all select {columns} from read_parquet('{folder}/lean.parquet'))
                union all
                (select {columns} from read_parquet('{folder}/lean.parquet')
                    except all select {columns} from read_parquet('{folder}/ours/steps/*.parquet')))""").fetchone()
    mine, theirs = (json.loads((folder / f"{name}.json").read_text()) for name in ("ours", "lean"))
    mine = [row for row in mine if row[2]]
    if differing != (0,) or mine != theirs:
        raise SystemExit(f"the tables differ: {differing} steps\n{mine}\n{theirs}")


def timed(which: str, folder: Path) -> tuple[float, float]:
    """Run one side in a process of its own; return seconds and peak memory (GB)."""
    _forget(which, folder)
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, "--only", which, "--folder", str(folder)], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - started, float(done.stdout.split()[-1])


def _forget(which: str, folder: Path) -> None:
    for path in sorted((folder / which).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    if (folder / which).is_dir():
        (folder / which).rmdir()


def peak_memory() -> float:
    """Return this program's peak memory (GB); what `getrusage` says may be that of whoever started it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    """Print the median ratio and the peak memory of each side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["make", "ours", "lean"])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.only == "make":
        make_events(options.folder, options.events)
        return
    if options.only:
        {"ours": ours, "lean": lean}[options.only](options.folder)
        print(peak_memory())
        return
    with TemporaryDirectory() as name:
        folder = Path(name)
        made = [sys.executable, __file__, "--only", "make", "--folder", name, "--events", str(options.events)]
        subprocess.run(made, check=True)
        results: dict[str, list[tuple[float, float]]] = {"ours": [], "lean": []}
        for round_number in range(options.rounds):
            for which in ("ours", "lean") if round_number % 2 == 0 else ("lean", "ours"):
                results[which].append(timed(which, folder))
            if round_number == 0:
                same_tables(folder)
        ratios = [mine[0] / theirs[0] for mine, theirs in zip(results["ours"], results["lean"], strict=True)]
        for which, runs in results.items():
            seconds, memory = statistics.median(run[0] for run in runs), max(run[1] for run in runs)
            print(f"{which:5} {seconds:7.1f} s (median)  {memory:5.2f} GB at most")
        print(f"{options.events:,} events, {THREADS} threads, limit {MEMORY}, DuckDB {duckdb.__version__}")
        print(f"ratio {statistics.median(ratios):.2f} (median of {[round(ratio, 2) for ratio in ratios]})")


if __name__ == "__main__":
    main()
