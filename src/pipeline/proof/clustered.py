"""Rows of customers who differ: what is seen of them, expectations over rows, and the coverage of their intervals.

Every customer has an effect u ~ N(0, 1) that moves both what happens and how often it is seen: 1 + Poisson(exp(u / 2))
rows. Estimands are those of all rows, E Σ a / E Σ b, and their truth is an integral over u.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from pipeline.proof.streams import stream
from pipeline.proof.study import Demand, at_least
from pipeline.proof.tally import Key, Tally
from pipeline.proof.truths import over_customers
from pipeline.stats.ratios import Sums
from pipeline.stats.result import Effect, Interval

OURS = "ours"
SIZES = (50, 300, 2000)
DEMANDS = {50: 0.92, 300: 0.925, 2000: 0.94}  # those of a transition
Random = np.random.Generator
Kinds = Mapping[str, tuple[Callable[[Random, int], Interval | None], Callable[[], float]]]


def covered(name: str, kinds: Kinds, first: int, last: int) -> Tally:
    """Return coverage, width and error of each kind of interval, and how often there is one.

    Parameters
    ----------
    name
        Of the study.
    kinds
        Case → what estimates it from random numbers and a number of customers, and what its truth is.
    first, last
        Replicates ``first … last - 1``.
    """
    tally = Tally()
    for case, (estimated, truth) in kinds.items():
        for customers in SIZES:
            for replicate in range(first, last):
                found = estimated(stream(f"{name}/{case}/{customers}", replicate), customers)
                tally.add(Key(case, customers, OURS, "answers"), float(found is not None))
                if found is not None:
                    tally.add_interval(case, customers, OURS, found, truth())
    return tally


def demand(key: Key) -> Demand | None:
    """Return the bound on coverage."""
    return at_least(DEMANDS[key.customers]) if key.measure == "covers" else None


def rows(random: Random, customers: int) -> tuple[np.ndarray, np.ndarray]:
    """Return whose row each is, and that customer's effect."""
    effect = random.standard_normal(customers)
    rows = 1 + random.poisson(np.exp(effect / 2))
    owner = np.repeat(np.arange(customers), rows)
    return owner, effect[owner]


def _expected_rows(effect: np.ndarray) -> np.ndarray:
    return 1 + np.exp(effect / 2)


def per_row(function: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return the mean of f(u) over all rows that customers make."""
    rows = over_customers(_expected_rows)
    return over_customers(lambda effect: _expected_rows(effect) * function(effect)) / rows


def sums_of(values: np.ndarray, owner: np.ndarray, customers: int) -> Sums:
    """Return the six sums of customers' totals of a value and of their numbers of rows."""
    a = np.bincount(owner, weights=values, minlength=customers).astype(np.int64)
    b = np.bincount(owner, minlength=customers)
    return Sums(customers, int(a.sum()), int(b.sum()), int(a @ a), int(a @ b), int(b @ b))


def bounded(effect: Effect) -> Interval:
    """Return an effect between its bounds."""
    low, high = effect.interval()
    return Interval(effect.estimate, low, high, effect.n_exposed + effect.n_unexposed, effect.clusters)


def exposures(random: Random, owner: np.ndarray) -> np.ndarray:
    """Return exposures that cluster in customers (each has a share of its own) and say nothing about the effect."""
    share = random.beta(1.5, 2.5, owner[-1] + 1)
    return random.random(len(owner)) < share[owner]
