"""Survival: by when visits leave a stage and where to, by when journeys reach the goal, exits competing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.declarations import format_duration
from pipeline.engine import Engine
from pipeline.estimate.cells import NO_VARIATION, Row, with_interval
from pipeline.groups import groupings
from pipeline.params import Params
from pipeline.stats.grouped import Exits
from pipeline.stats.result import Interval
from pipeline.tables import ANYWHERE, CENSORED, GOAL, LOST, START, SURVIVAL

PARTS = 200  # of the customers, for the jackknife: its variance then has a relative error of 10 %
CELLS_PER_DOUBLING = 8  # so that a cell of time is 9 % long
MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_PER_DAY = 86_400_000_000
NOT_REACHED, BOUND_NOT_REACHED = "half is not reached", "upper bound not reached"


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield cumulative incidences at the declared times, restricted means up to the horizon, and medians."""
    horizon, ends = params.estimate.horizon, cell_ends(params.estimate.duration_bins)
    bindings = {"horizon": horizon, "silence": params.silence, "cut_off": cut_off, "cell": _cell(ends), "parts": PARTS}
    columns = groupings(params, "exits.channel", "exits.entered_at")  # neither is asked for
    for grouping in [name for name in ("all", "persona") if name in columns]:
        cells = engine.frame("exit_cells", group=columns[grouping], **bindings)
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


def _cell(ends: Sequence[int]) -> exp.Expr:
    """Return SQL for the index of the first cell whose end a duration does not exceed, their number beyond the last."""
    taken = exp.column("microseconds")
    branches = [
        exp.If(this=exp.LTE(this=taken.copy(), expression=exp.Literal.number(end)), true=exp.Literal.number(i))
        for i, end in enumerate(ends)
    ]
    return exp.Case(ifs=branches, default=exp.Literal.number(len(ends)))


def _rows_of_stage(cells: pd.DataFrame, ends: Sequence[int], params: Params, key: Row) -> Iterator[Row]:
    targets = [GOAL, LOST] if key["from_stage"] == START else [*(stage.id for stage in params.stages), LOST]
    found = _exits(cells, ends, targets)
    seen, times, horizon = set(cells["to_stage"]), params.estimate.duration_bins, params.estimate.horizon
    ways = {target: [i] for i, target in enumerate(targets) if target in seen or target in (GOAL, LOST)}
    ways[ANYWHERE] = list(range(len(targets)))
    for target, causes in ways.items():
        shares = found.incidence(causes)

        def row(statistic: str, unit: str, time: timedelta, target: str = target, causes: list[int] = causes) -> Row:
            named = {"to_stage": target, "statistic": statistic, "time": format_duration(time), "unit": unit}
            return {**key, **named, **_counts(found, causes, ends.index(round(time / MICROSECOND)))}

        customers = found.customers
        for time in times:
            if target != LOST or time >= params.silence:  # an exit needs a silence to be seen
                cell = ends.index(round(time / MICROSECOND))
                yield with_interval(
                    row("incidence", "share", time), SURVIVAL, params, customers, _share, found, shares, cell
                )
        if target == ANYWHERE:
            mean = row("restricted_mean", "days", horizon)
            yield with_interval(mean, SURVIVAL, params, customers, _mean, found, ends, horizon)
        if target in (ANYWHERE, GOAL):
            median = row("median", "days", times[-1])
            yield with_interval(median, SURVIVAL, params, customers, _median, found, causes)


def _exits(cells: pd.DataFrame, ends: Sequence[int], targets: Sequence[str]) -> Exits:
    """Return the engine's counts as arrays: parts, cells of time, targets."""
    n_cells, n_ways = len(ends), len(targets)
    parts, part = np.unique(cells["part"].to_numpy(), return_inverse=True)
    cell, to_stage, counts = (cells[name].to_numpy() for name in ("cell", "to_stage", "exits"))
    days, least_days, most_days = (
        cells[name].to_numpy() / MICROSECONDS_PER_DAY for name in ("microseconds", "least", "most")
    )
    exits = np.zeros((len(parts), n_cells, n_ways), dtype=np.int64)
    spent, censored = np.zeros(exits.shape), np.zeros((len(parts), n_cells), dtype=np.int64)
    least, most = np.full((n_cells, n_ways), math.inf), np.full((n_cells, n_ways), -math.inf)
    for way, target in enumerate(targets):
        own = (to_stage == target) & (cell < n_cells)
        exits[part[own], cell[own], way] = counts[own]
        spent[part[own], cell[own], way] = days[own]
        np.minimum.at(least[:, way], cell[own], least_days[own])
        np.maximum.at(most[:, way], cell[own], most_days[own])
    own = (to_stage == CENSORED) & (cell < n_cells)
    censored[part[own], cell[own]] = counts[own]
    beyond = np.bincount(part[cell == n_cells], weights=counts[cell == n_cells], minlength=len(parts))
    customers, days_at = int(cells["customers"].iloc[0]), np.array(ends) / MICROSECONDS_PER_DAY
    return Exits(days_at, exits, spent, least, most, censored, beyond.astype(np.int64), customers)


def _counts(found: Exits, causes: list[int], cell: int) -> Row:
    counted = {"n_visits": found.units, "n_customers": found.customers}
    return {**counted, "n_left": int(found.left(causes)[cell]), "n_at_risk": int(found.staying[cell])}


def _share(found: Exits, shares: np.ndarray, cell: int, level: float) -> Row:
    return _bounds(found.share(shares, cell, level))


def _mean(found: Exits, ends: Sequence[int], horizon: timedelta, level: float) -> Row:
    cell = ends.index(round(horizon / MICROSECOND))
    row = _bounds(found.restricted_mean(cell, level))
    return {**row, "note": NO_VARIATION if math.isnan(row["ci_low"]) else None}


def _median(found: Exits, causes: list[int], level: float) -> Row:
    row = _bounds(found.median(causes, level))
    missing = {"estimate": NOT_REACHED, "ci_high": BOUND_NOT_REACHED}
    return {**row, "note": next((note for name, note in missing.items() if math.isnan(row[name])), None)}


def _bounds(interval: Interval) -> Row:
    return {"estimate": interval.estimate, "ci_low": interval.low, "ci_high": interval.high}
