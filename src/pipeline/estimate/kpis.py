"""KPIs: those declared in params.yaml, each against its target."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from pipeline.engine import Engine
from pipeline.estimate import kpi_prediction
from pipeline.estimate.cells import MONEY_SCALE, Row, with_interval
from pipeline.estimate.kpi_questions import UNITS, estimate_of, numerator_of
from pipeline.estimate.sums import in_groups, sums_by_item
from pipeline.expressions import expression
from pipeline.groups import groupings
from pipeline.params import HIGHER, Kpi, Params
from pipeline.stats.targets import against_target
from pipeline.tables import EVERYBODY


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the declared KPIs; all customers and each persona have a row even where nothing was seen."""
    for i, kpi in enumerate(params.kpis):
        where = f"params.yaml: kpis[{i}]"
        if kpi.kind == "predicted_value":
            found = kpi_prediction.rows(engine, params, kpi, where, cut_off)
        else:
            found = _measured(engine, params, kpi, where, cut_off)
        for row in found:
            yield {**row, "unit": UNITS[kpi.kind], "target": kpi.target, "verdict": _verdict(row, kpi)}


def _measured(engine: Engine, params: Params, kpi: Kpi, where: str, cut_off: datetime) -> Iterator[Row]:
    counts, of_row, bindings = question(engine, params, kpi, where, cut_off)
    columns = groupings(params, *of_row)
    everyone = [("all", EVERYBODY), *(("persona", persona.id) for persona in params.personas)]
    missing = dict.fromkeys(one for one in everyone if one[0] in columns)
    ask = partial(sums_by_item, engine, counts, item=kpi.id, **bindings)
    for grouping, group, _, sums in in_groups(columns, ask):
        row = {"grouping": grouping, "group": group, "kpi": kpi.id, "n": sums.b, "n_customers": sums.clusters}
        yield with_interval(row, params, sums.clusters, estimate_of, kpi, sums)
        missing.pop((grouping, group), None)
    for grouping, group in missing:
        row = {"grouping": grouping, "group": group, "kpi": kpi.id}
        yield {**row, "n": 0, "n_customers": 0, "note": "n = 0"}


def _verdict(row: Row, kpi: Kpi) -> str | None:
    if kpi.target is None or row.get("ci_low") is None:
        return None
    return against_target(row["ci_low"], row["ci_high"], kpi.target, kpi.better == HIGHER)


def question(
    engine: Engine, params: Params, kpi: Kpi, where: str, cut_off: datetime
) -> tuple[str, tuple[str, str], Row]:
    """Return the SQL file of a KPI, the columns that tell a row's channel and moment, and what else it binds."""
    # only a conversion may go without a rule: it is then the journey's goal that counts
    when = expression(kpi.when or "is_goal", f"{where}.when", engine.columns("steps"))
    if kpi.kind == "conversion":
        columns = ("followed.first_channel", "followed.started_at")
        return "kpi_conversion", columns, {"when": when, "horizon": params.estimate.horizon, "cut_off": cut_off}
    if kpi.kind in ("return", "value_per_customer"):
        columns = ("first_times.channel", "first_times.occurred_at")
        bindings = {"when": when, "within": kpi.within, "cut_off": cut_off}
        if kpi.kind == "return":
            return "kpi_return", columns, bindings
        return "kpi_value", columns, {**bindings, "scale": MONEY_SCALE}
    columns = ("measured.channel", "measured.occurred_at")
    return "kpi_steps", columns, {"when": when, "numerator": numerator_of(kpi)}
