"""The whole pipeline on a hundred brands with planted effects: what is found, what is not, what is found wrongly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import duckdb
import pandas as pd

from pipeline.proof.careless import careless
from pipeline.proof.changes import flags
from pipeline.proof.stack import MONTHS, Stack, stacked, verdicts
from pipeline.proof.stitching import transitions
from pipeline.proof.study import FULL, SHORT, Demand, Study, at_least, at_most
from pipeline.proof.tally import Key, Tally
from pipeline.simulation.counterfactual import planted_by_seed
from pipeline.simulation.truth import Truth
from pipeline.stats.identity import MEASURES, agreement, unshared
from pipeline.stats.verdicts import SUPPORTED
from pipeline.tables import EVERYBODY

NAME = "clairval"
CUSTOMERS = 8000
METHOD, CRUDE = "whole pipeline", "crude comparison"
PAIN, LEVER, DECOY = "pain", "lever", "decoy"
SUPPORTS, COVERS, FOOLED = "supported", "interval holds the truth", "interval beyond 0 as claimed"
FALSE_SUPPORTED, FALSE_FOUND = "false share of supported claims", "false share of q ≤ 0.10, either direction"
FAMILY, IDENTITY, CHANGE = "family", "identity", "change of behaviour"
FLAGGED = "flagged by the stationarity check"
CHANGED = "consideration"  # the stage that leads to the basket less often from a month on

Row = dict[str, Any]
Known = Mapping[Any, Any]


def measure(first: int, last: int) -> Tally:
    """Return what brands first + 1 … last find of what was planted, and how well identifiers were joined."""
    tally = Tally()
    truth = Truth.default()
    seeds = [f"{NAME}-{number}" for number in range(first + 1, last + 1)]
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        planted = planted_by_seed(connection, truth, seeds, CUSTOMERS, MONTHS)
    with stacked(truth, seeds, CUSTOMERS) as stack:
        for brand, rows in verdicts(stack).items():
            mine = planted[planted["seed_number"] == brand]
            known = {str(name): row for name, row in zip(mine["hypothesis"], mine.to_dict("records"), strict=True)}
            for row in rows:
                if row["group"] == EVERYBODY and row["id"] in known:
                    _count_hypothesis(tally, row, known[row["id"]])
            _count_family(tally, rows, known, stack.params.assess_level)
        _count_careless(tally, stack)
        for _, stage, is_flagged in flags(stack):
            tally.add(Key(f"{CHANGE}: {stage}", CUSTOMERS, METHOD, FLAGGED), float(is_flagged))
        _count_identity(tally, stack)
    return tally


def _count_hypothesis(tally: Tally, row: Row, known: Known) -> None:
    case = f"{known['kind']}: {row['id']}"
    tally.add(Key(case, CUSTOMERS, METHOD, SUPPORTS), float(row["verdict"] == SUPPORTED))
    sign = 1 if row["direction"] == "higher" else -1
    for method, names in ((METHOD, ("adjusted", "crude")), (CRUDE, ("crude",))):
        kind = next((name for name in names if not math.isnan(row.get(f"{name}_low", math.nan))), None)
        if kind is None:
            continue
        low, high = row[f"{kind}_low"], row[f"{kind}_high"]
        tally.add(Key(case, CUSTOMERS, method, COVERS), float(low <= known["truth"] <= high))
        tally.add(Key(case, CUSTOMERS, method, FOOLED), float(min(sign * low, sign * high) > 0))
        tally.add(Key(case, CUSTOMERS, method, "error"), row[f"{kind}_effect"] - known["truth"])


def _count_family(
    tally: Tally, rows: list[dict[str, Any]], known: Mapping[str, Mapping[Any, Any]], level: float
) -> None:
    """Count the share of false rows among those found; where nothing is found it is 0."""
    tested = [row for row in rows if not math.isnan(row.get("p", math.nan))]
    found = {
        FALSE_SUPPORTED: [row for row in tested if row["verdict"] == SUPPORTED],
        FALSE_FOUND: [row for row in tested if row["q"] <= level],
    }
    for measure_name, chosen in found.items():
        wrong = sum(known[row["id"]]["kind"] == DECOY for row in chosen)
        tally.add(Key(FAMILY, CUSTOMERS, METHOD, measure_name), wrong / max(len(chosen), 1))


def _count_careless(tally: Tally, stack: Stack) -> None:
    signs = {one.id: 1 if one.direction == "higher" else -1 for one in stack.params.hypotheses}
    with stack.engine() as engine:
        for _, name, method, effect in careless(stack, engine):
            low, high = effect.interval(stack.params.estimate.level)
            sign, key = signs[name], partial(Key, f"{DECOY}: {name}", CUSTOMERS, method)
            tally.add(key(COVERS), float(low <= 0 <= high))
            tally.add(key(FOOLED), float(min(sign * low, sign * high) > 0))
            tally.add(key("error"), effect.estimate)


def _count_identity(tally: Tally, stack: Stack) -> None:
    identifiers = unshared(stack.identifiers)
    brand = identifiers["customer_id"].map(stack.owners["brand"])
    for _, rows in identifiers.groupby(brand):
        for name, value in agreement(pd.DataFrame(rows)).items():
            tally.add(Key(IDENTITY, CUSTOMERS, METHOD, name), value)
    for cell, treatment, found, known in transitions(stack):
        tally.add(Key(cell, CUSTOMERS, treatment, "bias"), found - known)


def demand(key: Key) -> Demand | None:
    """Return the bounds on pains, decoys, false discoveries and pairs of identifiers."""
    if key.method != METHOD:
        return None
    if key.case.startswith(PAIN):
        return {SUPPORTS: at_least(0.80), COVERS: at_least(0.90)}.get(key.measure)
    if key.case == IDENTITY:
        return {MEASURES[0]: at_least(0.99), MEASURES[1]: at_least(0.95)}.get(key.measure)
    if key.case == f"{CHANGE}: {CHANGED}":
        return at_least(0.80)
    if key.case.startswith(DECOY):
        return at_most(0.10) if key.measure == SUPPORTS else None
    return at_most(0.10, errors=2) if key.measure in (FALSE_SUPPORTED, FALSE_FOUND) else None


STUDY = Study(
    name=NAME,
    title="A hundred brands with planted effects, through the whole pipeline",
    claim=(
        f"Seven pains, two levers and seven decoys in each, {CUSTOMERS:,} customers. The truth of an effect is the "
        "mean difference on exposed units between the run and a second one with the same draws and that effect off."
    ),
    measure=measure,
    replicates={SHORT: 1, FULL: 100},
    chunk={SHORT: 1, FULL: 5},
    demand=demand,
    module="proof.planted_brand",
    tables=(
        ("Each hypothesis", (SUPPORTS, COVERS, FOOLED, "error")),
        ("False discoveries", (FALSE_SUPPORTED, FALSE_FOUND)),
        ("Change of behaviour", (FLAGGED,)),
        ("Identifiers joined", MEASURES),
        ("What joining is worth: error of transitions, all brands of a stack together", ("bias",)),
    ),
)
