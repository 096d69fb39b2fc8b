"""KPIs: those declared in params.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.cells import MONEY_SCALE, Row, bounds, sums_by_item, with_interval
from pipeline.expressions import expression
from pipeline.groups import groupings
from pipeline.params import Kpi, Params
from pipeline.stats.ratios import Sums, clustered_ratio, net_promoter_interval, proportion_from_sums
from pipeline.stats.result import Interval
from pipeline.tables import EVERYBODY

_UNITS = {
    "conversion": "share", "mean_value": "money", "return": "share",
    "top_box": "share", "mean_score": "score", "nps": "points",
}  # fmt: skip


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the declared KPIs; all customers and each persona have a row even where nothing was seen."""
    for i, kpi in enumerate(params.kpis):
        counts, columns, bindings = question(engine, params, kpi, f"params.yaml: kpis[{i}]", cut_off)
        for grouping, column in columns.items():
            missing = {"all": [EVERYBODY], "persona": [persona.id for persona in params.personas]}.get(grouping, [])
            for group, _, sums in sums_by_item(engine, counts, group=column, item=kpi.id, **bindings):
                row = {
                    "grouping": grouping, "group": group, "kpi": kpi.id, "unit": _UNITS[kpi.kind],
                    "n": sums.b, "n_customers": sums.clusters, "target": kpi.target,
                }  # fmt: skip
                yield with_interval(row, params, sums.clusters, _estimate, kpi, sums)
                missing = [other for other in missing if other != group]
            for group in missing:
                row = {"grouping": grouping, "group": group, "kpi": kpi.id, "unit": _UNITS[kpi.kind]}
                yield {**row, "n": 0, "n_customers": 0, "target": kpi.target, "note": "n = 0"}


def question(
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


def interval_of(kind: str, sums: Sums, level: float) -> Interval:
    """Return a KPI of a kind, from its sums per customer, with its interval; any other kind is a share."""
    if kind == "nps":
        return net_promoter_interval(sums, level)
    if kind in ("mean_value", "mean_score"):
        return clustered_ratio(sums, level, scale=MONEY_SCALE)
    return proportion_from_sums(sums, level)


def _estimate(kpi: Kpi, sums: Sums, level: float) -> Row:
    return bounds(interval_of(kpi.kind, sums, level), "estimate", "ci_low", "ci_high")
