"""Moments of truth: the best and the worst quarter of experiences, and selections that hold in bootstraps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.stats.bootstrap import UNIT, customer_bootstrap, in_units
from pipeline.stats.result import Effect

REPLICATES = 200
DOMAIN = "moments of truth"


def quarters(costs: np.ndarray) -> tuple[float, float] | None:
    """Bounds of the best and of the worst quarter of experiences.

    Parameters
    ----------
    costs
        What each cost the customer: lower is better, shape (n,).

    Returns
    -------
    tuple of float, or None
        The best quarter goes up to the first, the worst begins at the second. None: nothing varies.

    Notes
    -----
    Quartiles as the least value that a quarter (three quarters) do not exceed. Where half of all have one and the same
    value, both quartiles are it: the worst are then those beyond it – or, if nobody is, the best those before it.

    Examples
    --------
    >>> quarters(np.arange(8))
    (1.0, 5.0)
    >>> quarters(np.array([0, 0, 0, 0, 0, 2, 5])), quarters(np.array([3, 3]))
    ((0.0, 2.0), None)
    """
    costs = np.asarray(costs, dtype=float)
    first, third = (float(one) for one in np.quantile(costs, [0.25, 0.75], method="inverted_cdf"))
    if first < third:
        return first, third
    if (beyond := costs[costs > third]).size:
        return first, float(beyond.min())
    if (before := costs[costs < first]).size:
        return float(before.max()), third
    return None


@dataclass(frozen=True)
class Rule:
    """What makes a touchpoint a moment of truth: reach, smallest difference of the outcome, false discovery rate."""

    reach: float
    smallest_effect: float
    level: float


@dataclass(frozen=True)
class Candidate:
    """A touchpoint in one group, as one half of the customers shows it.

    Parameters
    ----------
    gap
        Outcome of the best minus that of the worst quarter.
    customers, influence
        Of each meeting compared: whose it is, and what it moves the gap by.
    met_by, met
        Customers with journeys, and how many of each one's journeys meet the touchpoint.
    journeys
        How many journeys each has.
    """

    gap: Effect
    customers: np.ndarray
    influence: np.ndarray
    met_by: np.ndarray
    met: np.ndarray
    journeys: np.ndarray


@dataclass(frozen=True)
class Selection:
    """What a rule says of each candidate.

    Parameters
    ----------
    is_selected
        Reached often enough, different enough, found at the false discovery rate.
    q
        Over the family, by Benjamini and Hochberg.
    stability
        Share of the bootstrapped families in which the same holds.
    """

    is_selected: np.ndarray
    q: np.ndarray
    stability: np.ndarray


def select(candidates: Sequence[Candidate], rule: Rule, replicates: int = REPLICATES) -> Selection:
    """Apply the rule to a family of candidates, and again to bootstrapped families.

    Parameters
    ----------
    candidates
        All that were compared, found or not: they are corrected together.
    rule
        Its three bounds.
    replicates
        Of the bootstrap.

    Notes
    -----
    In each replicate customers weigh Poisson(1): reach is computed anew, gaps move by their influences (first order,
    the standard error staying as observed), p-values follow and are corrected over the replicate's whole family. All
    candidates share one set of weights. Cost: customers × replicates for each candidate, some 10 ns each.
    """
    if not candidates:
        return Selection(np.zeros(0, dtype=bool), np.zeros(0), np.zeros(0))
    gaps, reach, p = (np.empty((len(candidates), replicates + 1)) for _ in range(3))
    for row, one in enumerate(candidates):
        moved = customer_bootstrap(one.customers, [in_units(one.influence)], DOMAIN, replicates)[:, 0]
        gaps[row] = (one.gap.estimate + (moved - moved[0]) / UNIT).round(9)
        met, journeys = customer_bootstrap(one.met_by, [one.met, one.journeys], DOMAIN, replicates).T
        reach[row] = np.divide(met, journeys, out=np.zeros_like(met), where=journeys > 0)
        p[row] = _p(gaps[row], one.gap)
    q = stats.false_discovery_control(p, axis=0)
    holds = (reach >= rule.reach) & (gaps >= rule.smallest_effect) & (q <= rule.level)
    return Selection(holds[:, 0], q[:, 0], holds[:, 1:].mean(axis=1))


def _p(gaps: np.ndarray, observed: Effect) -> np.ndarray:
    if observed.standard_error == 0:
        return np.where(gaps == 0, 1.0, 0.0)
    return np.asarray(2 * stats.t.sf(np.abs(gaps) / observed.standard_error, observed.degrees))
