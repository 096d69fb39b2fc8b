"""Rows of small groups pooled partly towards the overall row: Dirichlet–multinomial, empirical Bayes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

LEAST_PRECISION = 1e-2  # of the prior, in visits; under it groups share nothing
GRID = 49  # precisions that the bounds are averaged over
HALVINGS = 50  # of the range in which a bound is sought


@dataclass(frozen=True)
class Pooled:
    """Shares of several groups after partial pooling.

    Parameters
    ----------
    estimate, low, high
        Posterior mean and bounds, shape (n_groups, n_targets).
    precision
        Visits that the overall row counts for in each group's posterior.
    """

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    precision: float


def pooled_shares(moved: np.ndarray, design_effects: np.ndarray, level: float = 0.95) -> Pooled:
    """Pool each group's row of shares towards the row of all groups together.

    Parameters
    ----------
    moved
        Visits that moved to each target, shape (n_groups, n_targets); a row adds up to its visits, at least 1.
    design_effects
        How much clustering inflates the variance of each group's row (`row_design_effect`), shape
        (n_groups,); values under 1 count as 1.
    level
        Of the bounds.

    Returns
    -------
    Pooled
        Its bounds are an empirical-Bayes credible interval, equal-tailed: they hold the group's share with
        probability `level` on average over groups that differ as these do – not for each group by itself.

    Raises
    ------
    ValueError
        If a group has no visit.

    Notes
    -----
    Counts are divided by the design effect, so that clustered visits do not look more informative than they
    are. With m the overall row and n, k a group's effective visits and moves, the prior is Dirichlet(a m), its
    precision a maximises the marginal likelihood (Mosimann 1962), summed over groups::

        log Γ(a) - log Γ(a + n) + Σ_j [log Γ(a m_j + k_j) - log Γ(a m_j)]

    and the posterior is Dirichlet(a m + k), of mean ``(a m_j + k_j) / (a + n)``. The overall row is itself
    estimated from these visits, so a never exceeds their effective number.

    The bounds take neither a nor m as known, which with few groups held 88 % of shares instead of 95 %: they
    are quantiles of the posterior averaged over a, each value weighted by its likelihood (flat on the scale
    of log a; Laird and Louis 1987 average likewise over a bootstrap), the spread of the estimated overall
    row, ``Σ (n_g / n)² (1 / (1 + a) + 1 / n_g)``, added to that of the prior, ``1 / (1 + a)``, both in units
    of m (1 - m). Where nobody moved at all the upper bound is that of one
    visit more, as Clopper and Pearson's. Cost: O(n_groups · n_targets), some 5,000 times.

    Examples
    --------
    >>> found = pooled_shares(np.array([[50, 50], [55, 45], [1, 3]]), np.ones(3))
    >>> bool(0.25 < found.estimate[2, 0] < 106 / 204)
    True
    """
    moved = np.asarray(moved, dtype=float)
    if (moved.sum(axis=1) == 0).any():
        raise ValueError("a group without a visit has no row to pool")
    overall = moved.sum(axis=0) / moved.sum()
    effective = moved / np.maximum(np.asarray(design_effects, dtype=float), 1.0)[:, None]
    precision = _precision(effective, overall)
    estimate = (precision * overall + effective) / (precision + effective.sum(axis=1, keepdims=True))
    low, high = _averaged_bounds(effective, overall, level)
    return Pooled(estimate, low, high, precision)


def row_design_effect(shares: np.ndarray, design_effects: np.ndarray) -> float:
    """Return one design effect for a whole row: ``Σ (1 - p_j) d_j / Σ (1 - p_j)`` over targets where it is known.

    Notes
    -----
    The mean eigenvalue of the generalised design effects, as in the first-order correction of Rao and
    Scott (1981). 1 where none is known.

    Examples
    --------
    >>> row_design_effect(np.array([0.5, 0.5]), np.array([2.0, 2.0]))
    2.0
    """
    known = ~np.isnan(design_effects)
    weights = 1 - shares[known]
    return float(np.sum(weights * design_effects[known]) / np.sum(weights)) if weights.sum() > 0 else 1.0


def marginal_log_likelihood(precision: float, effective: np.ndarray, overall: np.ndarray) -> float:
    """Return the Dirichlet–multinomial log likelihood of the groups' rows, up to a constant.

    Examples
    --------
    >>> round(marginal_log_likelihood(2.0, np.array([[1.0, 0.0]]), np.array([0.5, 0.5])), 6) == round(math.log(0.5), 6)
    True
    """
    seen = overall > 0
    prior, counts = precision * overall[seen], effective[:, seen]
    rows = special.gammaln(precision) - special.gammaln(precision + counts.sum(axis=1))
    cells = special.gammaln(prior + counts) - special.gammaln(prior)
    return math.fsum(rows) + math.fsum(cells.ravel())


def _precision(effective: np.ndarray, overall: np.ndarray) -> float:
    """Return the precision of largest marginal likelihood between `LEAST_PRECISION` and all effective visits."""
    most = float(effective.sum())
    found = optimize.minimize_scalar(
        lambda log_precision: -marginal_log_likelihood(math.exp(log_precision), effective, overall),
        bounds=(math.log(LEAST_PRECISION), math.log(max(most, 2 * LEAST_PRECISION))),
        method="bounded",
        options={"xatol": 1e-6},
    )
    # the search stops just inside its bounds, and a likelihood that still rises there wants the bound itself
    return most if marginal_log_likelihood(most, effective, overall) >= -found.fun else math.exp(found.x)


def _averaged_bounds(effective: np.ndarray, overall: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the quantiles of each share's posterior, averaged over the precisions that the likelihood allows."""
    precisions = np.geomspace(LEAST_PRECISION, max(float(effective.sum()), 2 * LEAST_PRECISION), GRID)
    likelihoods = np.array([marginal_log_likelihood(precision, effective, overall) for precision in precisions])
    weights = np.exp(likelihoods - likelihoods.max())
    weights = (weights / weights.sum())[:, None, None]
    visits = effective.sum(axis=1)
    weights_of_groups = visits / visits.sum()
    # a group's row lies around the true overall row, and so does the estimated one: both spreads count
    spread = 1 / (1 + precisions)
    spread_of_overall = (weights_of_groups**2 * (spread[:, None] + 1 / visits)).sum(axis=1)
    known = 1 / np.minimum(spread + spread_of_overall, 1 / (1 + LEAST_PRECISION)) - 1
    first = known[:, None, None] * overall + effective
    second = (known[:, None] + visits)[:, :, None] - first
    # where nobody moved, or everybody did, one more visit that does otherwise gives the other bound
    is_none, is_all = overall == 0, overall == 1
    first, second = np.where(is_none, 1.0, first), np.where(is_all, 1.0, second)
    tail = (1 - level) / 2
    low, high = (_quantile(share, first, second, weights) for share in (tail, 1 - tail))
    return np.where(is_none, 0.0, low), np.where(is_all, 1.0, high)


def _quantile(share: float, first: np.ndarray, second: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the quantile of mixtures of beta distributions, mixed along the first axis, by halving."""
    low, high = np.zeros(first.shape[1:]), np.ones(first.shape[1:])
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_under = (weights * special.betainc(first, second, middle)).sum(axis=0) < share
        low, high = np.where(is_under, middle, low), np.where(is_under, high, middle)
    return (low + high) / 2
