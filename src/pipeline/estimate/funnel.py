"""Funnel: the share of journeys that reach each stage, or a later one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.cells import Row, share, sums_by_item, with_interval
from pipeline.groups import groupings
from pipeline.params import Params
from pipeline.stats.ratios import Sums, proportion_from_sums
from pipeline.tables import FUNNEL


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
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
            for group, position, sums in sums_by_item(
                engine, "funnel_counts", group=column, reaches=exp.EQ(this=seen, expression=at), **bindings
            )
        }
        reaches = exp.GTE(this=seen, expression=at)
        for group, position, sums in sums_by_item(engine, "funnel_counts", group=column, reaches=reaches, **bindings):
            row = {
                "grouping": grouping, "group": group, "position": position, "stage": params.stages[position - 1].id,
                "n_journeys": sums.b, "n_customers": sums.clusters, "n_reached": sums.a,
                "n_visited": visited[group, position],
            }  # fmt: skip
            yield with_interval(row, FUNNEL, params, sums.clusters, _share, sums)


def _share(sums: Sums, level: float) -> Row:
    return share(proportion_from_sums(sums, level))
