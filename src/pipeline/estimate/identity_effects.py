"""What errors of identity do to KPIs and transitions: each is computed again on every redrawn graph.

A redrawn graph changes some customers. Their part of a sum is taken out and that of those they become is put in, so
that each graph costs what it changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate import kpis
from pipeline.estimate.cells import MONEY_SCALE, NO_VARIATION, Row
from pipeline.estimate.kpi_questions import MEANS, interval_of
from pipeline.params import Params
from pipeline.results import without_numbers
from pipeline.stats.linkage import with_identity
from pipeline.stats.ratios import Sums
from pipeline.tables import (
    CUSTOMER_TRANSITIONS,
    EVERYBODY,
    GRAPHS_AT_MOST,
    IDENTITY_EFFECTS,
    JOURNEYS,
    REDRAWN,
    REDRAWN_JOURNEYS,
    STEPS,
    VISITS,
)
from pipeline.workspace import Workspace

KPI, TRANSITION = "kpi", "transition"
LABELLED, DECLARED = "labelled", "declared"
SCALES = {"nps": 100.0} | dict.fromkeys(MEANS, 1 / MONEY_SCALE)  # of a ratio of sums, by kind

_Question = tuple[str, str, Row]  # measure, SQL file of counts per customer, bindings


def open_redrawn(engine: Engine, workspace: Workspace) -> bool:
    """Make the tables of redrawn graphs readable under the names that questions read; return whether there are any."""
    folder = workspace.path(STEPS.path).parent / REDRAWN_JOURNEYS
    if not folder.exists():
        return False
    for table in (CUSTOMER_TRANSITIONS, VISITS, JOURNEYS, STEPS):
        # an event stands on many graphs, which the contract of steps does not allow
        engine.read(table, folder / table.name, check=table is not STEPS)
    engine.make("customer_personas", exp.select("customer_id").distinct().from_(STEPS.name))  # all of them count
    return True


def rows(
    engine: Engine, redrawn: Engine, params: Params, cut_off: datetime, unknown: Collection[str] = ()
) -> Iterator[Row]:
    """Yield KPIs and transitions of all customers with the errors of the identity graph in their intervals.

    Parameters
    ----------
    engine
        With what `estimate` reads, and ``redrawn``.
    redrawn
        With the same tables of the customers that redrawn graphs change (`open_redrawn`).
    params
        Level, smallest cell, KPIs, number of graphs.
    cut_off
        End of the observation window, naive UTC.
    unknown
        KPIs and stages that the data cannot know: left out.
    """
    engine.make("replaced", exp.select("graph", "replaces as customer_id").distinct().from_(REDRAWN.name))
    for measure, counts, bindings in _questions(engine, params, cut_off):
        for one in (engine, redrawn):
            one.make("customer_counts", counts, group=exp.Literal.string(EVERYBODY), **bindings)
        found = engine.frame("customer_sums").set_index("item")
        drawn = _drawn(engine, redrawn, found, params.identity.redrawn_graphs)
        for item, sums in found.iterrows():
            if not {str(item), *str(item).split(" → ")} & set(unknown):
                yield _row(measure, str(item), sums, drawn[item], params)


def _questions(engine: Engine, params: Params, cut_off: datetime) -> Iterator[_Question]:
    for i, kpi in enumerate(params.kpis):
        if kpi.kind == "predicted_value":  # a model's answer, not a ratio of sums
            continue
        counts, _, bindings = kpis.question(engine, params, kpi, f"params.yaml: kpis[{i}]", cut_off)
        yield KPI, counts, {**bindings, "item": kpi.id}
    horizon = params.estimate.duration_bins.index(params.estimate.horizon)
    yield TRANSITION, "redrawn_moves", {"horizon_bin": horizon}


def _drawn(engine: Engine, redrawn: Engine, found: pd.DataFrame, graphs: int) -> dict[Any, np.ndarray]:
    """Return, per item, the ratio that each redrawn graph corrects."""
    replaced = exp.select("replaced.graph", "customer_counts.*").from_("replaced").join(
        "customer_counts", on="replaced.customer_id = customer_counts.customer_id"
    )  # fmt: skip
    engine.make("graph_counts", replaced, lazily=True)
    own_graph = f"cast(customer_id % {GRAPHS_AT_MOST} as integer) as graph"
    redrawn.make("graph_counts", exp.select(own_graph, "*").from_("customer_counts"), lazily=True)
    key = ["item", "graph"]
    out, into = (one.frame("redrawn_sums").set_index(key)[["a", "b"]] for one in (engine, redrawn))
    whole = pd.MultiIndex.from_product([found.index, range(graphs)], names=key)
    change = into.reindex(whole, fill_value=0) - out.reindex(whole, fill_value=0)
    of_item: dict[Any, pd.DataFrame] = dict(iter(change.groupby(level="item")))
    return {item: _corrected(int(sums["sum_a"]), int(sums["sum_b"]), of_item[item]) for item, sums in found.iterrows()}


def _corrected(a: int, b: int, change: pd.DataFrame) -> np.ndarray:
    """Return the ratio per graph with the change of its sums taken off: errors add to sums, not to their ratio."""
    numerator, denominator = a - change["a"].to_numpy(float), b - change["b"].to_numpy(float)
    return np.divide(numerator, denominator, out=np.full(len(change), np.nan), where=denominator > 0)


def _row(measure: str, item: str, cell: pd.Series, drawn: np.ndarray, params: Params) -> Row:
    basis = LABELLED if params.identity.labelled_pairs else DECLARED
    row: Row = {"measure": measure, "item": item, "n_graphs": params.identity.redrawn_graphs, "basis": basis}
    sums = Sums(*(int(cell[name]) for name in ("customers", "sum_a", "sum_b", "sum_aa", "sum_ab", "sum_bb")))
    if sums.clusters < max(params.estimate.smallest_cell, 2):
        return without_numbers(row, IDENTITY_EFFECTS, f"n < {params.estimate.smallest_cell}")
    kind = next((kpi.kind for kpi in params.kpis if measure == KPI and kpi.id == item), TRANSITION)
    interval = interval_of(kind, sums, params.estimate.level)
    if not interval.variance > 0 or np.isnan(drawn).any():
        return without_numbers(row, IDENTITY_EFFECTS, NO_VARIATION)
    both = with_identity(interval.estimate, interval.variance, drawn * SCALES.get(kind, 1.0), params.estimate.level)
    low, high = (-np.inf, np.inf) if kind in SCALES else (0.0, 1.0)
    return row | {
        "found": interval.estimate,
        "bias": both.bias,
        "estimate": float(np.clip(both.estimate, low, high)),
        "sampling_low": interval.low,
        "sampling_high": interval.high,
        "ci_low": max(both.low, low),
        "ci_high": min(both.high, high),
        "identity_share": both.identity_share,
    }
