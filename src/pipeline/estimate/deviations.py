"""Deviations: planned touchpoints beside what happened – as planned, ad hoc, out of order, failed, missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine, literal
from pipeline.estimate.cells import Row, bounds, with_interval
from pipeline.estimate.sums import in_groups, sums_by_item
from pipeline.expressions import expression
from pipeline.groups import customer_groups
from pipeline.params import Params
from pipeline.stats.ratios import Sums, part_of, proportion_from_sums

AD_HOC = "ad_hoc"
WHOLE = ("0", "", "")


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield, of the journeys that began the plan and were followed to its window's end, how each touchpoint came.

    Notes
    -----
    A journey begins the plan where it first meets the plan's first touchpoint. Of each planned touchpoint its first
    time from there on counts: *out of order* before one that should have come earlier, else *failed* where it is late
    or its rule says so. *Ad hoc* is what the journey met besides. Shares of journeys, clustered by customer.
    """
    plan = params.planned
    if not plan.touchpoints:
        return
    names = [one.touchpoint for one in plan.touchpoints]
    engine.load("planned_touchpoints", pd.DataFrame({"place": range(1, len(names) + 1), "touchpoint": names}))
    ask = partial(
        sums_by_item,
        engine,
        "deviation_counts",
        window=plan.window,
        cut_off=cut_off,
        is_failed=_is_failed(engine, params),
        unplanned=len(names) + 1,
    )
    asked = in_groups(customer_groups(params), ask)
    found = {(grouping, group, *item.split("|")): own for grouping, group, item, own in asked}
    for (grouping, group, place, touchpoint, deviation), own in found.items():
        if touchpoint:
            whole = found[grouping, group, *WHOLE]
            row = {
                "grouping": grouping, "group": group, "place": int(place), "touchpoint": touchpoint,
                "deviation": deviation, "n": own.a, "n_customers": own.clusters, "n_journeys": whole.a,
            }  # fmt: skip
            yield with_interval(row, params, own.clusters, _share, part_of(whole, own))


def _share(sums: Sums, level: float) -> Row:
    return bounds(proportion_from_sums(sums, level), "share", "ci_low", "ci_high")


def _is_failed(engine: Engine, params: Params) -> exp.Expr:
    """Return SQL over the rows of `walked`: late, or not as promised."""
    case = exp.Case()
    for i, planned in enumerate(params.planned.touchpoints):
        rules: list[exp.Expr] = []
        if planned.within is not None:
            limit = exp.Add(this=exp.to_column("walked.begun_at"), expression=literal(planned.within))
            rules.append(exp.GT(this=exp.to_column("walked.occurred_at"), expression=limit))
        if planned.failed is not None:
            where = f"params.yaml: planned.touchpoints[{i}].failed"
            rules.append(exp.paren(expression(planned.failed, where, engine.columns("steps"))))
        if rules:
            name = exp.to_column("walked.touchpoint").eq(exp.Literal.string(planned.touchpoint))
            case = case.when(name, exp.func("coalesce", exp.or_(*rules), exp.false()))
    return case.else_(exp.false()) if case.args.get("ifs") else exp.false()
