"""Retention: by when customers come back (curve), and in which months each cohort comes (triangle)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.cells import Row, bounds, with_interval
from pipeline.expressions import expression
from pipeline.params import Params
from pipeline.stats.ratios import share_of_customers
from pipeline.stats.retention import Waits
from pipeline.tables import EVERYBODY
from pipeline.typing_rules import to_local

PERIOD = timedelta(days=30)
MOST_PERIODS = 24
NOT_YET_FOLLOWED = "not yet followed"
MICROSECOND = timedelta(microseconds=1)


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the curve and the triangle of every KPI of the kind `return`."""
    for i, kpi in enumerate(params.kpis):
        if kpi.kind != "return":
            continue
        local = to_local(exp.column("occurred_at"), params.workspace.time_zone)
        engine.make(
            "kpi_returns",
            when=expression(str(kpi.when), f"params.yaml: kpis[{i}].when", engine.columns("steps")),
            cohort=exp.func("strftime", local, exp.Literal.string("%Y-%m"), dialect="duckdb"),
            cut_off=cut_off,
            period=PERIOD // MICROSECOND,
        )
        yield from _curves(engine, params, kpi.id)
        yield from _triangle(engine, params, kpi.id)


def _curves(engine: Engine, params: Params, kpi: str) -> Iterator[Row]:
    waits = engine.frame("retention_waits")
    groups = [("all", EVERYBODY, waits)]
    if "persona" in params.estimate.group_by:
        groups += [("persona", str(group), own) for group, own in waits.groupby("persona", sort=True)]
    for grouping, group, own in groups:
        if own.empty:
            continue
        found = Waits(*(own[name].fillna(0).to_numpy(dtype=np.int64) for name in ("followed", "period", "customers")))
        for months in range(1, min(found.longest, MOST_PERIODS) + 1):
            if not found.at_risk[months - 1]:
                break  # whoever was followed so long has come back before: no share is known beyond
            row = {
                "grouping": grouping, "group": group, "kpi": kpi, "months": months, "n_customers": found.n_customers,
                "n_at_risk": int(found.at_risk[months - 1]), "n_returned": int(found.returned[months - 1]),
            }  # fmt: skip
            yield with_interval(row, params, found.n_customers, _share, found, months)


def _share(found: Waits, months: int, level: float) -> Row:
    return bounds(found.share(months, level), "share", "ci_low", "ci_high")


def _triangle(engine: Engine, params: Params, kpi: str) -> Iterator[Row]:
    cohorts = engine.frame("retention_cohorts")
    if cohorts.empty:
        return
    longest = min(int(cohorts["followed"].max()), MOST_PERIODS)
    for cohort, own in cohorts.groupby("cohort", sort=True):
        customers, followed = int(own["customers"].iloc[0]), int(own["followed"].iloc[0])
        seen = own[own["period"].notna()]
        came = dict(zip(seen["period"].astype(int), seen["came"].astype(int), strict=True))
        for months in range(1, longest + 1):
            key = {"grouping": "cohort", "group": cohort, "kpi": kpi, "months": months, "n_customers": customers}
            if months > followed:
                yield {**key, "note": NOT_YET_FOLLOWED}
                continue
            row = {**key, "n_at_risk": customers, "n_returned": came.get(months, 0)}
            yield with_interval(row, params, customers, _came, came.get(months, 0), customers)


def _came(came: int, customers: int, level: float) -> Row:
    return bounds(share_of_customers(came, customers, level), "share", "ci_low", "ci_high")
