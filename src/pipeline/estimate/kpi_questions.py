"""What each kind of KPI counts: its unit, its numerator as SQL, its estimate from exact sums."""

from __future__ import annotations

from sqlglot import exp

from pipeline.estimate.cells import MONEY_SCALE, Row, bounds
from pipeline.params import Kpi
from pipeline.stats.ratios import Sums, clustered_ratio, net_promoter_interval, proportion_from_sums
from pipeline.stats.result import Interval

UNITS = {
    "conversion": "share", "mean_value": "money", "return": "share", "top_box": "share", "mean_score": "score",
    "nps": "points", "value_per_customer": "money", "predicted_value": "money",
}  # fmt: skip
MEANS = ("mean_value", "mean_score", "value_per_customer")


def numerator_of(kpi: Kpi) -> exp.Expr:
    """Return SQL for what a step adds to the numerator, as a whole number; nothing where it does not count."""
    if kpi.kind == "mean_value":
        return _scaled(exp.column("value"))
    if kpi.kind == "mean_score":
        return _scaled(exp.column("score"))
    if kpi.kind == "top_box":
        return _count_if(f"score >= {kpi.top}")
    return exp.Sub(this=_count_if("score >= 9"), expression=_count_if("score <= 6"))


def estimate_of(kpi: Kpi, sums: Sums, level: float) -> Row:
    """Return the estimate of a KPI and its bounds."""
    return bounds(interval_of(kpi.kind, sums, level), "estimate", "ci_low", "ci_high")


def interval_of(kind: str, sums: Sums, level: float) -> Interval:
    """Return a KPI of a kind, from its sums per customer, with its interval; any other kind is a share."""
    if kind == "nps":
        return net_promoter_interval(sums, level)
    if kind in MEANS:
        return clustered_ratio(sums, level, scale=MONEY_SCALE)
    return proportion_from_sums(sums, level)


def _scaled(column: exp.Expr) -> exp.Expr:
    return exp.cast(exp.Mul(this=column, expression=exp.Literal.number(MONEY_SCALE)), "bigint")


def _count_if(condition: str) -> exp.Expr:
    """Return SQL for 1 where the condition holds, 0 where it does not, nothing where there is no score."""
    return exp.Case().when(condition, "1").when("score is not null", "0")
