"""Proportions whose rows come in clusters: visits of customers, journeys of customers."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from pipeline.stats.result import Interval


def clustered_proportion(successes: np.ndarray, trials: np.ndarray, level: float = 0.95) -> Interval:
    """Proportion pooled over clusters, with an interval that respects them.

    Parameters
    ----------
    successes, trials
        Counts per cluster (one entry per customer), shape (n_clusters,).
    level
        Coverage of the interval.

    Returns
    -------
    Interval
        ``estimate`` = sum(successes) / sum(trials).

    Raises
    ------
    ValueError
        If there are fewer than two clusters or no trial at all.

    Notes
    -----
    Variance: linearised ratio, ``C/(C-1) * sum((k_c - p n_c)**2) / N**2`` (Cochran 1977, 6.13).
    Interval: see `korn_graubard`. Cost: one pass, O(n_clusters).

    Examples
    --------
    >>> clustered_proportion(np.array([3, 0, 1]), np.array([4, 2, 2])).estimate
    0.5
    """
    successes, trials = np.asarray(successes, dtype=np.int64), np.asarray(trials, dtype=np.int64)
    clusters, total, moved = len(trials), int(trials.sum()), int(successes.sum())
    _refuse_too_few(clusters, total)
    # Whole numbers as long as possible: clusters that agree perfectly give exactly zero.
    deviations = (successes * total - moved * trials) / total
    variance = clusters / (clusters - 1) * math.fsum(deviations**2) / total**2
    return korn_graubard(moved, total, clusters, variance, level)


def proportion_from_pairs(
    successes: np.ndarray, trials: np.ndarray, customers: np.ndarray, level: float = 0.95
) -> Interval:
    """Proportion from the table of how many customers have each pair (successes, trials).

    Parameters
    ----------
    successes, trials
        The pairs (k, n), shape (n_pairs,); n is at least 1.
    customers
        How many customers have each pair.
    level
        Coverage of the interval.

    Returns
    -------
    Interval
        As if each customer had been given apart.

    Raises
    ------
    ValueError
        If there are fewer than two customers or no trial at all.

    Notes
    -----
    Variance: delete-one-customer jackknife, ``(C-1)/C * sum((p_(-c) - p)**2)`` with
    ``p_(-c) = (K - k_c) / (N - n_c)`` (R survey: ``JK1`` with ``mse = TRUE``). Interval: see
    `korn_graubard`. Cost: O(n_pairs), whatever the number of customers.

    Examples
    --------
    >>> proportion_from_pairs(np.array([3, 0]), np.array([4, 2]), np.array([1, 2])).estimate
    0.375
    """
    successes, trials, customers = (np.asarray(part, dtype=np.int64) for part in (successes, trials, customers))
    clusters = int(customers.sum())
    moved, total = int((successes * customers).sum()), int((trials * customers).sum())
    _refuse_too_few(clusters, total)
    # p_(-c) - p = (K n - k N) / (N (N - n)): the numerator is a whole number, so agreement gives exactly zero.
    shifts = (moved * trials - successes * total) / (total * (total - trials))
    variance = (clusters - 1) / clusters * math.fsum(customers * shifts**2)
    return korn_graubard(moved, total, clusters, variance, level)


def korn_graubard(
    successes: float, trials: int, clusters: int, variance: float, level: float = 0.95, degrees: int | None = None
) -> Interval:
    """Interval of a proportion whose clustered variance is known.

    Parameters
    ----------
    successes, trials
        Pooled counts; with censoring, successes as the share and the trials imply them.
    clusters
        Customers.
    variance
        Of the proportion, clustered.
    level
        Coverage of the interval.
    degrees
        Of freedom of the variance; as many as clusters but one unless given.

    Notes
    -----
    Clopper-Pearson at the effective number of trials
    ``p (1 - p) / variance * (t(N - 1) / t(C - 1))**2`` (Korn and Graubard 1998; R survey
    ``svyciprop(method = "beta")``). It never exceeds the number of trials; where the clusters agree
    perfectly (p is 0 or 1) it is the number of clusters, the cautious end.

    Examples
    --------
    >>> bounds = korn_graubard(0, 40, 20, 0.0)
    >>> bounds.low, round(bounds.high, 4)
    (0.0, 0.1684)
    """
    p = successes / trials
    independent = p * (1 - p) / trials
    tail = (1 + level) / 2
    if variance == 0:
        effective = float(clusters)
    else:
        correction = (
            stats.t.ppf(tail, trials - 1) / stats.t.ppf(tail, clusters - 1 if degrees is None else degrees)
        ) ** 2
        effective = min(p * (1 - p) / variance * correction, trials)
    low = 0.0 if successes == 0 else float(stats.beta.ppf(1 - tail, p * effective, (1 - p) * effective + 1))
    high = 1.0 if successes == trials else float(stats.beta.ppf(tail, p * effective + 1, (1 - p) * effective))
    design_effect = variance / independent if independent > 0 else math.nan
    return Interval(p, low, high, trials, clusters, variance, design_effect)


def _refuse_too_few(clusters: int, trials: int) -> None:
    if clusters < 2 or trials == 0:
        raise ValueError(f"need at least 2 clusters and 1 trial, got {clusters} and {trials}")
