"""The whole pipeline on brands where nothing has an effect: how often something is found."""

from __future__ import annotations

import math
from typing import Any

from pipeline.proof.changes import flags
from pipeline.proof.stack import stacked, verdicts
from pipeline.proof.study import FULL, SHORT, Demand, Study, at_most
from pipeline.proof.tally import Key, Tally
from pipeline.simulation.truth import Truth
from pipeline.stats.verdicts import SUPPORTED
from pipeline.tables import EVERYBODY

NAME = "clairval-null"
CUSTOMERS = 400
METHOD = "whole pipeline"
FAMILY, EVERY_TEST = "family", "all tests together"
REJECTS, FINDS, SUPPORTS = "p < 0.05", "any q ≤ 0.10, either direction", "any claim supported"
LARGEST_FAMILY, LARGEST_TEST = 0.116, 0.067
STATIONARITY, FLAGGED = "stationarity check", "flagged"
CHANGED = "consideration"  # where a change is planted in the other brands
LEVELS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)  # of the picture


def measure(first: int, last: int) -> Tally:
    """Return the rejection rates of the family and of each test, over brands first + 1 … last."""
    tally = Tally()
    seeds = [f"{NAME}-{number}" for number in range(first + 1, last + 1)]
    with stacked(Truth.default().null(), seeds, CUSTOMERS) as stack:
        for rows in verdicts(stack).values():
            tested = [row for row in rows if not math.isnan(row.get("p", math.nan))]
            _count_family(tally, tested, stack.params.assess_level)
            for row in tested:
                _count_test(tally, row)
        for _, stage, is_flagged in flags(stack):
            tally.add(Key(f"{STATIONARITY}, {stage}", CUSTOMERS, METHOD, FLAGGED), float(is_flagged))
    return tally


def _count_family(tally: Tally, tested: list[dict[str, Any]], level: float) -> None:
    finds = any(row["q"] <= level for row in tested)
    tally.add(Key(FAMILY, CUSTOMERS, METHOD, FINDS), float(finds))
    tally.add(Key(FAMILY, CUSTOMERS, METHOD, SUPPORTS), float(any(row["verdict"] == SUPPORTED for row in tested)))


def _count_test(tally: Tally, row: dict[str, Any]) -> None:
    tally.add(Key(f"{row['id']}, {row['group']}", CUSTOMERS, METHOD, REJECTS), float(row["p"] < 0.05))
    for level in LEVELS:
        tally.add(Key(EVERY_TEST, CUSTOMERS, METHOD, f"p < {level:g}"), float(row["p"] < level))


def demand(key: Key) -> Demand | None:
    """Return the bounds on the family and on each test."""
    if key.measure == FINDS:
        return at_most(LARGEST_FAMILY)
    if key.measure == FLAGGED and key.case.endswith((EVERYBODY, CHANGED)):
        return at_most(LARGEST_TEST)
    return at_most(LARGEST_TEST) if key.measure == REJECTS and key.case != EVERY_TEST else None


STUDY = Study(
    name=NAME,
    title="A brand where nothing has an effect, through the whole pipeline",
    claim=(
        "Every planted effect and the change of behaviour are off; exposures, confounding, heterogeneity, selected "
        f"answers, censoring, identity errors and dirt are all there. {CUSTOMERS:,} customers a brand: raw exports of "
        "eleven tools are simulated, cleaned, joined into customers, cut into journeys, compared and judged."
    ),
    measure=measure,
    replicates={SHORT: 5, FULL: 1000},
    chunk={SHORT: 5, FULL: 50},
    demand=demand,
    module="proof.null_brand",
    tables=(("Whole family", (FINDS, SUPPORTS)), ("Each test", (REJECTS,)), ("Stationarity of the matrix", (FLAGGED,))),
)
