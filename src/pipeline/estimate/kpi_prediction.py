"""What customers will spend: predicted by BG/NBD and Gamma-Gamma, shown only where a back-test came near enough."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.cells import Row, bounds, with_interval
from pipeline.expressions import expression
from pipeline.params import Kpi, Params
from pipeline.stats.lifetime_value import Prediction, Purchases, is_shown_to_predict, predict
from pipeline.stats.ratios import Sums, clipped, clustered_ratio
from pipeline.stats.result import Interval
from pipeline.tables import EVERYBODY
from pipeline.typing_rules import to_local

MOST_CUSTOMERS = 20_000  # sampled by customer code: seven parameters and one mean need no more
DIGITS = 6  # what an optimiser finds is not known to the tenth
NOT_SHOWN_TO_PREDICT = "not shown to predict"
CENTS = 100
ESTIMATE = ("estimate", "ci_low", "ci_high")


def rows(engine: Engine, params: Params, kpi: Kpi, where: str, cut_off: datetime) -> Iterator[Row]:
    """Yield the mean money per customer of the period after the cut-off, or why it is not shown."""
    held_out = dict(_groups(_purchases(engine, params, kpi, where, cut_off - _period(kpi)), params))
    known = dict(_groups(_purchases(engine, params, kpi, where, cut_off), params))
    for (grouping, group), customers in known.items():
        row = {"grouping": grouping, "group": group, "kpi": kpi.id, "n": len(customers), "n_customers": len(customers)}
        if customers.empty:
            yield {**row, "note": "n = 0"}
            continue
        yield with_interval(row, params, len(customers), _shown, kpi, customers, held_out[grouping, group])


def back_tests(engine: Engine, params: Params, kpi: Kpi, where: str, cut_off: datetime) -> Iterator[Row]:
    """Yield what would have been predicted a period before the cut-off, what came, and the ratio of the two."""
    for (grouping, group), customers in _groups(_purchases(engine, params, kpi, where, cut_off - _period(kpi)), params):
        key = {"grouping": grouping, "group": group, "kpi": kpi.id, "n": len(customers), "n_customers": len(customers)}
        if customers.empty:
            continue
        if len(customers) < params.estimate.smallest_cell:
            yield {**key, "view": "backtest_actual", "unit": "money"}
            continue
        yield from ({**key, **row} for row in _tested(kpi, customers, params.estimate.level))


def _shown(kpi: Kpi, customers: pd.DataFrame, held_out: pd.DataFrame, level: float) -> Row:
    try:
        ratio = _prediction(held_out, kpi).over(_later(held_out), level)
        if not is_shown_to_predict(ratio, float(kpi.tolerance or 0)):
            return {"note": NOT_SHOWN_TO_PREDICT}
        return _rounded(_prediction(customers, kpi).interval(level))
    except ValueError as error:
        return {"note": f"{NOT_SHOWN_TO_PREDICT}; {error}"}


def _tested(kpi: Kpi, customers: pd.DataFrame, level: float) -> Iterator[Row]:
    later = _later(customers)
    cents = [round(money * CENTS) for money in later]
    total, n = sum(cents), len(cents)
    if n > 1:
        mean = clustered_ratio(Sums(n, total, n, sum(cent * cent for cent in cents), total, n), level, CENTS)
        yield {"view": "backtest_actual", "unit": "money"} | bounds(clipped(mean, 0.0, math.inf), *ESTIMATE)
    try:
        prediction = _prediction(customers, kpi)
        predicted, ratio = _rounded(prediction.interval(level)), _rounded(prediction.over(later, level))
    except ValueError as error:
        predicted = ratio = {"note": str(error)}
    yield {"view": "backtest_predicted", "unit": "money"} | predicted
    yield {"view": "backtest_ratio", "unit": "ratio"} | ratio


def _rounded(found: Interval) -> Row:
    row = bounds(found, *ESTIMATE)
    return {name: float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value for name, value in row.items()}


def _prediction(customers: pd.DataFrame, kpi: Kpi) -> Prediction:
    repeats = customers["repeats"].to_numpy(float)
    money = customers["repeat_money"].to_numpy(float)
    mean = np.divide(money, repeats, out=np.full(len(repeats), np.nan), where=(repeats > 0) & (money > 0))
    recency, age = (customers[name].to_numpy(float) for name in ("recency", "age"))
    return predict(Purchases(repeats, recency, age, mean), _period(kpi) / timedelta(days=1))


def _later(customers: pd.DataFrame) -> np.ndarray:
    return customers["later_money"].to_numpy(float)


def _period(kpi: Kpi) -> timedelta:
    return kpi.within or timedelta()


def _purchases(engine: Engine, params: Params, kpi: Kpi, where: str, until: datetime) -> pd.DataFrame:
    zone = params.workspace.time_zone

    def local_day(moment: exp.Expr) -> exp.Expr:
        return exp.cast(to_local(moment, zone), "date")

    def day_of(moment: datetime) -> exp.Expr:
        return local_day(exp.cast(exp.Literal.string(moment.isoformat(sep=" ")), "timestamp"))

    return engine.frame(
        "kpi_purchases",
        when=expression(str(kpi.when), f"{where}.when", engine.columns("steps")),
        day=local_day(exp.column("occurred_at")),
        until=day_of(until),
        later=day_of(until + _period(kpi)),
        most=MOST_CUSTOMERS,
    )


def _groups(customers: pd.DataFrame, params: Params) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    yield ("all", EVERYBODY), customers
    if "persona" in params.estimate.group_by:
        for persona in params.personas:
            yield ("persona", persona.id), customers[customers["persona"] == persona.id]
