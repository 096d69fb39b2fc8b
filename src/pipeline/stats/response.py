"""Scores come from those who answered: what the silent ones could change."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

from pipeline.stats.adjusted import fold_of
from pipeline.stats.effects import difference_of_means
from pipeline.stats.result import Effect

GROUPS = 100  # of customers, left out one after the other
LARGEST_GAP, GAP_P = 0.05, 0.05


def response_difference(
    outcome: np.ndarray, exposed: np.ndarray, customers: np.ndarray, weights: np.ndarray | None = None
) -> Effect:
    """Difference of the shares that answered, exposed minus others, clustered by customer.

    Parameters
    ----------
    outcome
        One number per unit, not-a-number where nobody answered, shape (n_units,).
    exposed, customers, weights
        As `effects.difference_of_means`.

    Examples
    --------
    >>> response_difference(np.array([4, np.nan, 5, 3]), np.array([True, True, False, False]), np.arange(4)).estimate
    -0.5
    """
    answered = ~np.isnan(np.asarray(outcome, dtype=float))
    return difference_of_means(answered.astype(float), exposed, customers, weights)


def is_response_different(gap: Effect) -> bool:
    """Return whether shares of answers differ: clustered p under 0.05.

    Notes
    -----
    However small the difference: where it is small the bounds that then apply are narrow, and cost little.
    """
    return gap.p < GAP_P


def is_response_far_apart(gap: Effect) -> bool:
    """Return whether they differ by more than 5 points, too: no adjustment then lifts the evidence above crude."""
    return is_response_different(gap) and abs(gap.estimate) > LARGEST_GAP


def worst_case(outcome: np.ndarray, exposed: np.ndarray) -> tuple[float, float]:
    """Bounds of the difference of means whatever the missing answers were, between the least and the highest given.

    Notes
    -----
    Manski (1989), with the scores seen as the range. Bounds of the estimate, not an interval.

    Examples
    --------
    >>> worst_case(np.array([1.0, np.nan, 5.0, 5.0]), np.array([True, True, False, False]))
    (-4.0, -2.0)
    """
    least, most = float(np.nanmin(outcome)), float(np.nanmax(outcome))

    def difference(in_exposed: float, in_others: float) -> float:
        filled = np.where(np.isnan(outcome), np.where(exposed, in_exposed, in_others), outcome)
        return float(filled[exposed].mean() - filled[~exposed].mean())

    return difference(least, most), difference(most, least)


@dataclass(frozen=True)
class Bounded:
    """An effect known only to lie between two bounds, each with its own uncertainty.

    Parameters
    ----------
    low, high
        Bounds of the effect, exposed minus others.
    low_error, high_error
        Their standard errors, clustered by customer.
    degrees
        Degrees of freedom.
    """

    low: float
    high: float
    low_error: float
    high_error: float
    degrees: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return an interval that holds the effect, wherever between the bounds it lies.

        Notes
        -----
        Imbens and Manski (2004): ``[low - c low_error, high + c high_error]`` with c from
        ``F(c + (high - low) / max error) - F(-c) = level``. F is Student's t, theirs is normal.
        """
        largest = max(self.low_error, self.high_error)
        if largest == 0:
            return self.low, self.high
        reach = float(optimize.brentq(lambda reach: self._doubt(reach) - (1 - level), 0.0, 1000.0))
        return self.low - reach * self.low_error, self.high + reach * self.high_error

    @property
    def p(self) -> float:
        """The least level of doubt at which the interval leaves out no effect; 1 if the bounds hold it."""
        if self.low <= 0 <= self.high:
            return 1.0
        nearer, error = (self.low, self.low_error) if self.low > 0 else (-self.high, self.high_error)
        return 0.0 if error == 0 else self._doubt(nearer / error)

    def _doubt(self, reach: float) -> float:
        width = (self.high - self.low) / max(self.low_error, self.high_error)
        return float(stats.t.sf(reach + width, self.degrees) + stats.t.cdf(-reach, self.degrees))


def bounds_of_always_answering(
    outcome: np.ndarray,
    exposed: np.ndarray,
    customers: np.ndarray,
    weights: np.ndarray | None = None,
    groups: int = GROUPS,
) -> Bounded:
    """Bounds of the effect on units that would have answered with and without the exposure.

    Parameters
    ----------
    outcome
        One number per unit, not-a-number where nobody answered, shape (n_units,).
    exposed, customers
        As `effects.difference_of_means`; customers are whole numbers.
    weights
        Positive weight per unit, such as `adjusted.odds_of_exposure`; default 1.
    groups
        Parts that customers fall into by a hash of their code, for the jackknife.

    Raises
    ------
    ValueError
        If nobody answered in an arm.

    Notes
    -----
    Lee (2009): if the exposure moves answering one way only, the arm that answers more holds everybody who always
    answers, and a known share of others. With shares p and p' of answers, p > p', that arm's highest, then its
    lowest ``1 - p'/p`` of answers are left out; a tie at the edge is left out in part, which is the limit of any
    order among equals. Uncertainty: delete-a-group jackknife over customers,
    ``(G - 1)/G Σ (bound without g - bound)²``, G - 1 degrees of freedom; weights are taken as known.
    Cost: O(n log n + groups · number of distinct scores).

    Examples
    --------
    >>> scores = np.array([1, 2, 4, 5, 3, 3, np.nan, np.nan])
    >>> found = bounds_of_always_answering(scores, np.arange(8) < 4, np.arange(8))
    >>> found.low, found.high
    (-1.5, 1.5)
    """
    outcome, exposed = np.asarray(outcome, dtype=float), np.asarray(exposed, dtype=bool)
    weights = np.ones(len(outcome)) if weights is None else np.asarray(weights, dtype=float)
    part, found = pd.factorize(fold_of(np.asarray(customers), groups), sort=True)
    codes, scores = pd.factorize(outcome, sort=True)  # -1: no answer
    shape = (len(found), 2, len(scores) + 1)
    place = np.ravel_multi_index((part, exposed.astype(int), np.where(codes < 0, len(scores), codes)), shape)
    mass = np.bincount(place, weights=weights, minlength=math.prod(shape)).reshape(shape)
    total = mass.sum(axis=0)
    low, high = _trimmed(total, scores)
    left_out = np.array([_trimmed(total - mine, scores) for mine in mass])
    scale = (len(found) - 1) / len(found)
    errors = np.sqrt(scale * np.sum((left_out - [low, high]) ** 2, axis=0))
    return Bounded(low, high, float(errors[0]), float(errors[1]), len(found) - 1)


def _trimmed(mass: np.ndarray, scores: np.ndarray) -> tuple[float, float]:
    """Return Lee's bounds from the mass of each score; rows: others, exposed; the last column: no answer."""
    answered = mass[:, :-1].sum(axis=1)
    if answered.min() <= 0:
        raise ValueError("need answers from exposed and from other units")
    others, exposed = answered / mass.sum(axis=1)
    means = mass[:, :-1] @ scores / answered
    more = int(exposed >= others)  # row of the arm that answers more
    share = min(others, exposed) / max(others, exposed)
    lowest, highest = _tail_means(mass[more, :-1], scores, share)
    if more:
        return float(lowest - means[0]), float(highest - means[0])
    return float(means[1] - highest), float(means[1] - lowest)


def _tail_means(mass: np.ndarray, scores: np.ndarray, share: float) -> tuple[float, float]:
    """Return the means of the lowest and of the highest `share` of a distribution."""
    kept = share * mass.sum()

    def mean(mass: np.ndarray, scores: np.ndarray) -> float:
        before = np.concatenate([[0.0], np.cumsum(mass)[:-1]])
        return float(np.clip(kept - before, 0.0, mass) @ scores / kept)

    return mean(mass, scores), mean(mass[::-1], scores[::-1])
