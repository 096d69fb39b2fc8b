"""Transitions: of the visits to a stage, the share that moved to each other stage within the horizon of entry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pandas as pd
from sqlglot import exp

from pipeline.declarations import format_duration
from pipeline.engine import Engine
from pipeline.estimate.cells import Row, share, with_interval
from pipeline.groups import groupings
from pipeline.params import Params
from pipeline.stats.proportions import proportion_from_pairs
from pipeline.tables import LOST, START, TRANSITIONS, UNRESOLVED


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the transition table: for each group and stage, where visits moved within the horizon of entry."""
    del cut_off  # customer_transitions already knows which visits were followed
    columns = groupings(params, "customer_transitions.channel", "customer_transitions.period")
    columns["period"] = exp.to_column("customer_transitions.period")
    bindings = _counted_targets([*(stage.id for stage in params.stages), LOST, UNRESOLVED])
    bindings["horizon_bin"] = params.estimate.duration_bins.index(params.estimate.horizon)
    for grouping in ["all", *params.estimate.group_by]:
        pairs = engine.frame("transition_pairs", group=columns[grouping], **bindings)
        for (group, stage), cells in pairs.groupby(["group", "from_stage"], sort=True):
            yield from _matrix_row(cells, params, {"grouping": grouping, "group": group, "from_stage": stage})


def _counted_targets(targets: list[str]) -> Row:
    """Return SQL for one column of counts per target, and for picking the column of a target."""
    names, counts, picked = [], [], exp.Case(this=exp.to_column("targets.to_stage"))
    for i, target in enumerate(targets):
        name = f"moved_{i}"
        is_target = exp.column("to_stage").eq(exp.Literal.string(target))
        moved = exp.Sum(this=exp.Case().when(is_target, exp.column("n")).else_(exp.Literal.number(0)))
        names.append(exp.column(name))
        counts.append(exp.alias_(exp.cast(moved, "bigint"), name))
        picked = picked.when(exp.Literal.string(target), exp.column(name, table="shared_rows"))
    return {"targets": targets, "count_names": names, "counts": counts, "moved": picked}


def _matrix_row(cells: pd.DataFrame, params: Params, key: Row) -> Iterator[Row]:
    horizon, silence = params.estimate.horizon, params.silence
    targets = [stage.id for stage in params.stages]
    if key["from_stage"] != START:  # a start moves at once; an exit needs a silence to be seen
        targets += [LOST, UNRESOLVED] if horizon >= silence else [UNRESOLVED]
    pairs = dict(list(cells.groupby("to_stage")))
    moved = {target: int((pairs[target]["moved"] * pairs[target]["customers"]).sum()) for target in targets}
    any_cell = pairs[UNRESOLVED]  # every cell has all visits of the row
    row = {
        **key,
        "horizon": format_duration(horizon),
        "n_visits": int((any_cell["visits"] * any_cell["customers"]).sum()),
        "n_customers": int(any_cell["customers"].sum()),
        "n_unresolved": moved.get(UNRESOLVED, 0),
    }
    for target in targets:
        if moved[target] or target != key["from_stage"]:
            cell = {**row, "to_stage": target, "n_moved": moved[target]}
            yield with_interval(cell, TRANSITIONS, params, row["n_customers"], _share_from_pairs, pairs[target])


def _share_from_pairs(pairs: pd.DataFrame, level: float) -> Row:
    moved, visits, customers = (pairs[name].to_numpy() for name in ("moved", "visits", "customers"))
    return share(proportion_from_pairs(moved, visits, customers, level))
