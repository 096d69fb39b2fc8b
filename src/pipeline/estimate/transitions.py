"""Transitions: of the visits to a stage, the share that moved to each other stage within the horizon of entry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.declarations import format_duration
from pipeline.engine import Engine, coded
from pipeline.estimate.cells import Row, share, with_interval
from pipeline.estimate.packed import Packed
from pipeline.estimate.ranges import IN_CACHE, frame_by_ranges
from pipeline.estimate.sums import frames_in_groups
from pipeline.params import Params
from pipeline.stats.pooling import pooled_shares, row_design_effect
from pipeline.stats.proportions import proportion_from_pairs
from pipeline.stats.result import Interval
from pipeline.tables import EVERYBODY, LOST, START, UNRESOLVED


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the transition table: for each group and stage, where visits moved within the horizon of entry."""
    del cut_off  # customer_transitions already knows which visits were followed
    packed = Packed([*(stage.id for stage in params.stages), LOST, UNRESOLVED], _most_visits(engine))
    periods = [row[0] for row in engine.rows(exp.select("period").distinct().from_("customer_transitions"))]
    engine.make(
        "followed_moves",
        period=coded(exp.to_column("customer_transitions.period"), periods or [""]),
        packed=packed.moves(params.estimate.duration_bins.index(params.estimate.horizon)),
    )
    known = {name: exp.column(name) for name in ("persona", "channel", "period")}
    columns = {"all": exp.Literal.string(EVERYBODY)} | {name: known[name] for name in params.estimate.group_by}
    ask = partial(
        frame_by_ranges, engine, "transition_pairs", ["followed_moves"], ["customers"], IN_CACHE, **packed.counted()
    )
    for grouping, pairs in frames_in_groups(columns, ask, ["customers"]):
        for stage, cells in pairs.groupby("from_stage", sort=True):
            matrix_rows = [_MatrixRow(group, own, params) for group, own in cells.groupby("group", sort=True)]
            pooled = _pooled(matrix_rows, params) if grouping != "all" and len(matrix_rows) > 1 else {}
            for row in matrix_rows:
                yield from _cells(row, params, {"grouping": grouping, "group": row.group, "from_stage": stage}, pooled)


def _most_visits(engine: Engine) -> int:
    visits = exp.select("sum(n) as n").from_("customer_transitions").group_by("customer_id").subquery("visits")
    return int(engine.row(exp.select("max(n) as n").from_(visits))["n"] or 0)


class _MatrixRow:
    """One group's row of the matrix: per target the visits that moved there, and their interval."""

    def __init__(self, group: Any, cells: pd.DataFrame, params: Params) -> None:
        self.group = str(group)
        pairs = {str(target): own for target, own in cells.groupby("to_stage")}
        any_cell = pairs[UNRESOLVED]  # every cell has all visits of the row
        self.visits = int((any_cell["visits"] * any_cell["customers"]).sum())
        self.customers = int(any_cell["customers"].sum())
        self.moved = {target: int((own["moved"] * own["customers"]).sum()) for target, own in pairs.items()}
        has_interval = self.customers > 1
        self.intervals = {target: _interval(own, params) for target, own in pairs.items()} if has_interval else {}

    def design_effect(self) -> float:
        """Return the design effect of the whole row; one customer's visits, however many, are worth one."""
        if self.customers < 2:
            return float(self.visits)
        found = self.intervals.values()
        return row_design_effect(
            np.array([cell.estimate for cell in found]), np.array([cell.design_effect for cell in found])
        )


def _interval(pairs: pd.DataFrame, params: Params) -> Interval:
    moved, visits, customers = (pairs[name].to_numpy() for name in ("moved", "visits", "customers"))
    return proportion_from_pairs(moved, visits, customers, params.estimate.level)


def _pooled(matrix_rows: list[_MatrixRow], params: Params) -> dict[tuple[str, str], Row]:
    """Return the pooled columns of each (group, target)."""
    targets = list(matrix_rows[0].moved)
    moved = np.array([[row.moved[target] for target in targets] for row in matrix_rows])
    design_effects = np.array([row.design_effect() for row in matrix_rows])
    found = pooled_shares(moved, design_effects, params.estimate.level)
    return {
        (row.group, target): {
            "pooled": found.estimate[g, j],
            "pooled_low": found.low[g, j],
            "pooled_high": found.high[g, j],
        }
        for g, row in enumerate(matrix_rows)
        for j, target in enumerate(targets)
    }


def _cells(row: _MatrixRow, params: Params, key: Row, pooled: dict[tuple[str, str], Row]) -> Iterator[Row]:
    horizon, silence = params.estimate.horizon, params.silence
    targets = [stage.id for stage in params.stages]
    if key["from_stage"] != START:  # a start moves at once; an exit needs a silence to be seen
        targets += [LOST, UNRESOLVED] if horizon >= silence else [UNRESOLVED]
    shared = {
        **key,
        "horizon": format_duration(horizon),
        "n_visits": row.visits,
        "n_customers": row.customers,
        "n_unresolved": row.moved[UNRESOLVED],
    }
    for target in targets:
        if row.moved[target] or target != key["from_stage"]:
            cell = {**shared, "to_stage": target, "n_moved": row.moved[target]} | pooled.get((row.group, target), {})
            yield with_interval(cell, params, row.customers, _share_of, row, target)


def _share_of(row: _MatrixRow, target: str, level: float) -> Row:
    del level  # that of the intervals, which pooling needed before
    return share(row.intervals[target])
