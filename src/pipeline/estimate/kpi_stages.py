"""Scores – NPS, CSAT, CES – by the stage that the journey was in before the customer answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from pipeline.engine import Engine
from pipeline.estimate.cells import Row, with_interval
from pipeline.estimate.kpi_questions import UNITS, estimate_of, numerator_of
from pipeline.estimate.sums import in_groups, sums_by_item
from pipeline.expressions import expression
from pipeline.groups import customer_groups
from pipeline.params import SCORES, Params
from pipeline.tables import START


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield each KPI that is a score by the stage before the answer; `(start)`: the answer opens its journey."""
    del cut_off
    asked = [(i, kpi) for i, kpi in enumerate(params.kpis) if kpi.kind in SCORES]
    if not asked:
        return
    columns = engine.columns("steps")
    engine.make("scored_steps", nowhere=START)
    groups = customer_groups(params)  # never by channel or month: stage by stage those cells are small
    for i, kpi in asked:
        when = expression(str(kpi.when), f"params.yaml: kpis[{i}].when", columns)
        ask = partial(sums_by_item, engine, "kpi_stages", when=when, numerator=numerator_of(kpi))
        for grouping, group, stage, sums in in_groups(groups, ask):
            row = {
                "grouping": grouping, "group": group, "kpi": kpi.id, "stage": stage, "unit": UNITS[kpi.kind],
                "n": sums.b, "n_customers": sums.clusters,
            }  # fmt: skip
            yield with_interval(row, params, sums.clusters, estimate_of, kpi, sums)
