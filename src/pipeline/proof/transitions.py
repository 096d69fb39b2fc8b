"""Coverage of the interval of a transition: four cells declared beforehand, three laws of visits, three sizes."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import special
from statsmodels.stats.proportion import proportion_confint

from pipeline.proof.streams import stream
from pipeline.proof.study import FULL, SHORT, Demand, Study, at_least
from pipeline.proof.tally import Key, Tally
from pipeline.proof.truths import expit, intercept_for, over_customers
from pipeline.stats.proportions import clustered_proportion, proportion_from_pairs
from pipeline.stats.result import Interval

NAME = "coverage_of_transitions"
OURS, LINEARISED, WILSON = "ours (jackknife, Korn–Graubard)", "linearised, Korn–Graubard", "Wilson, rows independent"
CELLS = (0.02, 0.10, 0.30, 0.60)  # chance that an average customer's visit moves
SIZES = (50, 300, 2000)
LAWS = {"4 visits each": 0.0, "log-normal visits, log-sd 0.5": 0.5, "log-normal visits, log-sd 1": 1.0}
MEDIAN_VISITS, CORRELATION = 4, 0.5  # of the log of visits with the customer's logit
EIGHT_SD = 8  # nobody is expected beyond
DEMANDS = {50: 0.92, 300: 0.925, 2000: 0.94}
DEMAND_FIXED = 0.93


def measure(first: int, last: int) -> Tally:
    """Return coverage, width and error of each method in each cell."""
    tally = Tally()
    for law, log_sd in LAWS.items():
        for cell in CELLS:
            case, truth = f"{law}, p ≈ {cell:g}", true_share(cell, log_sd)
            for customers in SIZES:
                for replicate in range(first, last):
                    moved, visits = _drawn(f"{NAME}/{case}/{customers}", replicate, customers, cell, log_sd)
                    for method, interval in _intervals(moved, visits).items():
                        tally.add_interval(case, customers, method, interval, truth)
    return tally


def demand(key: Key) -> Demand | None:
    """Return the bound on our own coverage."""
    if key.method != OURS or key.measure != "covers":
        return None
    return at_least(DEMAND_FIXED if key.case.startswith("4 visits") else DEMANDS[key.customers])


@cache
def true_share(cell: float, log_sd: float, nodes: int = 60) -> float:
    """Return E k / E n, the estimand: the share among all visits that customers make.

    Notes
    -----
    Given the customer's effect u, the log of visits is normal around ``correlation · u``, so E(n | u) is the sum over m
    of P(n ≥ m | u); u itself is integrated by quadrature. Doubling the nodes moves it by less than 1e-9.
    """
    intercept = intercept_for(cell)
    if log_sd == 0:
        return cell
    most = int(MEDIAN_VISITS * np.exp(EIGHT_SD * log_sd))
    edges = (np.log(np.arange(2, most) - 0.5) - np.log(MEDIAN_VISITS)) / log_sd
    rest = np.sqrt(1 - CORRELATION**2)

    def expected_visits(u: np.ndarray) -> np.ndarray:
        return 1 + np.array([special.ndtr((CORRELATION * one - edges) / rest).sum() for one in u])

    moves = over_customers(lambda u: expected_visits(u) * expit(intercept + u), nodes)
    return moves / over_customers(expected_visits, nodes)


def _drawn(name: str, replicate: int, customers: int, cell: float, log_sd: float) -> tuple[np.ndarray, np.ndarray]:
    """Return moves and visits of each customer."""
    random = stream(name, replicate)
    effect = random.standard_normal(customers)
    visits = np.full(customers, MEDIAN_VISITS)
    if log_sd > 0:
        score = CORRELATION * effect + np.sqrt(1 - CORRELATION**2) * random.standard_normal(customers)
        visits = np.maximum(np.rint(MEDIAN_VISITS * np.exp(log_sd * score)), 1).astype(np.int64)
    return random.binomial(visits, expit(intercept_of(cell) + effect)), visits


@cache
def intercept_of(cell: float) -> float:
    """Return the logit of a customer whose effect is 0."""
    return intercept_for(cell)


def _intervals(moved: np.ndarray, visits: np.ndarray) -> dict[str, Interval]:
    pairs, customers = np.unique(moved << 32 | visits, return_counts=True)
    low, high = proportion_confint(moved.sum(), visits.sum(), method="wilson")
    rows = Interval(moved.sum() / visits.sum(), low, high, int(visits.sum()), len(visits))
    return {
        OURS: proportion_from_pairs(pairs >> 32, pairs & (1 << 32) - 1, customers),
        LINEARISED: clustered_proportion(moved, visits),
        WILSON: rows,
    }


STUDY = Study(
    name=NAME,
    title="Coverage of the 95 % interval of a transition",
    claim=(
        "Customers differ with sd 1 on the logit. Visits: 4 each, or log-normal around 4, correlated 0.5 with the "
        "customer's logit. Truth: E k / E n by quadrature (error under 1e-9)."
    ),
    measure=measure,
    replicates={SHORT: 100, FULL: 4000},
    chunk={SHORT: 50, FULL: 200},
    demand=demand,
    module="proof.transitions",
)
