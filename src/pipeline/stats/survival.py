"""Time to event, compared between exposed and other units: incidence, time lost, hazards.

The difference in cumulative incidence at a horizon is the effect; the hazards are a second view.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.stats.competing import COMPETING, EVENT, incidence, refuse_unfollowed, weighted_incidence
from pipeline.stats.effects import difference_of_means
from pipeline.stats.result import Effect

LARGEST_LOG_RATIO = 20.0  # beyond it the likelihood only rises: one arm has no event it could lose
SMALLEST_INFORMATION = 1e-9

__all__ = [
    "COMPETING",
    "EVENT",
    "cause_specific_cox",
    "cause_specific_log_rank",
    "incidence_difference",
    "incidence_values",
    "time_lost_difference",
    "time_lost_values",
]


def incidence_values(durations: np.ndarray, causes: np.ndarray, horizon: float) -> np.ndarray:
    """One value per unit whose mean is the cumulative incidence at a horizon: a pseudo-value.

    Parameters
    ----------
    durations
        Time from the index to the event, the competing exit or the end of observation; whole numbers of
        one unit (microseconds, minutes), shape (n_units,).
    causes
        1: the event, 2: a competing exit, 0: censored.
    horizon
        In the unit of the durations.

    Returns
    -------
    numpy.ndarray
        Without censoring before the horizon simply 1 for units with the event by then, else 0. Any method
        for continuous outcomes takes them – so does the adjusted effect, if censoring does not depend on
        covariates.

    Raises
    ------
    ValueError
        If nobody is followed to the horizon, or `competing.incidence` refuses the durations.

    Notes
    -----
    Estimate plus n times the unit's influence: the infinitesimal-jackknife form of Andersen, Klein and
    Rosthøj's (2003) pseudo-values (R survival ``pseudo``). Cost: O(n log n).

    Examples
    --------
    >>> incidence_values(np.array([1, 2, 5, 5]), np.array([1, 2, 0, 0]), 3).round(12).tolist()
    [1.0, 0.0, 0.0, 0.0]
    """
    return _values(durations, causes, horizon, is_area=False)


def time_lost_values(durations: np.ndarray, causes: np.ndarray, horizon: float) -> np.ndarray:
    """One value per unit whose mean is the restricted mean time lost to the event (see `incidence_values`).

    Notes
    -----
    Time lost is the area under the cumulative incidence up to the horizon: without censoring
    ``horizon - duration`` for units with the event by then, else 0 (Andersen 2013).

    Examples
    --------
    >>> time_lost_values(np.array([1, 2, 5, 5]), np.array([1, 2, 0, 0]), 3).round(12).tolist()
    [2.0, 0.0, 0.0, 0.0]
    """
    return _values(durations, causes, horizon, is_area=True)


def incidence_difference(
    durations: np.ndarray, causes: np.ndarray, exposed: np.ndarray, customers: np.ndarray, horizon: float
) -> Effect:
    """Difference in cumulative incidence at a horizon, exposed minus others.

    Parameters
    ----------
    durations, causes, horizon
        As `incidence_values`.
    exposed, customers
        As `effects.difference_of_means`; a customer may have units in both arms.

    Raises
    ------
    ValueError
        If an arm has fewer than two customers, or nobody in it is followed to the horizon.

    Notes
    -----
    Aalen-Johansen in each arm; variance and degrees of freedom are those of `effects.difference_of_means`
    on the pseudo-values, which sums each customer's influence over both arms. Without censoring before the
    horizon it is the risk difference. Cost: O(n log n).

    Examples
    --------
    >>> durations, causes = np.array([1, 9, 2, 9, 9, 9]), np.array([1, 0, 1, 2, 0, 0])
    >>> exposed = np.array([True, True, True, False, False, False])
    >>> round(incidence_difference(durations, causes, exposed, np.arange(6), 5).estimate, 12)
    0.666666666667
    """
    return _difference(durations, causes, exposed, customers, horizon, is_area=False)


def time_lost_difference(
    durations: np.ndarray, causes: np.ndarray, exposed: np.ndarray, customers: np.ndarray, horizon: float
) -> Effect:
    """Difference in restricted mean time lost to the event up to a horizon, in the unit of the durations.

    Notes
    -----
    As `incidence_difference`, on `time_lost_values`. Positive: the exposed have the event more often, or sooner.

    Examples
    --------
    >>> durations, causes = np.array([1, 9, 2, 9, 9, 9]), np.array([1, 0, 1, 2, 0, 0])
    >>> exposed = np.array([True, True, True, False, False, False])
    >>> round(time_lost_difference(durations, causes, exposed, np.arange(6), 5).estimate, 12)
    2.333333333333
    """
    return _difference(durations, causes, exposed, customers, horizon, is_area=True)


def cause_specific_cox(durations: np.ndarray, causes: np.ndarray, exposed: np.ndarray, customers: np.ndarray) -> Effect:
    """Log ratio of the hazards of the event, competing exits counting as censored: a second view, labelled so.

    Parameters
    ----------
    durations, causes, exposed, customers
        As `incidence_difference`.

    Returns
    -------
    Effect
        The log hazard ratio; the exponential of its bounds is the interval of the ratio.

    Raises
    ------
    ValueError
        If an arm has fewer than two customers or no event while the other is at risk: the ratio is then
        0 or infinite.

    Notes
    -----
    Partial likelihood with Efron's (1977) ties, maximised by Newton's method; sandwich of the score
    residuals summed per customer (Lin and Wei 1989; Lee, Wei and Amato 1992), times C/(C-1): R
    ``coxph(cluster = )`` without the last factor. Degrees of freedom: customers of the smaller arm minus 1.
    A ratio of hazards says nothing about how many have the event where exits compete. Cost: O(n log n).

    Examples
    --------
    >>> durations, exposed = np.array([1, 2, 3, 4, 5, 6]), np.array([True, False, True, True, False, False])
    >>> round(cause_specific_cox(durations, np.ones(6, dtype=int), exposed, np.arange(6)).estimate, 6)
    1.394494
    """
    exposed = np.asarray(exposed, dtype=bool)
    _, codes = np.unique(np.asarray(customers), return_inverse=True)
    degrees = _degrees(codes, exposed)
    ties = _Ties.of(np.asarray(durations), np.asarray(causes) == EVENT, exposed)
    log_ratio, information = _most_likely(ties)
    scores = np.bincount(codes, weights=ties.score_residuals(log_ratio, exposed))
    clusters = len(scores)
    variance = clusters / (clusters - 1) * math.fsum(scores**2) / information**2
    return Effect(
        estimate=log_ratio,
        standard_error=math.sqrt(variance),
        degrees=degrees,
        n_exposed=int(exposed.sum()),
        n_unexposed=int((~exposed).sum()),
        clusters=clusters,
        design_effect=variance * information,
    )


def cause_specific_log_rank(
    durations: np.ndarray, causes: np.ndarray, exposed: np.ndarray, customers: np.ndarray
) -> float:
    """Two-sided p-value of equal hazards of the event, clustered by customer: a second view, labelled so.

    Raises
    ------
    ValueError
        If an arm has fewer than two customers.

    Notes
    -----
    Observed minus expected events of the exposed (Mantel 1966), its variance the sum over customers of
    squared score residuals without effect, times C/(C-1); t with the degrees of freedom of
    `cause_specific_cox`. It is the robust score test of R ``coxph(ties = "breslow", cluster = )``, but for
    that factor and t. With no event, or nothing to compare at any event, it is 1. Cost: O(n log n).

    Examples
    --------
    >>> durations, exposed = np.array([1, 2, 3, 4, 5, 6]), np.array([True, False, True, True, False, False])
    >>> 0 < cause_specific_log_rank(durations, np.ones(6, dtype=int), exposed, np.arange(6)) < 1
    True
    """
    durations, is_event = np.asarray(durations), np.asarray(causes) == EVENT
    exposed = np.asarray(exposed, dtype=bool)
    _, codes = np.unique(np.asarray(customers), return_inverse=True)
    degrees = _degrees(codes, exposed)
    times, events = np.unique(durations[is_event], return_counts=True)
    at_risk, exposed_at_risk = _at_risk(durations, times), _at_risk(durations[exposed], times)
    share = exposed_at_risk / at_risk
    seen = np.searchsorted(times, durations, side="right")
    hazard, expected = (np.r_[0.0, np.cumsum(part)][seen] for part in (events / at_risk, share * events / at_risk))
    observed = np.where(is_event, exposed - np.r_[0.0, share][seen], 0.0)
    scores = np.bincount(codes, weights=observed - exposed * hazard + expected)
    variance = len(scores) / (len(scores) - 1) * math.fsum(scores**2)
    if variance == 0:
        return 1.0
    return float(2 * stats.t.sf(abs(math.fsum(scores)) / math.sqrt(variance), degrees))


# -- incidence ---------------------------------------------------------------------------------------------------


def _values(durations: np.ndarray, causes: np.ndarray, horizon: float, is_area: bool) -> np.ndarray:
    durations, causes = np.asarray(durations), np.asarray(causes)
    found = incidence(durations, causes)
    refuse_unfollowed(found, durations, horizon)
    within = found.times <= horizon
    weights = np.where(within, horizon - found.times if is_area else 1.0, 0.0)
    estimate, influence = weighted_incidence(found, weights, durations, causes)
    return estimate + len(durations) * influence


def _difference(
    durations: np.ndarray,
    causes: np.ndarray,
    exposed: np.ndarray,
    customers: np.ndarray,
    horizon: float,
    is_area: bool,
) -> Effect:
    durations, causes, exposed = np.asarray(durations), np.asarray(causes), np.asarray(exposed, dtype=bool)
    _degrees(np.asarray(customers), exposed)  # refuses an arm without customers before anything is divided by it
    values = np.empty(len(durations))
    for arm in (exposed, ~exposed):
        values[arm] = _values(durations[arm], causes[arm], horizon, is_area)
    return difference_of_means(values, exposed, customers)


# -- hazards -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ties:
    """Risk sets of the events in their order, those tied in time taken one after the other (Efron).

    The l-th of d tied events sees the risk set without l/d of the units that have the event at that time.
    Arrays have one entry per event: `left` the l/d; numbers at risk, and of tied events, in both arms.
    """

    left: np.ndarray
    exposed_at_risk: np.ndarray
    others_at_risk: np.ndarray
    exposed_tied: np.ndarray
    others_tied: np.ndarray
    exposed_events: int
    seen: np.ndarray  # per unit: events up to its duration, all tied ones included
    first_tied: np.ndarray  # per unit with the event: place of the first event at its time; else equal to `seen`

    @classmethod
    def of(cls, durations: np.ndarray, is_event: np.ndarray, exposed: np.ndarray) -> _Ties:
        times, tied = np.unique(durations[is_event], return_counts=True)
        own = np.searchsorted(np.sort(durations[is_event & exposed]), times, side="right")
        exposed_tied = np.diff(np.r_[0, own])
        ends = np.r_[0, np.cumsum(tied)]
        last = np.searchsorted(times, durations, side="right")
        seen = ends[last]
        return cls(
            left=(np.arange(ends[-1]) - np.repeat(ends[:-1], tied)) / np.repeat(tied, tied),
            exposed_at_risk=np.repeat(_at_risk(durations[exposed], times), tied),
            others_at_risk=np.repeat(_at_risk(durations[~exposed], times), tied),
            exposed_tied=np.repeat(exposed_tied, tied),
            others_tied=np.repeat(tied - exposed_tied, tied),
            exposed_events=int(exposed_tied.sum()),
            seen=seen,
            first_tied=np.where(is_event, ends[np.maximum(last - 1, 0)], seen),
        )

    def shares(self, log_ratio: float) -> tuple[np.ndarray, np.ndarray]:
        """Return, per event, the weight of its risk set and the share of the exposed in it."""
        ratio = math.exp(log_ratio)
        exposed = ratio * (self.exposed_at_risk - self.left * self.exposed_tied)
        total = exposed + self.others_at_risk - self.left * self.others_tied
        return total, exposed / total

    def score_residuals(self, log_ratio: float, exposed: np.ndarray) -> np.ndarray:
        """Return what each unit brings to the derivative of the log partial likelihood."""
        total, share = self.shares(log_ratio)
        ratio = np.where(exposed, math.exp(log_ratio), 1.0)

        def up_to_now(per_event: np.ndarray) -> np.ndarray:
            return np.asarray(np.r_[0.0, np.cumsum(per_event)][self.seen])

        def while_tied(per_event: np.ndarray) -> np.ndarray:
            sums = np.r_[0.0, np.cumsum(per_event)]
            return np.asarray(sums[self.seen] - sums[self.first_tied])

        tied = self.seen - self.first_tied
        # a unit that has the event is at risk of the events tied with its own by 1 - l/d only
        hazard = up_to_now(1 / total) - while_tied(self.left / total)
        expected = up_to_now(share / total) - while_tied(self.left * share / total)
        at_event = np.divide(while_tied(share), tied, out=np.zeros(len(tied)), where=tied > 0)
        return np.where(tied > 0, exposed - at_event, 0.0) - ratio * (exposed * hazard - expected)


def _most_likely(ties: _Ties) -> tuple[float, float]:
    """Return the log ratio that maximises the partial likelihood, and its information there."""
    no_maximum = ValueError(
        "need events in both arms while units of the other are at risk: the hazard ratio has no bound"
    )
    log_ratio = 0.0
    for _ in range(100):
        _, share = ties.shares(log_ratio)
        information = math.fsum(share * (1 - share))
        if information < SMALLEST_INFORMATION:
            raise no_maximum
        step = (ties.exposed_events - math.fsum(share)) / information
        log_ratio += min(max(step, -1.0), 1.0)  # short steps: the likelihood is flat far from its maximum
        if abs(log_ratio) > LARGEST_LOG_RATIO:
            raise no_maximum
        if abs(step) < 1e-12:
            break
    return log_ratio, information


def _at_risk(durations: np.ndarray, times: np.ndarray) -> np.ndarray:
    return len(durations) - np.searchsorted(np.sort(durations), times, side="left")


def _degrees(customers: np.ndarray, exposed: np.ndarray) -> float:
    """Return the degrees of freedom of `effects.difference_of_means`: customers of the smaller arm minus 1."""
    smaller = min(np.unique(customers[arm]).size for arm in (exposed, ~exposed))
    if smaller < 2:
        raise ValueError(f"need at least 2 customers among exposed units and 2 among others, got {smaller}")
    return float(smaller - 1)
