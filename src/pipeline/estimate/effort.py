"""Effort of each stage: what visits took, counted, and what customers say it took them, side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.cells import MONEY_SCALE, Row, bounds, with_interval
from pipeline.estimate.ranges import MOST_ROWS, frame_by_ranges
from pipeline.estimate.sums import Found, in_groups, read_sums, six_sums, sums_by_item
from pipeline.expressions import expression
from pipeline.groups import customer_groups
from pipeline.params import LOWER, Kpi, Params
from pipeline.stats.ratios import Sums, clipped, clustered_ratio

DECLARED = "declared"
TAKEN = {"steps": "n_steps", "channel_switches": "n_switches", "repeated_contacts": "n_repeated"}


def declared_effort(params: Params) -> tuple[int, Kpi] | None:
    """Return the KPI by which customers say what it took, and its place: the first mean score whose less is better."""
    found = ((place, kpi) for place, kpi in enumerate(params.kpis) if kpi.kind == "mean_score" and kpi.better == LOWER)
    return next(found, None)


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield, per stage, means per visit of own steps, channel switches and repeated contacts, and the declared effort.

    Notes
    -----
    Observed: visits whose entry was seen and that were followed for the horizon, own steps up to it. A switch is an own
    step in another channel than the own step before it in the journey; a contact (support, call) is repeated if the
    journey had one before. Declared: scores, in the stage of the last step before them that the KPI says is ``asked``
    about – where it says none, of the last step that is no such answer. All are ratios with t intervals, clustered by
    customer, kept above 0.
    """
    del cut_off  # visit_outcomes already knows which visits were followed
    for ask in (partial(_taken, engine, params), partial(_declared, engine, params)):
        for grouping, group, (stage, measure), sums in in_groups(customer_groups(params), ask):
            row = {"grouping": grouping, "group": group, "stage": stage, "measure": measure}
            row |= {"n": sums.b, "n_customers": sums.clusters}
            yield with_interval(row, params, sums.clusters, _mean, sums, MONEY_SCALE if measure == DECLARED else 1)


def _taken(engine: Engine, params: Params, group: exp.Expr) -> Iterator[Found]:
    """Yield (group, (stage, measure), sums) of what visits took."""
    sums = [one for measure, count in TAKEN.items() for one in six_sums(measure, count, "n", "n > 0")]
    asked = {"group": group, "horizon": params.estimate.horizon, "sums": sums}
    counts = [one.alias for one in sums]
    frame = frame_by_ranges(engine, "effort_taken", ["visit_outcomes", "steps"], counts, MOST_ROWS, **asked)
    for row in frame.to_dict("records"):
        stage = params.stages[row["stage_code"]].id
        yield from ((row["group"], (stage, measure), read_sums(row, measure)) for measure in TAKEN)


def _declared(engine: Engine, params: Params, group: exp.Expr) -> Iterator[Found]:
    """Yield (group, (stage, measure), sums) of what customers say."""
    if (declared := declared_effort(params)) is None:
        return
    place, kpi = declared
    columns, where = engine.columns("steps"), f"params.yaml: kpis[{place}]"
    when = expression(kpi.when or "", f"{where}.when", columns)
    bindings = {
        "declared": when,
        "asked": exp.not_(when) if kpi.asked is None else expression(kpi.asked, f"{where}.asked", columns),
        "effort": exp.cast(exp.Mul(this=exp.column("score"), expression=exp.Literal.number(MONEY_SCALE)), "bigint"),
    }
    for name, stage, sums in sums_by_item(engine, "effort_declared", group=group, **bindings):
        yield name, (stage, DECLARED), sums


def _mean(sums: Sums, scale: int, level: float) -> Row:
    mean = clipped(clustered_ratio(sums, level, scale=scale), 0.0, math.inf)
    return bounds(mean, "estimate", "ci_low", "ci_high")
