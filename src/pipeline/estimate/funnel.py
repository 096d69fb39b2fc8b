"""Funnel: the share of journeys that reach each stage, or a later one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.cells import Row, share, with_interval
from pipeline.estimate.ranges import MOST_ROWS, make_by_ranges
from pipeline.estimate.sums import frames_in_groups, sums_of_patterns
from pipeline.groups import groupings
from pipeline.params import Params
from pipeline.stats.ratios import Sums, proportion_from_sums


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the funnel: share of journeys that reach each stage, or a later one, within the horizon of their start."""
    stages = range(1, len(params.stages) + 1)
    position = exp.Case()
    for place, stage in enumerate(params.stages, start=1):
        position = position.when(exp.column("stage", "visits").eq(stage.id), exp.Literal.number(place))
    reached, visited = ([f"{name}_{place}" for place in stages] for name in ("reached", "visited"))
    make_by_ranges(
        engine,
        "followed_journeys",
        ["journeys", "visits"],
        MOST_ROWS,
        position=position,
        is_visited=[exp.alias_(exp.Max(this=_one_if(position.eq(place))), f"visited_{place}") for place in stages],
        horizon=params.estimate.horizon,
        cut_off=cut_off,
    )
    bindings = {
        "counts": [_sum_of(_one_if(exp.column("furthest") >= place), f"reached_{place}") for place in stages]
        + [_sum_of(exp.column(name), name) for name in visited],
        "count_names": [exp.column(name) for name in (*reached, *visited)],
    }
    columns = groupings(params, "followed_journeys.first_channel", "followed_journeys.started_at")
    columns |= {"persona": exp.column("persona")} if "persona" in columns else {}
    ask = partial(engine.frame, "funnel_patterns", **bindings)
    for grouping, patterns in frames_in_groups(columns, ask, ["customers"]):
        for group, own in patterns.groupby("group", sort=True):
            customers, journeys = own["customers"].to_numpy(), own["journeys"].to_numpy()
            for place, stage in enumerate(params.stages, start=1):
                sums = sums_of_patterns(customers, own[f"reached_{place}"].to_numpy(), journeys)
                row = {
                    "grouping": grouping, "group": group, "position": place, "stage": stage.id,
                    "n_journeys": sums.b, "n_customers": sums.clusters, "n_reached": sums.a,
                    "n_visited": int(customers @ own[f"visited_{place}"].to_numpy()),
                }  # fmt: skip
                yield with_interval(row, params, sums.clusters, _share, sums)


def _one_if(condition: exp.Expr) -> exp.Expr:
    return exp.Case().when(condition, "1").else_("0")


def _sum_of(number: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(exp.cast(exp.Sum(this=number), "bigint"), name)


def _share(sums: Sums, level: float) -> Row:
    return share(proportion_from_sums(sums, level))
