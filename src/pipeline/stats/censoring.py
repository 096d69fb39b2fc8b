"""The recent view: where visits lead, those still going included, when repeat visits are censored dependently."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pipeline.stats.proportions import korn_graubard
from pipeline.stats.result import Interval

LARGEST_WEIGHT = 10.0  # one visit never stands for more than ten


@dataclass(frozen=True)
class Followed:
    """Visits to one stage by how long they were followed, in bins of the horizon.

    Parameters
    ----------
    part
        Which part of the customers the visit's belongs to, codes from 0.
    age
        Time from the customer's first step to the visit, in bins; -1 for customers met before they could be
        seen to begin, whose age nobody knows.
    bins
        In how many bins the visit was at risk: the last is the one it moved in, or the last that was
        complete before the cut-off.
    target
        Code of the stage it moved to in that bin, or -1.
    visits
        Visits with these four.
    """

    part: np.ndarray
    age: np.ndarray
    bins: np.ndarray
    target: np.ndarray
    visits: np.ndarray


def censored_shares(
    followed: Followed, follow_up: np.ndarray, bins: int, targets: int, customers: int, level: float = 0.95
) -> list[Interval]:
    """Share of visits that move to each target within the horizon, visits still going included.

    Parameters
    ----------
    followed
        The visits.
    follow_up
        Customers whose age is known, by part and by whole bins from their first step to the cut-off, shape (parts,
        longest follow-up + 1).
    bins
        Bins of the horizon.
    targets
        Number of targets.
    customers
        Customers behind the visits.
    level
        Of the intervals.

    Returns
    -------
    list of Interval
        One per target, then that of moving nowhere; ``n`` counts visits, whether they ended or not.

    Notes
    -----
    Aalen and Johansen (1978) in discrete time: with Y_b the weighted visits at risk in bin b and d_bj those
    that moved to j in it, ``F_j = Σ_b Π_(a<b) (1 - d_a / Y_a) · d_bj / Y_b``. A visit is at risk in a bin only if the
    cut-off leaves it whole, so binning discards a little and biases nothing.

    Weights: a customer's later visits begin later, so how long they are followed depends on how long earlier ones
    took, and plain Aalen–Johansen is biased. What does not depend on behaviour is a customer's whole follow-up U,
    from their first step to the cut-off. A visit that begins at age s counts ``G(s) / G(s + b)`` in bin b, G(u) the
    share of customers with U ≥ u (Robins and Rotnitzky 1992): the inverse of the probability that a customer
    followed to s is followed b bins more. Weights are cut at 10. Customers met at the opening of the window have no
    first step that means anything; their visits count once, which is right if they behave alike all year.

    Variance: delete-a-part jackknife over parts of the customers, G drawn anew in each; interval: `korn_graubard` with
    parts - 1 degrees of freedom. Cost: O(parts · ages · bins · targets).
    """
    parts = len(follow_up)
    moved, at_risk = _counts(followed, parts, follow_up.shape[1], bins, targets)
    all_moved, all_at_risk, everybody = (counts.sum(axis=0) for counts in (moved, at_risk, follow_up))
    everything = _shares(all_moved, all_at_risk, everybody, bins)
    present = [part for part in range(parts) if at_risk[part].any()]
    without = np.array(
        [
            _shares(all_moved - moved[part], all_at_risk - at_risk[part], everybody - follow_up[part], bins)
            for part in present
        ]
    )
    visits = int(followed.visits.sum())
    number = len(present)
    found = []
    for target in range(targets + 1):
        share = min(max(float(everything[target]), 0.0), 1.0)
        shifts = without[:, target] - share
        variance = (number - 1) / number * math.fsum(shifts**2)
        variance = 0.0 if variance < 1e-18 else variance
        found.append(korn_graubard(share * visits, visits, customers, variance, level, number - 1))
    return found


def _counts(followed: Followed, parts: int, ages: int, bins: int, targets: int) -> tuple[np.ndarray, np.ndarray]:
    """Return visits that moved, shape (parts, ages + 1, bins, targets), and at risk, (parts, ages + 1, bins)."""
    # the last age is that of customers whose age nobody knows
    age = np.where(followed.age < 0, ages, np.minimum(followed.age, ages - 1))
    last = np.zeros((parts, ages + 1, bins + 1))
    np.add.at(last, (followed.part, age, followed.bins), followed.visits)
    at_risk = last[:, :, ::-1].cumsum(axis=2)[:, :, ::-1][:, :, 1:]
    moved = np.zeros((parts, ages + 1, bins, targets))
    ended = followed.target >= 0
    where = (followed.part[ended], age[ended], followed.bins[ended] - 1, followed.target[ended])
    np.add.at(moved, where, followed.visits[ended])
    return moved, at_risk


def _shares(moved: np.ndarray, at_risk: np.ndarray, follow_up: np.ndarray, bins: int) -> np.ndarray:
    weights = _weights(follow_up, bins)
    weighted = np.einsum("sb,sbj->bj", weights, moved)
    exposed = (weights * at_risk).sum(axis=0)
    hazards = weighted / np.where(exposed > 0, exposed, 1.0)[:, None]
    staying = np.cumprod(np.r_[1.0, 1 - hazards.sum(axis=1)])
    return np.append((staying[:-1, None] * hazards).sum(axis=0), staying[-1])


def _weights(follow_up: np.ndarray, bins: int) -> np.ndarray:
    """Return the weight of a visit by age and bin, shape (ages + 1, bins)."""
    ages = len(follow_up)
    still = follow_up[::-1].cumsum()[::-1].astype(float)
    # halves: a visit begins somewhere in its bin
    middle = np.r_[(still[:-1] + still[1:]) / 2, still[-1:] / 2]
    later = np.minimum(np.arange(ages)[:, None] + np.arange(1, bins + 1), ages)
    followed = np.r_[middle, 0.0][later]
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(followed > 0, middle[:, None] / followed, LARGEST_WEIGHT)
    return np.vstack([np.minimum(weights, LARGEST_WEIGHT), np.ones(bins)])
