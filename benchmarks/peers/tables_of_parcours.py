"""What `in_parcours.py` answers with more than a log: Parcours' own SQL files and engine, on a workspace."""

import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlglot import exp

from pipeline import params as parameters
from pipeline.engine import Engine, coded_column
from pipeline.gathering import gather_events, observation_window
from pipeline.params import Params
from pipeline.reconstruct import reconstruct, stage_case
from pipeline.tables import CHANNELS, IDENTITIES, RESERVED
from pipeline.workspace import Workspace

# In order: the first page, the first basket after it, the first order after that. Visits are numbered per customer.
FUNNEL = """
with first as (
    select customer_id, journey, min(visit) as visit from steps where stage = 'page_seen' group by all
),
second as (
    select customer_id, journey, min(steps.visit) as visit from steps join first using (customer_id, journey)
    where stage = 'basket_seen' and steps.visit > first.visit group by all
),
third as (
    select customer_id, journey from steps join second using (customer_id, journey)
    where stage = 'order_placed' and steps.visit > second.visit group by all
)
select 'page_seen' as reached, (select count(*) from first) as n
union all select 'basket_seen', (select count(*) from second)
union all select 'order_placed', (select count(*) from third)
"""
VARIANTS = """
with ways as (
    select string_agg(touchpoint, ' > ' order by occurred_at, position) as variant
    from steps group by customer_id, journey
)
select variant, count(*) as n from ways group by all order by n desc, variant limit 10
"""
SUMMARY = """
select stage, count(*) as steps, sum(opens_journey::int) as journeys, sum(opens_visit::int) as visits,
    sum(journey) as journey_numbers, sum(visit) as visit_numbers, sum(goal_number) as goal_numbers
from steps group by all order by all
"""
QUERIES = {"funnel": FUNNEL, "variants": VARIANTS, "tables": SUMMARY}


def answer(task: str, folder: Path) -> None:
    """Print the answer as CSV."""
    workspace = Workspace.at(folder)
    params = parameters.load(workspace)
    made = folder / "data/reconstruct"
    with TemporaryDirectory(dir=folder) as temporary, Engine(params.engine, Path(temporary), [folder]) as engine:
        if task == "tables":
            write_tables(engine, params, workspace, Path(temporary))
        if task == "intervals":
            print_intervals(engine, params, made)
            return
        if task in ("funnel", "variants"):
            make_steps(engine, params, folder / "events.parquet")
        else:
            engine.view("steps", made / "steps/*.parquet")
        for row in engine.connection.execute(QUERIES[task.removesuffix("_of_steps")]).fetchall():
            print(*row, sep=",")


def make_steps(engine: Engine, params: Params, events: Path) -> None:
    """Make the view `steps` of events beside their customers: `sql/bucket_events.sql`, then `sql/steps.sql`."""
    engine.view("events", events)
    constants = ["'web' as source", "'customer' as actor", "touchpoint = 'order_placed' as is_goal"]
    nothing = [f"cast(null as decimal(18, 4)) as {name}" for name in ("value", "score", "emotion")]
    engine.make("bucket_rows", exp.select("*", *constants, *nothing).from_("events"), lazily=True)
    seen = [stage.id for stage in params.stages]
    values = {"source": ["web"], "channel": CHANNELS, "touchpoint": seen, "actor": ["customer"]}
    codes = [coded_column(name, texts) for name, texts in values.items()]
    engine.make("bucket_events", lazily=True, codes=codes, is_wanted=True)
    steps = engine.bound("steps", silence=params.silence, stage=stage_case(params, {}), attributes=[])
    steps.set("order", None)  # which is for the file
    engine.make("steps", steps, lazily=True)


def write_tables(engine: Engine, params: Params, workspace: Workspace, temporary: Path) -> None:
    """Write steps, journeys, visits and customer_transitions, as the DVC stage does."""
    events = workspace.path("data/clean/events")
    engine.read(IDENTITIES, workspace.path(IDENTITIES.path), check=False)
    window = observation_window(engine, params, events)
    gather_events(engine, params, {"web": events / "web.parquet"}, {}, window)
    n_events = engine.row(exp.select("count(*) as n").from_("all_events"))["n"]
    made = workspace.path("data/reconstruct")
    made.mkdir()
    reconstruct(engine, params, {}, window, made, temporary, n_events)


def print_intervals(engine: Engine, params: Params, made: Path) -> None:
    """Print every matrix with its clustered intervals; on the error stream, what each grouping took."""
    from pipeline.estimate import transitions  # with SciPy, which the other tasks need not wait for

    stages = [*(stage.id for stage in params.stages), *RESERVED]
    engine.view("customer_transitions", made / "customer_transitions/*.parquet")
    engine.view("journeys", made / "journeys/*.parquet")
    engine.hold("customer_transitions", {"from_stage": stages, "to_stage": stages, "channel": CHANNELS})
    engine.make(
        "customer_personas",
        exp.select("customer_id", "if(count(goal_at) > 0, 'buyers', 'others') as persona")
        .from_("journeys")
        .group_by("customer_id"),
    )
    cut_off = engine.row(exp.select("max(ended_at) as m").from_("journeys"))["m"]
    took = Counter()  # by the clock and of processors; a matrix is made before its first row
    clocks = {"s": time.perf_counter, "s of processors": time.process_time}
    before = {unit: clock() for unit, clock in clocks.items()}
    for row in transitions.rows(engine, params, cut_off):
        for unit, clock in clocks.items():
            took[row["grouping"], unit] += clock() - before[unit]
            before[unit] = clock()
        key = (row[name] for name in ("grouping", "group", "from_stage", "to_stage", "n_moved", "n_visits"))
        print(*key, *(f"{row[name]:.6f}" if name in row else "" for name in ("p", "ci_low", "ci_high")), sep=",")
    for (grouping, unit), seconds in took.items():
        print(f"{grouping:<8} {seconds:6.2f} {unit}", file=sys.stderr)
