"""Differences between exposed and other units, the uncertainty carried by customers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from pipeline.stats.result import Effect
from pipeline.stats.sums import total


def difference_of_means(
    outcome: np.ndarray,
    exposed: np.ndarray,
    customers: np.ndarray,
    weights: np.ndarray | None = None,
    further: np.ndarray | None = None,
) -> Effect:
    """Difference of (weighted) means, exposed minus others; of a 0/1 outcome, the risk difference.

    Parameters
    ----------
    outcome
        One number per unit, shape (n_units,).
    exposed
        Truth per unit.
    customers
        Whose unit it is: any code, shape (n_units,). A customer may have units in both arms.
    weights
        Positive weight per unit; default 1.
    further
        What else each unit adds to the mean of its arm, such as through a model that was fitted to it; default 0.

    Raises
    ------
    ValueError
        If an arm has fewer than two customers.

    Notes
    -----
    Each unit contributes ``w (y - mean of its arm) / W of its arm``, and `further`; ``a_c`` and ``b_c`` are a
    customer's totals in the two arms. Variance: ``C1/(C1-1) Σa² + C0/(C0-1) Σb² - 2 C/(C-1) Σab``,
    which is Obuchowski's (1997) clustered two-sample form. Where each customer has one unit it is
    Welch's variance, where each has one unit in each arm that of the paired t-test, and where all
    customers are in both arms the cluster sandwich of the regression on exposure times C/(C-1).

    Degrees of freedom: customers of the smaller arm minus 1 (with weights Kish's effective number,
    ``(ΣW_c)²/ΣW_c²``) – the lower bound of Welch and Satterthwaite. C - 1 would be far too many where
    five customers of five thousand are exposed: they carry all of the variance. Cost: O(n_units).

    Examples
    --------
    >>> found = difference_of_means(np.array([3, 5, 1, 2]), np.array([True, True, False, False]), np.arange(4))
    >>> found.estimate, found.degrees
    (2.5, 1.0)
    """
    outcome, exposed = np.asarray(outcome, dtype=float), np.asarray(exposed, dtype=bool)
    weights = np.ones(len(outcome)) if weights is None else np.asarray(weights, dtype=float)
    codes, found = pd.factorize(np.asarray(customers))
    totals: list[np.ndarray] = []
    means, counts, independent = [], [], 0.0
    for arm in (exposed, ~exposed):
        mine, own = codes[arm], weights[arm]
        _refuse_too_few(mine)
        is_even = bool(np.all(own == own[0]))
        weight = float(own[0]) * len(own) if is_even else total(own)
        mean = total(own * outcome[arm]) / weight
        scores = own * (outcome[arm] - mean) / weight
        if further is not None:
            scores = scores + further[arm]
        means.append(mean)
        totals.append(np.bincount(mine, weights=scores, minlength=len(found)))
        counts.append((_customers(mine), float(_customers(mine)) if is_even else _effective_customers(mine, own)))
        # the variance that the same units would have if each were a customer of its own
        independent += len(own) / max(len(own) - 1, 1) * total(scores**2)
    clusters = len(found)
    variance = _two_arm_variance(totals[0], totals[1], counts[0][0], counts[1][0], clusters)
    return Effect(
        estimate=means[0] - means[1],
        standard_error=math.sqrt(variance),
        degrees=max(min(counts[0][1], counts[1][1]) - 1, 1.0),
        n_exposed=int(exposed.sum()),
        n_unexposed=int((~exposed).sum()),
        clusters=clusters,
        design_effect=variance / independent if independent > 0 else math.nan,
    )


def influence_on_difference(
    outcome: np.ndarray, exposed: np.ndarray, weights: np.ndarray | None = None, further: np.ndarray | None = None
) -> np.ndarray:
    """How much each unit moves the difference of means: what it would change by if the unit counted once more.

    Parameters
    ----------
    outcome, exposed, weights, further
        As `difference_of_means`.

    Returns
    -------
    numpy.ndarray
        Shape (n_units,); sums to 0 within each arm where `further` does. Added up per customer, the squares are the
        clustered variance (before its small-sample factors).

    Notes
    -----
    The infinitesimal jackknife: to first order a bootstrap in which unit i weighs w_i gives
    ``estimate + sum((w_i - 1) * influence_i)`` (Efron 1982, chapter 6). Cost: O(n_units).

    Examples
    --------
    >>> influence_on_difference(np.array([3.0, 5.0, 1.0, 2.0]), np.array([True, True, False, False])).tolist()
    [-0.5, 0.5, 0.25, -0.25]
    """
    outcome, exposed = np.asarray(outcome, dtype=float), np.asarray(exposed, dtype=bool)
    weights = np.ones(len(outcome)) if weights is None else np.asarray(weights, dtype=float)
    influence = np.zeros(len(outcome))
    for arm, sign in ((exposed, 1.0), (~exposed, -1.0)):
        weight = total(weights[arm])
        mean = total(weights[arm] * outcome[arm]) / weight
        scores = weights[arm] * (outcome[arm] - mean) / weight
        influence[arm] = sign * (scores if further is None else scores + further[arm])
    return influence


def superiority(outcome: np.ndarray, exposed: np.ndarray, customers: np.ndarray) -> Effect:
    """Chance that an exposed unit has a higher outcome than another one, ties counting half.

    Parameters
    ----------
    outcome
        An ordered answer per unit (a score); only its order matters.
    exposed, customers
        As `difference_of_means`.

    Raises
    ------
    ValueError
        If an arm has fewer than two customers.

    Notes
    -----
    Placements (the share of the other arm that a unit exceeds) take the place of outcomes in the
    clustered variance of `difference_of_means`: Obuchowski (1997), and with one unit per customer
    exactly the statistic of Brunner and Munzel (2000). Null value 0.5. Cost: O(n log n).

    Examples
    --------
    >>> scores, is_late = np.array([1, 2, 4, 3, 4, 5]), np.array([True, True, True, False, False, False])
    >>> round(superiority(scores, is_late, np.arange(6)).estimate, 4)
    0.1667
    """
    outcome, exposed = np.asarray(outcome, dtype=float), np.asarray(exposed, dtype=bool)
    placements = np.empty(len(outcome))
    for arm in (exposed, ~exposed):
        others = np.sort(outcome[~arm])
        ends = np.searchsorted(others, outcome[arm], "left") + np.searchsorted(others, outcome[arm], "right")
        placements[arm] = ends / (2 * max(len(others), 1))
    shift = difference_of_means(placements, exposed, customers)
    return Effect(
        estimate=(1 + shift.estimate) / 2,  # the means of the two kinds of placement add up to 1
        standard_error=shift.standard_error,
        degrees=shift.degrees,
        n_exposed=shift.n_exposed,
        n_unexposed=shift.n_unexposed,
        clusters=shift.clusters,
        null=0.5,
        design_effect=shift.design_effect,
    )


def _two_arm_variance(first: np.ndarray, second: np.ndarray, in_first: int, in_second: int, clusters: int) -> float:
    """Return the variance of a difference from customers' totals in each arm (see `difference_of_means`)."""
    squares = in_first / (in_first - 1) * total(first[first != 0] ** 2)
    squares += in_second / (in_second - 1) * total(second[second != 0] ** 2)
    both = first * second
    return max(squares - 2 * clusters / (clusters - 1) * total(both[both != 0]), 0.0)


def _effective_customers(codes: np.ndarray, weights: np.ndarray) -> float:
    """Return Kish's effective number of customers."""
    per_customer = np.bincount(codes, weights=weights)
    return total(per_customer) ** 2 / total(per_customer**2)


def _customers(codes: np.ndarray) -> int:
    return int(np.count_nonzero(np.bincount(codes)))


def _refuse_too_few(codes: np.ndarray) -> None:
    customers = _customers(codes)
    if customers < 2:
        raise ValueError(f"need at least 2 customers among exposed units and 2 among others, got {customers}")
