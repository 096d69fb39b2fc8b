"""Every file of `sql/`, as the DVC stages run it on a small Maison Clairval, on DuckDB and on Spark: equal, to the digit.

Takes minutes, nearly all of it Spark's: `make spark` runs it, in one process and on a standalone cluster.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from sqlglot import exp

from pipeline import explain, reconstruct, screen
from pipeline import params as parameters
from pipeline.engine import Engine
from pipeline.engine.queries import query_of
from pipeline.engine.spark import SparkEngine
from pipeline.explain.ids import find
from pipeline.lab.surroundings import survey
from pipeline.tables import CENSORED, EVENTS, LOST, PERSONAS, START, STEPS
from pipeline.workspace import Workspace
from recorded_queries import RecordedQuery, Recorder, differences, recording
from simulation.clairval import make
from spark_brand import RATES, declare_everything

FILES = sorted(path.stem for path in (Path(parameters.__file__).parents[1] / "sql").glob("*.sql"))
EXPLAINED = (
    "kpis/conversion", "kpis/retention", "kpis/nps", "transitions/discovery/basket", "hypotheses/late_delivery",
)  # fmt: skip
WINDOW = (datetime(2025, 9, 1), datetime(2026, 9, 1))
HEAVY = ("clean", "identify", "reconstruct", "segment", "estimate", "assess")
# File → why Spark does not give what DuckDB gives: an expected failure, with its reason.
DIFFERS: dict[str, str] = {}


@pytest.fixture(scope="module")
def recorded(spark: SparkEngine, tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    workspace = make(tmp_path_factory.mktemp("clairval") / "brand", customers=200, identity=RATES).workspace
    with recording(tmp_path_factory.mktemp("queries")) as recorder:
        exercise(workspace)
    return recorder


def exercise(workspace: Workspace) -> None:
    """Run whatever runs SQL files: the heavy DVC stages, in several buckets and with redrawn graphs, and what reads them."""
    declare_everything(workspace)
    params = parameters.load(workspace)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reconstruct, "EVENTS_PER_BUCKET", 1000)
        for verb in HEAVY:
            import_module(f"pipeline.{verb}").main(workspace, params)
    screen.main(workspace, params)
    for name in EXPLAINED:
        number = find(workspace, name, explain.EXPLAINED)
        explain.raw_rows(workspace, params, explain.origin_of(number, params))
    with workspace.temporary() as temporary, Engine(params.engine, temporary) as engine:
        for table in (STEPS, PERSONAS):
            engine.read(table, workspace.path(table.path))
        survey(engine, params, WINDOW)
        ask_alone(engine, workspace)


def ask_alone(engine: Engine, workspace: Workspace) -> None:
    """Run the files that no stage runs by themselves: a part of a larger query, a study's and a notebook's."""
    opened, ordered = "newsletter_opened", "order_placed"
    contacts, span = ["ticket_opened", "call_received"], timedelta(days=60)
    engine.frame(
        "careless_units", index=ordered, exposure=opened, outcome=ordered, contacts=contacts, span=span, cut_off=WINDOW[1]
    )  # fmt: skip
    engine.view("events_0", workspace.path(EVENTS.path) / "sales.parquet")
    engine.make("source_events", query_of("select *, position // 2 as code from events_0"), lazily=True)
    engine.frame(
        "customer_events", customer=exp.column("code"), goal=exp.column("touchpoint").eq(ordered),
        columns=[exp.column("position"), exp.column("occurred_at")], window_start=WINDOW[0], cut_off=WINDOW[1],
    )  # fmt: skip
    log = query_of("select customer_id, occurred_at, position, touchpoint from steps")
    engine.make("log_events", log, lazily=True)
    ends = {"start": START, "lost": LOST, "censored": CENSORED}
    silence = timedelta(days=10)
    engine.frame("log_moves", silence=silence, open_since=WINDOW[1] - silence, **ends)


@pytest.fixture(scope="module", autouse=True)
def tally() -> Iterator[dict[str, str]]:
    found: dict[str, str] = {}
    yield found
    for word in ("equal", "differs"):
        files = [name for name, what in found.items() if what == word]
        print(f"\n{len(files)} files {word}: {', '.join(files)}")


def replay(spark: SparkEngine, query: RecordedQuery) -> pa.Table:
    for name, path in query.inputs.items():
        if any(pa.types.is_duration(field.type) for field in pyarrow.parquet.read_schema(path)):
            spark.load_arrow(name, pyarrow.parquet.read_table(path))  # no length of time in a Parquet file for Spark
        else:
            spark.view(name, path)
    return spark.arrow(query.tree)


@pytest.mark.parametrize("name", FILES)
def test_file_gives_the_same_on_both_engines(
    spark: SparkEngine, recorded: Recorder, tally: dict[str, str], name: str
) -> None:
    tally[name] = "differs"
    if name in DIFFERS:
        with pytest.raises(Exception, match=r"."):
            assert [differences(query.tree, query.given, replay(spark, query)) for query in recorded.seen[name]] == []
        pytest.xfail(DIFFERS[name])
    rows = [query.given.num_rows for query in recorded.seen.get(name, [])]
    assert any(rows), f"no query of sql/{name}.sql gave rows: let `exercise` reach it"
    for query in recorded.seen[name]:
        assert differences(query.tree, query.given, replay(spark, query)) == ""
    tally[name] = "equal"


def test_lists_name_files() -> None:
    assert set(DIFFERS) <= set(FILES)
