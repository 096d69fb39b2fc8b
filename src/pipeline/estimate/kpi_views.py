"""Second views of the KPIs: without extreme purchases, weighted to everybody who was asked, and back-tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate import kpi_prediction
from pipeline.estimate.cells import MONEY_SCALE, NO_VARIATION, Row, bounds, with_interval
from pipeline.estimate.kpi_questions import UNITS, estimate_of, numerator_of
from pipeline.estimate.sums import in_groups, sums_by_item
from pipeline.expressions import expression
from pipeline.groups import customer_groups
from pipeline.params import Kpi, Params
from pipeline.stats.answers import Answers, mean_interval
from pipeline.stats.proportions import korn_graubard
from pipeline.stats.ratios import clipped
from pipeline.tables import EVERYBODY

PARTS = 100  # of the customers, left out one after the other


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the second views of every KPI that has one."""
    for i, kpi in enumerate(params.kpis):
        where = f"params.yaml: kpis[{i}]"
        if kpi.winsorise is not None:
            yield from _winsorised(engine, params, kpi, where)
        if kpi.asked is not None:
            yield from _weighted(engine, params, kpi, where, cut_off)
        if kpi.kind == "predicted_value":
            yield from kpi_prediction.back_tests(engine, params, kpi, where, cut_off)


def _winsorised(engine: Engine, params: Params, kpi: Kpi, where: str) -> Iterator[Row]:
    """Yield the mean of purchases whose highest share is brought down, one ceiling for all groups."""
    when = expression(str(kpi.when), f"{where}.when", engine.columns("steps"))
    ceiling = engine.row("kpi_ceiling", when=when, share=1 - float(kpi.winsorise or 0))["ceiling"]
    if ceiling is None:
        return
    capped = exp.func("least", exp.column("value"), exp.Literal.number(ceiling))
    scaled = exp.cast(exp.Mul(this=capped, expression=exp.Literal.number(MONEY_SCALE)), "bigint")
    ask = partial(sums_by_item, engine, "kpi_steps", item=kpi.id, when=when, numerator=scaled)
    for grouping, group, _, sums in in_groups(customer_groups(params), ask):
        row = {
            "grouping": grouping, "group": group, "kpi": kpi.id, "view": "winsorised", "unit": UNITS[kpi.kind],
            "n": sums.b, "n_customers": sums.clusters, "setting": float(ceiling),
        }  # fmt: skip
        yield with_interval(row, params, sums.clusters, estimate_of, kpi, sums)


def _weighted(engine: Engine, params: Params, kpi: Kpi, where: str, cut_off: datetime) -> Iterator[Row]:
    """Yield the share of questions answered, and the score weighted to all who were asked."""
    columns = engine.columns("steps")
    strata = [f"stratum_{i}" for i in range(len(kpi.weigh_by))]
    texts = [
        exp.func("coalesce", exp.cast(exp.column(name, "personas"), "varchar"), exp.Literal.string(""))
        for name in kpi.weigh_by
    ]
    engine.make(
        "kpi_answers",
        asked=expression(str(kpi.asked), f"{where}.asked", columns),
        when=expression(str(kpi.when), f"{where}.when", columns),
        numerator=numerator_of(kpi),
        within=kpi.answer_within,
        cut_off=cut_off,
        strata=[exp.alias_(text, name) for text, name in zip(texts, strata, strict=True)],
        strata_keys=texts,
    )
    named = [exp.column(name) for name in strata]
    counts = engine.frame("answer_counts", parts=PARTS, strata=named, strata_keys=named)
    customers = exp.select("persona", "count(distinct customer_id) as n").from_("kpi_answers").group_by("persona")
    asked = engine.frame(customers).set_index("persona")["n"]
    for grouping in customer_groups(params):
        groups = [(EVERYBODY, counts)] if grouping == "all" else list(counts.groupby("persona", sort=True))
        for group, own in groups:
            n = int(asked.sum() if grouping == "all" else asked[group])
            yield from _views(
                params, kpi, own, n, {"grouping": grouping, "group": group}, ["persona", "stage", *strata]
            )


def _views(
    params: Params, kpi: Kpi, counts: pd.DataFrame, customers: int, key: Row, strata: list[str]
) -> Iterator[Row]:
    if counts.empty:
        return
    answers = _answers(counts, customers, strata)
    n_asked, n_answered = int(answers.asked.sum()), int(answers.answered.sum())
    rate = {**key, "kpi": kpi.id, "view": "response_rate", "unit": "share", "n": n_asked, "n_customers": customers}
    yield with_interval(
        rate, params, customers, lambda level: bounds(answers.rate(level), "estimate", "ci_low", "ci_high")
    )
    score = {
        **key,
        "kpi": kpi.id,
        "view": "weighted",
        "unit": UNITS[kpi.kind],
        "n": n_answered,
        "n_customers": customers,
    }
    yield with_interval(score, params, customers, _weighted_score, kpi, answers, n_answered)


def _answers(counts: pd.DataFrame, customers: int, strata: list[str]) -> Answers:
    part = pd.factorize(counts["part"], sort=True)[0]
    stratum = pd.factorize(pd.MultiIndex.from_frame(counts[strata]), sort=True)[0]
    shape = part.max() + 1, stratum.max() + 1
    tables = {name: np.zeros(shape, dtype=np.int64) for name in ("asked", "answered", "total")}
    for name, table in tables.items():
        np.add.at(table, (part, stratum), counts[name].to_numpy())
    return Answers(tables["asked"], tables["answered"], tables["total"], customers)


def _weighted_score(kpi: Kpi, answers: Answers, n: int, level: float) -> Row:
    try:
        mean, variance = answers.weighted()
    except ValueError:
        return {"note": "too few answers to weight"}
    parts = len(answers.asked)
    factor = {"nps": 100.0, "mean_score": 1 / MONEY_SCALE}.get(kpi.kind, 1.0)
    mean, variance = mean * factor, variance * factor**2
    if kpi.kind == "top_box":
        found = korn_graubard(mean * n, n, answers.customers, variance, level, parts - 1)
    else:
        found = mean_interval(mean, variance, n, parts, answers.customers, level)
        if kpi.kind == "nps":
            found = clipped(found, -100.0, 100.0)
    return {**bounds(found, "estimate", "ci_low", "ci_high"), "note": NO_VARIATION if variance == 0 else None}
