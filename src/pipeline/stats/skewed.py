"""Money and other skewed positive outcomes: ratios of means, and outcomes without their extreme tail."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from pipeline.stats.effects import difference_of_means
from pipeline.stats.quantiles import quantile
from pipeline.stats.result import Effect


def ratio_of_means(outcome: np.ndarray, exposed: np.ndarray, customers: np.ndarray) -> Effect:
    """Log of the ratio of two means, exposed over others.

    Parameters
    ----------
    outcome
        One number of at least 0 per unit, shape (n_units,); zeros belong to it (customers who spent nothing).
    exposed, customers
        As `effects.difference_of_means`.

    Returns
    -------
    Effect
        On the log scale, 0 where the exposure makes no difference; `as_ratio` brings it back.

    Raises
    ------
    ValueError
        If an arm has fewer than two customers or a mean of 0, or an outcome is negative or not a number.

    Notes
    -----
    Delta method: the log of a mean moves by ``(y - mean) / mean`` per unit, so variance and degrees of freedom
    are those of `effects.difference_of_means` on outcomes in multiples of their arm's mean. It is the
    quasi-Poisson regression with a log link on exposure (R survey ``svyglm``) where all customers are in
    both arms. Unlike a mean of logs it is about totals, and takes zeros. Cost: O(n_units).

    Examples
    --------
    >>> spent, is_late = np.array([10.0, 30.0, 10.0, 10.0]), np.array([True, True, False, False])
    >>> round(math.exp(ratio_of_means(spent, is_late, np.arange(4)).estimate), 12)
    2.0
    """
    outcome, exposed = np.asarray(outcome, dtype=float), np.asarray(exposed, dtype=bool)
    if not np.all(outcome >= 0):
        raise ValueError("a ratio of means needs outcomes of at least 0; compare differences instead")
    means = []
    multiples = np.empty(len(outcome))
    for arm in (exposed, ~exposed):
        mean = math.fsum(outcome[arm]) / max(int(arm.sum()), 1)
        if mean == 0:
            raise ValueError("a ratio of means needs an outcome above 0 in both arms")
        multiples[arm] = outcome[arm] / mean
        means.append(mean)
    return replace(difference_of_means(multiples, exposed, customers), estimate=math.log(means[0] / means[1]))


def as_ratio(effect: Effect, level: float = 0.95) -> tuple[float, float, float]:
    """Return a log ratio (of means, of hazards) and its bounds as ratios.

    Examples
    --------
    >>> ratio, low, high = as_ratio(Effect(math.log(2), 0.1, 99, 100, 100, 200))
    >>> round(ratio, 6), low < 2 < high
    (2.0, True)
    """
    low, high = effect.interval(level)
    return math.exp(effect.estimate), math.exp(low), math.exp(high)


def winsorised(outcome: np.ndarray, share: float) -> np.ndarray:
    """Outcomes whose highest share is brought down to the value that it starts from: a declared sensitivity.

    Parameters
    ----------
    outcome
        Numbers, shape (n_units,); exposed and other units together, so that both get the same ceiling.
    share
        Of the units, from 0 (nothing changes) to less than 1.

    Raises
    ------
    ValueError
        If the share is not in [0, 1), or there is no outcome.

    Notes
    -----
    The ceiling is the least value that at least ``1 - share`` of the units do not exceed (`quantiles.quantile`).
    What it estimates is another quantity, the mean of capped outcomes: never the main result. Cost: O(n log n).

    Examples
    --------
    >>> winsorised(np.array([1, 2, 3, 100]), 0.25).tolist()
    [1.0, 2.0, 3.0, 3.0]
    """
    if not 0 <= share < 1:
        raise ValueError(f"need a share from 0 to less than 1, got {share}")
    outcome = np.asarray(outcome, dtype=float)
    if outcome.size == 0:
        raise ValueError("need at least 1 outcome, got none")
    values = np.sort(outcome)
    return np.minimum(outcome, quantile(values, np.arange(1, len(values) + 1), 1 - share))
