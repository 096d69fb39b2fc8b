"""What removing a pain point would bring, against a second run of the same brand in which the pain is off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pandas as pd

from pipeline.assess.opportunities import Halved, in_halves, opportunities
from pipeline.assess.units import find_units
from pipeline.params import PAIN
from pipeline.proof.stack import MONTHS, Stack, of_brands, stacked
from pipeline.proof.study import FULL, SHORT, Demand, Study, at_least
from pipeline.proof.tally import Key, Tally
from pipeline.simulation.counterfactual import planted_by_seed
from pipeline.simulation.truth import Truth
from pipeline.tables import EVERYBODY
from pipeline.tables.opportunities import RANKED

NAME = "opportunities"
CUSTOMERS = 4000
METHOD, DECOY = "opportunities", "decoy"
EVERY_GAIN, FIRST = "all gains together", "first in rank"
SELECTED, COVERS, BELOW = "ranked", "interval holds the true gain", "lower bound at most the true gain"
ERROR, REGRET = "error, share of the true gain", "true gain of the first in rank, share of the largest true gain"


def measure(first: int, last: int) -> Tally:
    """Return how the gains of brands first + 1 … last compare with the true ones."""
    tally, truth = Tally(), Truth.default()
    seeds = [f"{NAME}-{number}" for number in range(first + 1, last + 1)]
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        planted = planted_by_seed(connection, truth, seeds, CUSTOMERS, MONTHS)
    with stacked(truth, seeds, CUSTOMERS) as stack:
        signs = {one.id: 1 if one.direction == "higher" else -1 for one in stack.params.hypotheses}
        for brand, rows in gains(stack).items():
            known = planted[planted["seed_number"] == brand].set_index("hypothesis").to_dict("index")
            mine = rows[(rows["group"] == EVERYBODY) & (rows["status"] == RANKED)].to_dict("records")
            true = {str(row["id"]): _true_gain(row, known[row["id"]], signs[row["id"]]) for row in mine}
            for name in (one.id for one in stack.params.hypotheses if one.kind == PAIN and one.value_per_outcome):
                case = f"{known[name]['kind']}: {name}"
                tally.add(Key(case, CUSTOMERS, METHOD, SELECTED), float(name in true))
            for row in mine:
                _count(tally, row, true[row["id"]], str(known[row["id"]]["kind"]))
            if mine and max(true.values()) > 0:
                best = min(mine, key=lambda row: row["rank"])
                tally.add(Key(FIRST, CUSTOMERS, METHOD, REGRET), true[best["id"]] / max(true.values()))
    return tally


def gains(stack: Stack) -> dict[int, pd.DataFrame]:
    """Return each brand's table of opportunities: what the half that selects supports, estimated in the other."""
    brands = range(1, len(stack.seeds) + 1)
    halved: dict[int, list[Halved]] = {brand: [] for brand in brands}
    nothing = pd.DataFrame({"id": [], "group": [], "verdict": []})
    with stack.engine() as engine:
        for i, hypothesis in enumerate(stack.params.hypotheses):
            if hypothesis.kind != PAIN:
                continue
            found = find_units(engine, stack.params, hypothesis, f"params.yaml: hypotheses[{i}]", stack.window)
            for brand, units in of_brands(found, stack.owners, brands):
                halved[brand].append(in_halves(units, hypothesis, EVERYBODY, stack.params, stack.window))
    return {brand: opportunities(mine, nothing, stack.params) for brand, mine in halved.items()}


def _true_gain(row: Mapping[Any, Any], known: Mapping[Any, Any], sign: int) -> float:
    """Return money per month: true harm on true exposed units, whatever the pipeline made of their identifiers."""
    return float(sign * known["truth"] * known["n_exposed"] / row["months"] * row["value_per_outcome"])


def _count(tally: Tally, row: Mapping[Any, Any], true: float, kind: str) -> None:
    for case in (f"{kind}: {row['id']}", EVERY_GAIN):
        tally.add(Key(case, CUSTOMERS, METHOD, COVERS), float(row["gain_low"] <= true <= row["gain_high"]))
        tally.add(Key(case, CUSTOMERS, METHOD, BELOW), float(row["gain_low"] <= true))
        if kind != DECOY:
            tally.add(Key(case, CUSTOMERS, METHOD, ERROR), (row["gain"] - true) / true)


def demand(key: Key) -> Demand | None:
    """Return the bound on the coverage of all gains together; of one pain point there are too few replicates."""
    return at_least(0.90) if (key.case, key.measure) == (EVERY_GAIN, COVERS) else None


STUDY = Study(
    name=NAME,
    title="What removing a pain point brings, against paired runs with the pain off",
    claim=(
        f"Brands of {CUSTOMERS:,} customers through the whole pipeline. Pain points are selected in one half of the "
        "customers, their gains estimated in the other. True: the mean difference on truly exposed units between the "
        "run and a second one with the same draws and that pain off, times these units and the declared value. Only "
        "single pains: a run with several of them off is not simulated, so the joint row has no such proof."
    ),
    measure=measure,
    replicates={SHORT: 1, FULL: 20},
    chunk={SHORT: 1, FULL: 5},
    demand=demand,
    module="proof.gains",
    tables=(("Gains", (COVERS, BELOW, ERROR)), ("Selection", (SELECTED,)), ("Ranking", (REGRET,))),
)
