"""DVC stage *estimate*: transitions, funnel, time in stage, KPIs, touchpoints and emotions, each with its interval.

The engine counts – small tables of whole numbers, one per question – and `stats` turns them into estimates, in the
order of the keys. Every interval is clustered by customer.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlglot import exp

from pipeline.declarations import format_duration
from pipeline.engine import Engine
from pipeline.errors import ParcoursError
from pipeline.expressions import expression
from pipeline.files import whole_folder, write_json
from pipeline.groups import groupings, reading_orders
from pipeline.params import Kpi, Params
from pipeline.results import in_form, without_numbers, write_tables
from pipeline.stats.proportions import proportion_from_pairs
from pipeline.stats.quantiles import quartiles
from pipeline.stats.ratios import (
    Sums,
    clipped,
    clustered_ratio,
    net_promoter_interval,
    proportion_from_sums,
    share_of_customers,
)
from pipeline.stats.result import Interval
from pipeline.tables import (
    CUSTOMER_TRANSITIONS,
    EMOTIONS,
    EVERYBODY,
    FUNNEL,
    JOURNEYS,
    KPIS,
    LOST,
    PERSONAS,
    START,
    STEPS,
    TIME_IN_STAGE,
    TOUCHPOINTS,
    TRANSITIONS,
    UNRESOLVED,
    VISITS,
    Table,
)
from pipeline.workspace import Workspace

MONEY_SCALE = 10_000  # money and scores have four decimals
MICROSECONDS_PER_DAY = 86_400_000_000
NOT_ON_A_SAMPLE = "not known on a sample"
ONE_CUSTOMER, NO_VARIATION = "one customer: no interval", "no variation: no interval"
_KPI_UNITS = {
    "conversion": "share", "mean_value": "money", "return": "share",
    "top_box": "share", "mean_score": "score", "nps": "points",
}  # fmt: skip

Row = dict[str, Any]


def main(workspace: Workspace, params: Params) -> None:
    """Write data/estimate: six tables, and the headline numbers of estimate.json."""
    facts_file = workspace.path("data/reconstruct/reconstruct.json")
    with workspace.temporary() as temporary, Engine(params.engine, temporary) as engine:
        for table in (CUSTOMER_TRANSITIONS, VISITS, JOURNEYS, STEPS, PERSONAS):
            engine.read(table, workspace.path(table.path))
        facts = read_facts(facts_file)
        frames = estimate(engine, params, datetime.fromisoformat(facts["cut_off"]), facts["is_sample"])
        with whole_folder(workspace.path("data/estimate")) as folder:
            write_tables(engine, frames, folder)
            write_json(headline(frames), folder / "estimate.json")


def read_facts(path: Path) -> Row:
    """Return reconstruct.json: the ends of the observation window (naive UTC), and whether the data are a sample."""
    if not path.exists():
        raise ParcoursError(f"{path}: no such file; run the DVC stage reconstruct first.")
    facts: Row = json.loads(path.read_text(encoding="utf-8"))
    return facts


def estimate(engine: Engine, params: Params, cut_off: datetime, is_sample: bool = False) -> dict[str, pd.DataFrame]:
    """Return every table of estimates from the views that `main` reads.

    Parameters
    ----------
    engine
        With customer_transitions, visits, journeys, steps and personas readable.
    params
        Horizon, level, smallest cell, groups, KPIs.
    cut_off
        End of the observation window, naive UTC.
    is_sample
        Whether the raw data are only part of what happened: what is `known_only_if: complete` is then not shown.

    Returns
    -------
    dict
        Name of the table → its frame, in the form of its contract.
    """
    engine.make("customer_personas", exp.select("customer_id", "persona").from_("personas"))
    makers = (
        (TRANSITIONS, transitions),
        (FUNNEL, funnel),
        (TIME_IN_STAGE, time_in_stage),
        (KPIS, kpis),
        (TOUCHPOINTS, touchpoints),
        (EMOTIONS, emotions),
    )
    orders = reading_orders(params)
    unknowable = unknown_on_a_sample(params) if is_sample else {}
    return {
        table.name: in_form((_known(row, table, unknowable) for row in maker(engine, params, cut_off)), table, orders)
        for table, maker in makers
    }


def unknown_on_a_sample(params: Params) -> dict[str, set[str]]:
    """Return, per key column, what a sample cannot know: declared stages and KPIs that need complete data."""
    stages = {stage.id for stage in params.stages if stage.needs_complete}
    kpis = {kpi.id for kpi in params.kpis if kpi.needs_complete}
    return {"kpi": kpis, **dict.fromkeys(("stage", "from_stage", "to_stage"), stages)}


def _known(row: Row, table: Table, unknowable: Mapping[str, set[str]]) -> Row:
    if any(row.get(column) in values for column, values in unknowable.items()):
        return without_numbers(row, table, NOT_ON_A_SAMPLE)
    return row


def headline(frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return the numbers that `dvc metrics show` prints: each KPI of all customers, and what was left out."""
    overall = frames["kpis"][frames["kpis"]["grouping"] == "all"]
    return {
        "kpis": {
            row.kpi: {"estimate": row.estimate, "low": row.ci_low, "high": row.ci_high, "n": row.n}
            for row in overall.itertuples()
        },
        "rows_without_estimate": {name: int(frame["note"].notna().sum()) for name, frame in frames.items()},
    }


# -- groups ----------------------------------------------------------------------------------------------------


def _sums_by_item(engine: Engine, counts: str, **bindings: Any) -> Iterator[tuple[str, Any, Sums]]:
    """Yield (group, item, sums) of one question: `counts` is the SQL file that gives a and b per customer."""
    engine.make("customer_counts", counts, **bindings)
    for row in engine.frame("customer_sums").to_dict("records"):
        numbers = [int(row[name]) for name in ("customers", "sum_a", "sum_b", "sum_aa", "sum_ab", "sum_bb")]
        yield row["group"], row["item"], Sums(*numbers)


def _with_interval(
    row: Row, table: Table, params: Params, customers: int, interval: Callable[..., Row], *arguments: Any
) -> Row:
    """Return the row with ``interval(*arguments, level)``, or without numbers and with the reason."""
    smallest = params.estimate.smallest_cell
    if customers < smallest:
        return without_numbers(row, table, f"n < {smallest}")
    if customers < 2:
        return {**row, "note": ONE_CUSTOMER}
    return {**row, **interval(*arguments, params.estimate.level)}


def _share(found: Interval) -> Row:
    return {"p": found.estimate, "ci_low": found.low, "ci_high": found.high, "design_effect": found.design_effect}


def _bounds(found: Interval, estimate: str, low: str, high: str) -> Row:
    note = NO_VARIATION if math.isnan(found.low) else None
    return {estimate: found.estimate, low: found.low, high: found.high, "note": note}


# -- transitions -------------------------------------------------------------------------------------------------


def transitions(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the transition table: for each group and stage, where visits moved within the horizon of entry."""
    del cut_off  # customer_transitions already knows which visits were followed
    columns = groupings(params, "customer_transitions.channel", "customer_transitions.period")
    columns["period"] = exp.to_column("customer_transitions.period")
    bindings = _counted_targets([*(stage.id for stage in params.stages), LOST, UNRESOLVED])
    bindings["horizon_bin"] = params.estimate.duration_bins.index(params.estimate.horizon)
    for grouping in ["all", *params.estimate.group_by]:
        pairs = engine.frame("transition_pairs", group=columns[grouping], **bindings)
        for (group, stage), cells in pairs.groupby(["group", "from_stage"], sort=True):
            yield from _matrix_row(cells, params, {"grouping": grouping, "group": group, "from_stage": stage})


def _counted_targets(targets: list[str]) -> Row:
    """Return SQL for one column of counts per target, and for picking the column of a target."""
    names, counts, picked = [], [], exp.Case(this=exp.to_column("targets.to_stage"))
    for i, target in enumerate(targets):
        name = f"moved_{i}"
        is_target = exp.column("to_stage").eq(exp.Literal.string(target))
        moved = exp.Sum(this=exp.Case().when(is_target, exp.column("n")).else_(exp.Literal.number(0)))
        names.append(exp.column(name))
        counts.append(exp.alias_(exp.cast(moved, "bigint"), name))
        picked = picked.when(exp.Literal.string(target), exp.column(name, table="shared_rows"))
    return {"targets": targets, "count_names": names, "counts": counts, "moved": picked}


def _matrix_row(cells: pd.DataFrame, params: Params, key: Row) -> Iterator[Row]:
    horizon, silence = params.estimate.horizon, params.silence
    targets = [stage.id for stage in params.stages]
    if key["from_stage"] != START:  # a start moves at once; an exit needs a silence to be seen
        targets += [LOST, UNRESOLVED] if horizon >= silence else [UNRESOLVED]
    pairs = dict(list(cells.groupby("to_stage")))
    moved = {target: int((pairs[target]["moved"] * pairs[target]["customers"]).sum()) for target in targets}
    any_cell = pairs[UNRESOLVED]  # every cell has all visits of the row
    row = {
        **key,
        "horizon": format_duration(horizon),
        "n_visits": int((any_cell["visits"] * any_cell["customers"]).sum()),
        "n_customers": int(any_cell["customers"].sum()),
        "n_unresolved": moved.get(UNRESOLVED, 0),
    }
    for target in targets:
        if moved[target] or target != key["from_stage"]:
            cell = {**row, "to_stage": target, "n_moved": moved[target]}
            yield _with_interval(cell, TRANSITIONS, params, row["n_customers"], _share_from_pairs, pairs[target])


def _share_from_pairs(pairs: pd.DataFrame, level: float) -> Row:
    moved, visits, customers = (pairs[name].to_numpy() for name in ("moved", "visits", "customers"))
    return _share(proportion_from_pairs(moved, visits, customers, level))


# -- funnel and durations ----------------------------------------------------------------------------------------


def funnel(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the funnel: share of journeys that reach each stage, or a later one, within the horizon of their start."""
    case = exp.Case()
    for position, stage in enumerate(params.stages, start=1):
        case = case.when(exp.to_column("visits.stage").eq(exp.Literal.string(stage.id)), exp.Literal.number(position))
    bindings = {
        "position": case, "positions": list(range(1, len(params.stages) + 1)),
        "horizon": params.estimate.horizon, "cut_off": cut_off,
    }  # fmt: skip
    at, seen = exp.to_column("positions.position"), exp.to_column("visited.position")
    for grouping, column in groupings(params, "journeys.first_channel", "journeys.started_at").items():
        visited = {
            (group, position): int(sums.a)
            for group, position, sums in _sums_by_item(
                engine, "funnel_counts", group=column, reaches=exp.EQ(this=seen, expression=at), **bindings
            )
        }
        reaches = exp.GTE(this=seen, expression=at)
        for group, position, sums in _sums_by_item(engine, "funnel_counts", group=column, reaches=reaches, **bindings):
            row = {
                "grouping": grouping, "group": group, "position": position, "stage": params.stages[position - 1].id,
                "n_journeys": sums.b, "n_customers": sums.clusters, "n_reached": sums.a,
                "n_visited": visited[group, position],
            }  # fmt: skip
            yield _with_interval(row, FUNNEL, params, sums.clusters, _share_from_sums, sums)


def _share_from_sums(sums: Sums, level: float) -> Row:
    return _share(proportion_from_sums(sums, level))


def time_in_stage(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield quartiles of the days between entering a stage and moving on, with the interval of the median."""
    for grouping, column in groupings(params, "visits.channel", "visits.entered_at").items():
        engine.make("stage_durations", group=column, horizon=params.estimate.horizon, cut_off=cut_off)
        histograms = dict(list(engine.frame("duration_histogram").groupby(["group", "item"])))
        for group, stage, sums in _sums_by_item(engine, "duration_counts"):
            row = {"grouping": grouping, "group": group, "stage": stage}
            row |= {"n_visits": sums.b, "n_customers": sums.clusters}
            yield _with_interval(row, TIME_IN_STAGE, params, sums.clusters, _days, histograms[group, stage], sums)


def _days(histogram: pd.DataFrame, sums: Sums, level: float) -> Row:
    microseconds, at_most = histogram["microseconds"].to_numpy(), histogram["at_most"].to_numpy()
    found = quartiles(microseconds, at_most, sums, level, grid=1000)
    return {
        "quartile_1": found.first / MICROSECONDS_PER_DAY,
        "median": found.median / MICROSECONDS_PER_DAY,
        "median_low": found.median_low / MICROSECONDS_PER_DAY,
        "median_high": found.median_high / MICROSECONDS_PER_DAY,
        "quartile_3": found.third / MICROSECONDS_PER_DAY,
    }


# -- KPIs, touchpoints, emotions -----------------------------------------------------------------------------------


def kpis(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the declared KPIs; all customers and each persona have a row even where nothing was seen."""
    for i, kpi in enumerate(params.kpis):
        counts, columns, bindings = _kpi_question(engine, params, kpi, f"params.yaml: kpis[{i}]", cut_off)
        for grouping, column in columns.items():
            missing = {"all": [EVERYBODY], "persona": [persona.id for persona in params.personas]}.get(grouping, [])
            for group, _, sums in _sums_by_item(engine, counts, group=column, item=kpi.id, **bindings):
                row = {
                    "grouping": grouping, "group": group, "kpi": kpi.id, "unit": _KPI_UNITS[kpi.kind],
                    "n": sums.b, "n_customers": sums.clusters, "target": kpi.target,
                }  # fmt: skip
                # the target is declared, not measured, so it stays where the rest is suppressed
                yield _with_interval(row, KPIS, params, sums.clusters, _kpi_bounds, kpi, sums) | {"target": kpi.target}
                missing = [other for other in missing if other != group]
            for group in missing:
                row = {"grouping": grouping, "group": group, "kpi": kpi.id, "unit": _KPI_UNITS[kpi.kind]}
                yield {**row, "n": 0, "n_customers": 0, "target": kpi.target, "note": "n = 0"}


def _kpi_question(
    engine: Engine, params: Params, kpi: Kpi, where: str, cut_off: datetime
) -> tuple[str, dict[str, exp.Expr], Row]:
    """Return the SQL file of a KPI, its groups and what else it binds."""
    # only a conversion may go without a rule: it is then the journey's goal that counts
    when = expression(kpi.when or "is_goal", f"{where}.when", engine.columns("steps"))
    if kpi.kind == "conversion":
        columns = groupings(params, "followed.first_channel", "followed.started_at")
        return "kpi_conversion", columns, {"when": when, "horizon": params.estimate.horizon, "cut_off": cut_off}
    if kpi.kind == "return":
        columns = groupings(params, "first_times.channel", "first_times.occurred_at")
        return "kpi_return", columns, {"when": when, "within": kpi.within, "cut_off": cut_off}
    score = exp.column("score")
    numerators = {
        "mean_value": _scaled(exp.column("value")),
        "mean_score": _scaled(score),
        "top_box": _count_if(f"score >= {kpi.top}"),
        "nps": exp.Sub(this=_count_if("score >= 9"), expression=_count_if("score <= 6")),
    }
    columns = groupings(params, "measured.channel", "measured.occurred_at")
    return "kpi_steps", columns, {"when": when, "numerator": numerators[kpi.kind]}


def _scaled(column: exp.Expr) -> exp.Expr:
    return exp.cast(exp.Mul(this=column, expression=exp.Literal.number(MONEY_SCALE)), "bigint")


def _count_if(condition: str) -> exp.Expr:
    """Return SQL for 1 where the condition holds, 0 where it does not, nothing where there is no score."""
    return exp.Case().when(condition, "1").when("score is not null", "0")


def _kpi_bounds(kpi: Kpi, sums: Sums, level: float) -> Row:
    if kpi.kind == "nps":
        found = net_promoter_interval(sums, level)
    elif kpi.kind in ("mean_value", "mean_score"):
        found = clustered_ratio(sums, level, scale=MONEY_SCALE)
    else:
        found = proportion_from_sums(sums, level)
    return _bounds(found, "estimate", "ci_low", "ci_high")


def touchpoints(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the inventory of touchpoints: volume, and reach among the group's customers."""
    del cut_off
    keys = ["stage", "touchpoint", "channel", "actor"]
    for grouping, column in groupings(params, "steps.channel", "steps.occurred_at").items():
        for record in engine.frame("touchpoint_counts", group=column).to_dict("records"):
            row = {"grouping": grouping, "group": record["group"], **{key: record[key] for key in keys}}
            row |= {"n_events": record["n_events"], "n_customers": record["n_customers"]}
            met, everybody = record["n_customers"], record["group_customers"]
            yield _with_interval(row, TOUCHPOINTS, params, met, _reach, met, everybody)


def _reach(met: int, everybody: int, level: float) -> Row:
    return _bounds(share_of_customers(met, everybody, level), "reach", "reach_low", "reach_high")


def emotions(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the mean emotion of the scored events of each stage."""
    del cut_off
    for grouping, column in groupings(params, "steps.channel", "steps.occurred_at").items():
        for group, stage, sums in _sums_by_item(engine, "emotion_counts", group=column):
            row = {"grouping": grouping, "group": group, "stage": stage, "n": sums.b, "n_customers": sums.clusters}
            yield _with_interval(row, EMOTIONS, params, sums.clusters, _mean_emotion, sums)


def _mean_emotion(sums: Sums, level: float) -> Row:
    mean = clipped(clustered_ratio(sums, level, scale=MONEY_SCALE), -2.0, 2.0)
    return _bounds(mean, "emotion", "ci_low", "ci_high")
