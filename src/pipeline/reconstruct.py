"""DVC stage *reconstruct*: events of one customer in order → journeys, steps, visits, transitions per customer.

The one sort of the pipeline. Customers are cut into buckets by the leading bits of their code (codes are hashes, so
buckets are even); each bucket is sorted once and written as one ordered file per table, so memory is bounded by
a bucket and the files, taken in order, are sorted as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlglot import exp
from tqdm import tqdm

from pipeline.buckets import CODES, bucket_count
from pipeline.engine import Engine, coded, coded_column, literal, open_engine, query_of
from pipeline.errors import ParcoursError
from pipeline.expressions import expression
from pipeline.files import whole_folder, write_json
from pipeline.gathering import attribute_types, gather_events, gather_redrawn_events, observation_window
from pipeline.params import Params
from pipeline.tables import (
    ACTORS,
    CHANNELS,
    CUSTOMER_TRANSITIONS,
    EVENTS,
    IDENTITIES,
    JOURNEYS,
    REDRAWN,
    REDRAWN_JOURNEYS,
    RESERVED,
    START,
    STEPS,
    VISITS,
)  # fmt: skip
from pipeline.workspace import Workspace

EVENTS_PER_BUCKET = 10_000_000
MADE_HERE = (STEPS, JOURNEYS, VISITS, CUSTOMER_TRANSITIONS)
JOURNEY_COLUMNS = ("is_goal", "is_after_goal", "goal_number")
CODED = ("source", "channel", "touchpoint", "actor", "stage", "previous_stage")


def main(workspace: Workspace, params: Params) -> None:
    """Write data/reconstruct: four tables in buckets, and the counts of reconstruct.json."""
    events = workspace.path(EVENTS.path)
    with workspace.temporary() as temporary, open_engine(params.engine, temporary) as engine:
        engine.read(IDENTITIES, workspace.path(IDENTITIES.path))
        files = {source: events / f"{source}.parquet" for source in params.sources}
        attributes = attribute_types(files.values())
        window = observation_window(engine, params, events)
        gather_events(engine, params, files, attributes, window)
        with whole_folder(workspace.path("data/reconstruct")) as folder:
            n_events = engine.row(exp.select("count(*) as n").from_("all_events"))["n"]
            of_customers = reconstruct(engine, params, attributes, window, folder, temporary, n_events)
            for table in MADE_HERE:
                engine.read(table, folder / table.name)
            check_stages(engine, params)
            facts = summary(engine, params, window, of_customers)
            facts_of_clean = json.loads(workspace.path("data/clean/clean.json").read_text(encoding="utf-8"))
            write_json({**facts, "is_sample": facts_of_clean["is_sample"]}, folder / "reconstruct.json")
            engine.read(REDRAWN, workspace.path(REDRAWN.path))
            if engine.row(exp.select("count(*) as n").from_(REDRAWN.name))["n"]:
                gather_redrawn_events(engine, params, files, attributes, window)
                (folder / REDRAWN_JOURNEYS).mkdir()
                n_events = engine.row(exp.select("count(*) as n").from_("customer_events"))["n"]
                reconstruct(engine, params, attributes, window, folder / REDRAWN_JOURNEYS, temporary, n_events)


def reconstruct(
    engine: Engine,
    params: Params,
    attributes: Mapping[str, str],
    window: tuple[datetime, datetime],
    folder: Path,
    temporary: Path,
    n_events: int,
) -> int:
    """Write the tables of every bucket of `customer_events` under `folder`; return the events of known customers."""
    for table in MADE_HERE:
        (folder / table.name).mkdir()
    buckets = bucket_count(n_events, EVENTS_PER_BUCKET)
    passing = temporary / folder.name
    if buckets > 1:
        width = CODES // buckets
        engine.write_parts("bucketed_events", passing, "bucket", width=width)
    bindings, of_customers = _bindings(params, attributes, window), 0
    event_codes, columns = _codes(engine, params)
    for bucket in tqdm(range(buckets), desc="reconstruct", unit="bucket", disable=None):
        part = passing / f"bucket={bucket}"
        if part.exists():
            engine.view("bucket_rows", part / "*.parquet")
        else:  # one bucket in all, or a bucket that no customer fell into
            engine.make("bucket_rows", exp.select("*").from_("customer_events"), lazily=True)
        engine.make("bucket_events", lazily=True, codes=event_codes, is_wanted=buckets == 1 or part.exists())
        of_customers += engine.row(exp.select("count(*) as n").from_("bucket_events"))["n"]
        for table in MADE_HERE:
            target = folder / table.name / f"bucket={bucket:03d}.parquet"
            engine.write(table.name, target, **bindings[table.name])
            engine.view(f"written_{table.name}", target)
            written = exp.to_table(f"written_{table.name}")
            engine.make(table.name, exp.select(*columns[table.name]).from_(written), lazily=True)
    return of_customers


def _codes(engine: Engine, params: Params) -> tuple[list[exp.Expr], dict[str, list[exp.Expr]]]:
    """Return the columns of few different texts of events as codes, and the select list of each table made here."""
    seen = engine.rows(query_of("select distinct touchpoint from all_events order by 1"))
    stages = stage_texts(params)
    values = {"source": params.sources, "channel": CHANNELS, "touchpoint": [row[0] for row in seen], "actor": ACTORS}
    events = [coded_column(name, texts) for name, texts in values.items()]
    texts = dict.fromkeys(("stage", "previous_stage", "first_stage", "last_stage", "next_stage"), stages)
    texts |= {name: list(CHANNELS) for name in ("channel", "first_channel")}
    tables: dict[str, list[exp.Expr]] = {
        table.name: [exp.Star(replace=[coded_column(name, texts[name]) for name in table.columns if name in texts])]
        for table in MADE_HERE
    }
    return events, tables


def _as_texts(tree: exp.Expr) -> exp.Expr:
    """Return a declared rule that reads coded columns as the texts that its author sees."""

    def replace(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name in CODED:
            return exp.cast(node, "varchar")
        return node

    return tree.transform(replace)


def month_of(column: str, window: tuple[datetime, datetime], zone: str) -> exp.Expr:
    """Return SQL for the local month of a UTC time in the window, as 2026-11, from the months' known starts."""
    local = ZoneInfo(zone)
    month = window[1].replace(tzinfo=UTC).astimezone(local).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    case, labels = exp.Case(), []
    while True:
        start = month.astimezone(UTC).replace(tzinfo=None)
        label = exp.Literal.string(f"{month:%Y-%m}")
        labels.append(label.this)
        if start <= window[0]:
            return coded(case.else_(label), labels)
        case = case.when(exp.GTE(this=exp.column(column), expression=literal(start)), label)
        month = (month - timedelta(days=1)).replace(day=1)


def _bindings(
    params: Params, attributes: Mapping[str, str], window: tuple[datetime, datetime]
) -> dict[str, dict[str, object]]:
    start, cut_off = window
    columns = step_columns(attributes)
    features = [
        exp.alias_(_as_texts(expression(sql, f"params.yaml: features.{name}", columns, aggregate=True)), name)
        for name, sql in params.features.items()
    ]
    return {
        "steps": {
            "silence": params.silence,
            "stage": stage_case(params, attributes),
            "attributes": [exp.column(name) for name in attributes],
        },
        "journeys": {
            "silence": params.silence,
            "window_start": start,
            "cut_off": cut_off,
            "starts_with": _as_texts(
                expression(params.starts_with or "false", "params.yaml: journeys.starts_with", columns)
            ),
            "features": features,
            "feature_names": [exp.column(name, table="measured") for name in params.features],
        },
        "visits": {"silence": params.silence},
        "customer_transitions": {
            "cut_off": cut_off,
            "start": coded(exp.Literal.string(START), stage_texts(params)),
            "horizon": params.estimate.horizon,
            "duration_bin": duration_bin(params.estimate.duration_bins),
            "period": month_of("entered_at", window, params.workspace.time_zone),
        },
    }


def step_columns(attributes: Mapping[str, str]) -> list[str]:
    """Return the columns that a rule over steps may use."""
    return [*STEPS.columns, *attributes]


def stage_case(params: Params, attributes: Mapping[str, str]) -> exp.Expr:
    """Return SQL that gives an event its stage: the first rule that matches wins."""
    columns = [*EVENTS.columns, *JOURNEY_COLUMNS, *attributes]
    case = exp.Case()
    for i, stage in enumerate(params.stages):
        rule = _as_texts(expression(stage.when, f"params.yaml: stages[{i}].when", columns))
        case = case.when(rule, exp.Literal.string(stage.id))
    return coded(case, stage_texts(params))


def stage_texts(params: Params) -> list[str]:
    """Return all that a column of stages may hold: one list, so that all such columns have one type."""
    return [*(stage.id for stage in params.stages), *RESERVED]


def duration_bin(bounds: Sequence[timedelta]) -> exp.Expr:
    """Return SQL for the index of the first bound that a visit does not exceed, their number beyond the last."""
    case = exp.Case()
    for i, bound in enumerate(bounds):
        within = exp.LTE(
            this=exp.column("left_at"), expression=exp.Add(this=exp.column("entered_at"), expression=literal(bound))
        )
        case = case.when(within, exp.Literal.number(i))
    return case.else_(exp.Literal.number(len(bounds)))


def check_stages(engine: Engine, params: Params) -> None:
    """Refuse a stage that no event reached: the rule is wrong, or an earlier one takes all of its events."""
    reached = {row[0] for row in engine.rows(query_of("select distinct stage from steps"))}
    for i, stage in enumerate(params.stages):
        if stage.id not in reached:
            raise ParcoursError(
                f"params.yaml: stages[{i}].when: no event reaches the stage {stage.id!r} ({stage.when}). "
                "Check the rule, the touchpoints in data/clean/events, and whether an earlier stage takes them all."
            )


def summary(engine: Engine, params: Params, window: tuple[datetime, datetime], of_customers: int) -> dict[str, object]:
    """Return the counts that `dvc metrics show` prints."""
    facts = engine.row("reconstruct_counts")
    identified = [f"id_{kind}" for kind, rule in params.identifiers.items() if rule.links]
    present = [name for name in identified if name in engine.columns("all_events")]
    known = " or ".join(f"{name} is not null" for name in present) or "false"
    is_in_window = exp.column("occurred_at").between(literal(window[0]), literal(window[1]))
    counts = engine.row(
        exp.select(
            "count(*) as n",
            f"count(*) filter (where not ({known})) as without",
            exp.alias_(exp.CountIf(this=is_in_window), "inside"),
        ).from_("all_events")
    )
    of_nobody = counts["inside"] - of_customers
    return {
        "window_start": window[0].isoformat(),
        "cut_off": window[1].isoformat(),
        "n_events": counts["n"],
        "events_outside_window": counts["n"] - counts["inside"],
        "events_without_identifier": counts["without"],
        "events_of_hubs": max(of_nobody - counts["without"], 0),
        "events_without_stage": of_customers - facts["n_steps"],
        **{name: int(value) for name, value in facts.items() if name != "n_ties"},
        "tie_share": facts["n_ties"] / max(facts["n_steps"], 1),
    }
