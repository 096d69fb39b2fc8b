"""Survival: by when visits leave a stage and where to, by when journeys reach the goal, exits competing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.declarations import format_duration
from pipeline.engine import Engine
from pipeline.estimate.cells import NO_VARIATION, Row, with_interval
from pipeline.groups import customer_groups
from pipeline.params import Params
from pipeline.stats.grouped import Exits
from pipeline.stats.result import Interval
from pipeline.tables import ANYWHERE, CENSORED, GOAL, LOST, START

PARTS = 200  # of the customers, for the jackknife: its variance then has a relative error of 10 %
CELLS_PER_DOUBLING = 8  # so that a cell of time is 9 % long
MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_PER_DAY = 86_400_000_000
NOT_REACHED, BOUND_NOT_REACHED = "half is not reached", "upper bound not reached"


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield cumulative incidences at the declared times, restricted means up to the horizon, and medians."""
    horizon, ends = params.estimate.horizon, cell_ends(params.estimate.duration_bins)
    bindings = {"horizon": horizon, "silence": params.silence, "cut_off": cut_off, "cell": _cell(ends), "parts": PARTS}
    for grouping, column in customer_groups(params).items():
        cells = engine.frame("exit_cells", group=column, **bindings)
        for (group, stage), own in cells.groupby(["group", "item"], sort=True):
            key = {"grouping": grouping, "group": group, "from_stage": stage}
            yield from _rows_of_stage(own, ends, params, key)


def cell_ends(times: Sequence[timedelta]) -> list[int]:
    """Return the ends of the cells of time in microseconds: the declared times, and between them from a minute on.

    Examples
    --------
    >>> ends = cell_ends([timedelta(minutes=1), timedelta(minutes=2)])
    >>> [round(end / 1_000_000) for end in ends]
    [60, 65, 71, 78, 85, 93, 101, 110, 120]
    """
    declared = {round(time / MICROSECOND) for time in times}
    last, ends, step = max(declared), set(declared), 0
    while (end := round(60 * 2 ** (step / CELLS_PER_DOUBLING)) * 1_000_000) < last:
        ends.add(end)
        step += 1
    return sorted(ends)


def _cell(ends: Sequence[int], first: int = 0) -> exp.Expr:
    """Return SQL for the index of the first cell whose end a duration does not exceed, their number beyond the last.

    Halves of the cells within halves: eight comparisons per row, where a list of all cells needs a hundred.
    """
    if not ends:
        return exp.Literal.number(first)
    middle = len(ends) // 2
    is_within = exp.LTE(this=exp.column("microseconds"), expression=exp.Literal.number(ends[middle]))
    branch = exp.If(this=is_within, true=_cell(ends[:middle], first))
    return exp.Case(ifs=[branch], default=_cell(ends[middle + 1 :], first + middle + 1))


def _rows_of_stage(cells: pd.DataFrame, ends: Sequence[int], params: Params, key: Row) -> Iterator[Row]:
    targets = [GOAL, LOST] if key["from_stage"] == START else [*(stage.id for stage in params.stages), LOST]
    found, seen = _exits(cells, ends, targets), {GOAL, LOST, *cells["to_stage"]}
    ways = {target: [i] for i, target in enumerate(targets) if target in seen}
    ways[ANYWHERE] = list(range(len(targets)))
    for target, causes in ways.items():
        way = _Way(found, causes, found.incidence(causes), ends, params, {**key, "to_stage": target})
        for time in params.estimate.duration_bins:
            if target != LOST or time >= params.silence:  # an exit needs a silence to be seen
                yield way.row("incidence", "share", time, _share)
        if target == ANYWHERE:
            yield way.row("restricted_mean", "days", params.estimate.horizon, _mean)
        if target in (ANYWHERE, GOAL):
            yield way.row("median", "days", params.estimate.duration_bins[-1], _median)


@dataclass(frozen=True)
class _Way:
    """One way out of a stage: its causes among the exits, and the share that has taken it by the end of each cell."""

    found: Exits
    causes: list[int]
    shares: np.ndarray
    ends: Sequence[int]
    params: Params
    key: Row

    def row(self, statistic: str, unit: str, time: timedelta, interval: Callable[[_Way, int, float], Row]) -> Row:
        """Return a row of the table: what was counted by a time, and the statistic with its interval."""
        cell = self.ends.index(round(time / MICROSECOND))
        row = {
            **self.key, "statistic": statistic, "time": format_duration(time), "unit": unit,
            "n_visits": self.found.units, "n_customers": self.found.customers,
            "n_left": int(self.found.left(self.causes)[cell]), "n_at_risk": int(self.found.staying[cell]),
        }  # fmt: skip
        return with_interval(row, self.params, self.found.customers, interval, self, cell)


def _share(way: _Way, cell: int, level: float) -> Row:
    return _bounds(way.found.share(way.shares, cell, level))


def _mean(way: _Way, cell: int, level: float) -> Row:
    row = _bounds(way.found.restricted_mean(cell, level))
    return {**row, "note": NO_VARIATION if math.isnan(row["ci_low"]) else None}


def _median(way: _Way, cell: int, level: float) -> Row:
    del cell  # looked for in all of them
    row = _bounds(way.found.median(way.causes, level))
    missing = {"estimate": NOT_REACHED, "ci_high": BOUND_NOT_REACHED}
    return {**row, "note": next((note for name, note in missing.items() if math.isnan(row[name])), None)}


def _bounds(interval: Interval) -> Row:
    return {"estimate": interval.estimate, "ci_low": interval.low, "ci_high": interval.high}


def _exits(cells: pd.DataFrame, ends: Sequence[int], targets: Sequence[str]) -> Exits:
    """Return the engine's counts as arrays: parts, cells of time, targets."""
    parts, part = np.unique(cells["part"].to_numpy(), return_inverse=True)
    cell, counts = cells["cell"].to_numpy(), cells["exits"].to_numpy()
    days = cells[["microseconds", "least", "most"]].to_numpy() / MICROSECONDS_PER_DAY
    way = pd.Categorical(cells["to_stage"], categories=[*targets, CENSORED]).codes
    shape, is_beyond = (len(parts), len(ends), len(targets)), cell == len(ends)
    is_censored = way == len(targets)
    left, unseen = ~is_censored & ~is_beyond, is_censored & ~is_beyond
    exits, spent = np.zeros(shape, dtype=np.int64), np.zeros(shape)
    exits[part[left], cell[left], way[left]] = counts[left]
    spent[part[left], cell[left], way[left]] = days[left, 0]
    least, most = np.full(shape[1:], math.inf), np.full(shape[1:], -math.inf)
    np.minimum.at(least, (cell[left], way[left]), days[left, 1])
    np.maximum.at(most, (cell[left], way[left]), days[left, 2])
    censored = np.zeros(shape[:2], dtype=np.int64)
    censored[part[unseen], cell[unseen]] = counts[unseen]
    beyond = np.zeros(shape[0], dtype=np.int64)
    np.add.at(beyond, part[is_beyond], counts[is_beyond])
    ends_in_days, customers = np.array(ends) / MICROSECONDS_PER_DAY, int(cells["customers"].iloc[0])
    return Exits(ends_in_days, exits, spent, least, most, censored, beyond, customers)
