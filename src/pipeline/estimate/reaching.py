"""Reaching the goal: the share of entries into a stage that do within the horizon, and what the chain says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlglot import exp

from pipeline.declarations import format_duration
from pipeline.engine import Engine
from pipeline.estimate.cells import Row, share, with_interval
from pipeline.params import Params
from pipeline.stats.markov import DECIMALS, pattern_keys, percentiles, poisson_sums, share_reaching
from pipeline.stats.proportions import proportion_from_pairs
from pipeline.tables import EVERYBODY

REPLICATES = 2_000
NO_CHAIN = "no chain: a stage it leads to has too few visits"


@dataclass(frozen=True)
class _Group:
    """What reaching needs of some customers, alike ones together, and of their bootstrap replicates.

    Shapes: reached, visits (n_patterns, S) and customers (n_patterns,); moves (S, S + 3); drawn_moves
    (replicates, S, S + 3) and drawn_reached (replicates, S).
    """

    reached: np.ndarray
    visits: np.ndarray
    customers: np.ndarray
    moves: np.ndarray
    drawn_moves: np.ndarray
    drawn_reached: np.ndarray


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield, for all customers and each persona, the share of each stage's entries that reach the goal."""
    del cut_off  # visit_outcomes already knows which visits were followed
    groups = _groups(engine, params)
    if groups:
        yield from _rows_of(_together(list(groups.values())), params, {"grouping": "all", "group": EVERYBODY})
    if "persona" in params.estimate.group_by:
        for persona, group in groups.items():
            yield from _rows_of(group, params, {"grouping": "persona", "group": persona})


def _groups(engine: Engine, params: Params) -> dict[str, _Group]:
    """Return each persona's patterns of counts and their sums over bootstrapped customers."""
    seen = (
        exp.select("stage_code", "chain_code").distinct().from_("visit_outcomes").order_by("stage_code", "chain_code")
    )
    cells = engine.frame(seen).to_numpy()
    stages = len(params.stages)
    conditions = {f"moved_{stage}_{after}": f"stage_code = {stage} and chain_code = {after}" for stage, after in cells}
    conditions |= {f"reached_{stage}": f"stage_code = {stage} and is_reaching" for stage in range(stages)}
    names = list(conditions)
    patterns = engine.frame(
        "outcome_patterns",
        counts=[_count(condition, name) for name, condition in conditions.items()],
        count_names=[exp.column(name) for name in names],
    )
    found = {}
    for persona, own in patterns.groupby("persona", sort=True):
        counts, customers = own[names].to_numpy(), own["customers"].to_numpy()
        drawn = poisson_sums(counts, customers, pattern_keys(counts, names, f"reaching: {persona}"), REPLICATES)
        moved, reached = counts[:, :-stages], counts[:, -stages:]
        visits = np.column_stack([moved[:, cells[:, 0] == stage].sum(axis=1) for stage in range(stages)])
        moves = _matrices((customers @ moved)[None, :], cells, stages)[0]
        drawn_moves = _matrices(drawn[:, :-stages], cells, stages)
        found[str(persona)] = _Group(reached, visits, customers, moves, drawn_moves, drawn[:, -stages:])
    return found


def _count(condition: str, name: str) -> exp.Expr:
    counted = exp.Case().when(condition, "1").else_("0")
    return exp.alias_(exp.cast(exp.Sum(this=counted), "int"), name)


def _matrices(counts: np.ndarray, cells: np.ndarray, stages: int) -> np.ndarray:
    """Return counts of the cells that were seen, shape (n, n_cells), as matrices of all, shape (n, S, S + 3)."""
    matrices = np.zeros((len(counts), stages, stages + 3))
    matrices[:, cells[:, 0], cells[:, 1]] = counts
    return matrices


def _together(groups: list[_Group]) -> _Group:
    """Return all groups as one: every customer weighs in each replicate what they weigh in their own group."""
    joined = (np.concatenate([getattr(group, name) for group in groups]) for name in ("reached", "visits", "customers"))
    summed = (sum(getattr(group, name) for group in groups) for name in ("moves", "drawn_moves", "drawn_reached"))
    return _Group(*joined, *summed)


def _rows_of(group: _Group, params: Params, key: Row) -> Iterator[Row]:
    chain, drawn_chain = share_reaching(group.moves), share_reaching(group.drawn_moves)
    for code, stage in enumerate(params.stages):
        is_own = group.visits[:, code] > 0
        customers = int(group.customers[is_own].sum())
        if not customers:
            continue
        reached, visits = group.reached[is_own, code], group.visits[is_own, code]
        row = {
            **key,
            "stage": stage.id,
            "horizon": format_duration(params.estimate.horizon),
            "n_visits": int(visits @ group.customers[is_own]),
            "n_customers": customers,
            "n_reached": int(reached @ group.customers[is_own]),
        }
        pairs = (reached, visits, group.customers[is_own])
        drawn_visits = group.drawn_moves[:, code].sum(axis=1)
        with np.errstate(invalid="ignore"):  # a replicate may draw none of them
            drawn_direct = group.drawn_reached[:, code] / drawn_visits
        yield with_interval(
            row, params, customers, _estimates, pairs, float(chain[code]), drawn_chain[:, code], drawn_direct
        )


def _estimates(
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray],
    chain: float,
    drawn_chain: np.ndarray,
    drawn_direct: np.ndarray,
    level: float,
) -> Row:
    direct = proportion_from_pairs(*pairs, level)
    of_chain, of_gap = percentiles(drawn_chain, level), percentiles((drawn_direct - drawn_chain).round(DECIMALS), level)
    return {
        **share(direct),
        "chain": chain,
        "chain_low": of_chain.low,
        "chain_high": of_chain.high,
        "gap": round(direct.estimate - chain, DECIMALS),
        "gap_low": of_gap.low,
        "gap_high": of_gap.high,
        "n_replicates": REPLICATES,
        "n_degenerate": of_gap.degenerate,
        "note": NO_CHAIN if math.isnan(of_gap.low) or math.isnan(chain) else None,
    }
