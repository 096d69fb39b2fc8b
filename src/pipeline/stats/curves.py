"""Survival and cumulative incidence as curves, with intervals clustered by customer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.stats.competing import CENSORED, EVENT, incidence, refuse_unfollowed, weighted_incidence
from pipeline.stats.proportions import korn_graubard
from pipeline.stats.ratios import clipped
from pipeline.stats.result import Interval

ROUNDING = 1e-12  # shares that sums of floats leave this near to 0, 1/2 or 1 are meant to be there


@dataclass(frozen=True)
class Curve:
    """A step function of time with its pointwise intervals.

    Parameters
    ----------
    times
        Where it is given, rising, shape (n_times,).
    estimate
        Share at and after each time until the next.
    standard_error
        Clustered by customer.
    low, high
        Pointwise bounds at `level`; not-a-number where there is only one customer.
    at_risk
        Units seen just before each time.
    n, clusters
        Units and customers.
    level
        Coverage of each interval.
    """

    times: np.ndarray
    estimate: np.ndarray
    standard_error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    at_risk: np.ndarray
    n: int
    clusters: int
    level: float


def kaplan_meier(
    durations: np.ndarray,
    is_event: np.ndarray,
    customers: np.ndarray,
    entry: np.ndarray | None = None,
    times: np.ndarray | None = None,
    level: float = 0.95,
) -> Curve:
    """Share that has not had the event, where nothing competes with it.

    Parameters
    ----------
    durations, entry
        As `competing.incidence`: whole numbers, so that ties are exact; entry for left truncation.
    is_event
        Truth per unit; false: censored.
    customers
        Whose unit it is, shape (n_units,).
    times
        Where the curve is wanted; default: at every time with an event.
    level
        Coverage of each interval.

    Raises
    ------
    ValueError
        As `competing.incidence`.

    Notes
    -----
    Kaplan and Meier (1958). Standard error: each unit's influence, summed per customer (Williams 1995), times
    C/(C-1). Interval: log-log, ``S ** exp(± t(C-1) se / (S log S))`` (Kalbfleisch and Prentice 1980; R survfit
    ``conf.type = "log-log"`` but for t and the factor); where S is 0 or 1, that of `proportions.korn_graubard`
    for as many trials as customers; not-a-number where customers do not differ at all. Cost: O(n · times).

    Examples
    --------
    >>> curve = kaplan_meier(np.array([1, 2, 2, 4]), np.array([True, True, False, True]), np.arange(4))
    >>> curve.times.tolist(), curve.estimate.tolist(), curve.at_risk.tolist()
    ([1, 2, 4], [0.75, 0.5, 0.0], [4, 3, 1])
    """
    causes = np.where(np.asarray(is_event, dtype=bool), EVENT, CENSORED)
    return _curve(durations, causes, customers, EVENT, entry, times, level, is_survival=True)


def cumulative_incidence(
    durations: np.ndarray,
    causes: np.ndarray,
    customers: np.ndarray,
    cause: int = EVENT,
    entry: np.ndarray | None = None,
    times: np.ndarray | None = None,
    level: float = 0.95,
) -> Curve:
    """Share that has left for a cause, other exits competing with it – never one minus Kaplan-Meier.

    Parameters
    ----------
    durations, causes, cause, entry
        As `competing.incidence`.
    customers, times, level
        As `kaplan_meier`.

    Notes
    -----
    Aalen and Johansen (1978); standard error and interval as `kaplan_meier`, the log-log interval on the
    incidence itself (Choudhury 2002). Cost: O(n · times).

    Examples
    --------
    >>> curve = cumulative_incidence(np.array([1, 2, 3, 4]), np.array([1, 2, 1, 2]), np.arange(4))
    >>> curve.estimate.round(12).tolist()
    [0.25, 0.25, 0.5, 0.5]
    """
    return _curve(durations, np.asarray(causes), customers, cause, entry, times, level, is_survival=False)


def median_time(curve: Curve) -> Interval:
    """Time by which half have had the event, from `kaplan_meier`'s curve at every event time.

    Returns
    -------
    Interval
        ``estimate``: the least time at which S is at most 1/2. Bounds: where the pointwise bounds cross 1/2, so
        all times t whose interval of S(t) holds 1/2. Not-a-number where a curve never gets there.

    Notes
    -----
    Brookmeyer and Crowley (1982), inverted on the log-log scale with the clustered variance (R ``print(survfit)``,
    which takes the middle of the flat part where S is exactly 1/2).

    Examples
    --------
    >>> curve = kaplan_meier(np.arange(1, 21), np.ones(20, dtype=bool), np.arange(20))
    >>> found = median_time(curve)
    >>> found.estimate, found.low < 10 < found.high
    (10.0, True)
    """
    estimate, low, high = (_first(curve, values) for values in (curve.estimate, curve.low, curve.high))
    return Interval(estimate, low, high, curve.n, curve.clusters)


def restricted_mean(
    durations: np.ndarray,
    is_event: np.ndarray,
    customers: np.ndarray,
    horizon: float,
    entry: np.ndarray | None = None,
    level: float = 0.95,
) -> Interval:
    """Mean time without the event up to a horizon: the area under Kaplan-Meier's curve.

    Parameters
    ----------
    durations, is_event, customers, entry, level
        As `kaplan_meier`.
    horizon
        In the unit of the durations.

    Raises
    ------
    ValueError
        If nobody is followed to the horizon, or as `competing.incidence`.

    Notes
    -----
    ``horizon - Σ (horizon - t_k) ΔF_k``, F = 1 - S. Variance: each unit's influence summed per customer, times
    C/(C-1); bounds with t(C-1), kept inside 0 … horizon. Not-a-number where nothing varies or there is one
    customer. Cost: O(n log n).

    Examples
    --------
    >>> restricted_mean(np.array([1, 2, 9, 9]), np.array([True, True, False, False]), np.arange(4), 4).estimate
    2.75
    """
    durations = np.asarray(durations)
    causes = np.where(np.asarray(is_event, dtype=bool), EVENT, CENSORED)
    found = incidence(durations, causes, EVENT, entry)
    refuse_unfollowed(found, durations, horizon)
    weights = np.where(found.times <= horizon, horizon - found.times, 0.0)
    lost, influence = weighted_incidence(found, weights, durations, causes, EVENT, entry)
    mean, codes = horizon - lost, _codes(customers)
    clusters = int(codes.max()) + 1
    variance = _standard_error(influence, codes, clusters) ** 2
    reach = math.nan
    if clusters > 1 and variance > (ROUNDING * horizon) ** 2:
        reach = float(stats.t.ppf((1 + level) / 2, clusters - 1)) * math.sqrt(variance)
    return clipped(Interval(mean, mean - reach, mean + reach, len(durations), clusters, variance), 0.0, horizon)


def _curve(
    durations: np.ndarray,
    causes: np.ndarray,
    customers: np.ndarray,
    cause: int,
    entry: np.ndarray | None,
    times: np.ndarray | None,
    level: float,
    is_survival: bool,
) -> Curve:
    durations, codes = np.asarray(durations), _codes(customers)
    found = incidence(durations, causes, cause, entry)
    wanted = found.times if times is None else np.asarray(times)
    shares, errors = np.empty(len(wanted)), np.empty(len(wanted))
    clusters = int(codes.max()) + 1
    for i, time in enumerate(wanted):
        weights = (found.times <= time).astype(float)
        shares[i], influence = weighted_incidence(found, weights, durations, causes, cause, entry)
        errors[i] = _standard_error(influence, codes, clusters)
    if is_survival:
        shares = np.array([found.share_left(float(time)) for time in wanted])  # exact where all have had the event
    at_risk = _at_risk(durations, entry, wanted)
    bounds = [_bounds(share, error, clusters, level) for share, error in zip(shares, errors, strict=True)]
    low, high = np.array(bounds).reshape(-1, 2).T
    return Curve(wanted, shares, errors, low, high, at_risk, len(durations), clusters, level)


def _bounds(share: float, error: float, clusters: int, level: float) -> tuple[float, float]:
    if clusters < 2:
        return math.nan, math.nan
    if min(share, 1 - share) < ROUNDING:
        whole = korn_graubard(round(share), 1, clusters, 0.0, level)
        return whole.low, whole.high
    if error < ROUNDING:  # customers who do not differ at all are absence of evidence, not certainty
        return math.nan, math.nan
    reach = float(stats.t.ppf((1 + level) / 2, clusters - 1)) * error / (share * math.log(share))
    return share ** math.exp(-reach), share ** math.exp(reach)


def _first(curve: Curve, values: np.ndarray) -> float:
    reached = np.flatnonzero(values <= 0.5 + ROUNDING)
    return float(curve.times[reached[0]]) if reached.size else math.nan


def _standard_error(influence: np.ndarray, codes: np.ndarray, clusters: int) -> float:
    if clusters < 2:
        return math.nan
    per_customer = np.bincount(codes, weights=influence)
    return math.sqrt(clusters / (clusters - 1) * math.fsum(per_customer**2))


def _codes(customers: np.ndarray) -> np.ndarray:
    return np.unique(np.asarray(customers), return_inverse=True)[1]


def _at_risk(durations: np.ndarray, entry: np.ndarray | None, times: np.ndarray) -> np.ndarray:
    gone = np.searchsorted(np.sort(durations), times, side="left")
    entered = len(durations) if entry is None else np.searchsorted(np.sort(entry), times, side="left")
    return np.asarray(entered - gone)
