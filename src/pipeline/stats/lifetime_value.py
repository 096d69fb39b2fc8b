"""What customers will spend next: BG/NBD for how often, Gamma-Gamma for how much, and how far a back-test was off."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

from pipeline.stats.result import Interval

STEP = 1e-4  # of a logarithm, for differences
PRIOR = 0.001  # inverse of the variance of each logarithm around its start
FEWEST_REPEATS = 30  # customers who came back; below it seven parameters are guesses

LogLikelihood = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]  # of each customer, and its slopes


@dataclass(frozen=True)
class Purchases:
    """Each customer's purchases up to a day, as these models take them.

    Parameters
    ----------
    repeats
        Days with a purchase after the first one, shape (n_customers,).
    recency
        Time from the first purchase to the last, 0 without a repeat.
    age
        Time from the first purchase to the end of observation, in the same unit.
    money
        Mean money of the repeats; not-a-number without one.
    """

    repeats: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    money: np.ndarray


@dataclass(frozen=True)
class Fit:
    """Parameters of greatest likelihood, and how much each customer moved them.

    Parameters
    ----------
    logs
        Logarithms of the parameters, shape (n_parameters,).
    influence
        Shift of `logs` that each customer brings, shape (n_customers, n_parameters).
    log_likelihood
        At the parameters.
    """

    logs: np.ndarray
    influence: np.ndarray
    log_likelihood: float


def fit_purchase_counts(purchases: Purchases) -> Fit:
    """Fit BG/NBD: parameters r, alpha (of the rate of purchases), a, b (of the chance to leave after one).

    Raises
    ------
    ValueError
        If fewer than 30 customers came back, or the likelihood has no clear maximum.

    Notes
    -----
    Fader, Hardie and Lee (2005), "Counting your customers" the easy way, equation 6. Cost: some 300 passes over
    the customers.
    """
    _refuse_few(purchases)
    typical = float(np.median(purchases.age)) or 1.0
    return _greatest(lambda logs: _count_likelihood(logs, purchases), np.array([0.0, math.log(typical), 0.0, 0.0]))


def fit_money(purchases: Purchases) -> Fit:
    """Fit Gamma-Gamma: parameters p (of one purchase), q and gamma (of how customers differ).

    Raises
    ------
    ValueError
        As `fit_purchase_counts`; or where q is 1 or less, and the mean of all customers has no bound.

    Notes
    -----
    Fader and Hardie (2013), The Gamma-Gamma model of monetary value, equation 1a; it takes for granted that how much
    does not depend on how often. Customers without a repeat have no influence.
    """
    _refuse_few(purchases)
    own = purchases.money > 0
    seen = Purchases(*(part[own] for part in (purchases.repeats, purchases.recency, purchases.age, purchases.money)))
    start = np.array([math.log(2.0), math.log(3.0), math.log(float(np.median(seen.money)))])
    found = _greatest(lambda logs: _money_likelihood(logs, seen), start)
    if found.logs[1] <= 0:
        raise ValueError("no bounded mean")
    influence = np.zeros((len(own), 3))
    influence[own] = found.influence
    return Fit(found.logs, influence, found.log_likelihood)


def expected_purchases(logs: np.ndarray, purchases: Purchases, ahead: float) -> np.ndarray:
    """Days with a purchase that each customer will have in a period ahead, shape (n_customers,).

    Notes
    -----
    Fader, Hardie and Lee (2005), equation 10.
    """
    r, alpha, a, b = np.exp(logs)
    x, seen = purchases.repeats, alpha + purchases.age
    series = special.hyp2f1(r + x, b + x, a + b + x - 1, ahead / (seen + ahead))
    expected = (a + b + x - 1) / (a - 1) * (1 - (seen / (seen + ahead)) ** (r + x) * series)
    has_left = np.where(x > 0, a / np.where(x > 0, b + x - 1, 1.0) * (seen / (alpha + purchases.recency)) ** (r + x), 0)
    return np.asarray(expected / (1 + has_left))


def expected_money(logs: np.ndarray, purchases: Purchases) -> np.ndarray:
    """Mean money of each customer's purchases to come: their own mean drawn towards that of all (equation 5)."""
    p, q, gamma = np.exp(logs)
    x, total = purchases.repeats, purchases.repeats * np.nan_to_num(purchases.money)
    return np.asarray(p * (gamma + total) / (p * x + q - 1))


@dataclass(frozen=True)
class Prediction:
    """Mean money per customer in a period ahead.

    Parameters
    ----------
    estimate
        Mean over the customers.
    shifts
        What each customer moves it by, in its own money and through the parameters, shape (n_customers,).
    """

    estimate: float
    shifts: np.ndarray

    def interval(self, level: float = 0.95) -> Interval:
        """Return the t interval; variance ``C / (C - 1) Σ shift²``: customers and parameters, not the model's form."""
        n = len(self.shifts)
        variance = n / (n - 1) * math.fsum(self.shifts**2)
        reach = float(stats.t.ppf((1 + level) / 2, n - 1)) * math.sqrt(variance)
        return Interval(self.estimate, max(self.estimate - reach, 0.0), self.estimate + reach, n, n, variance)

    def over(self, actual: np.ndarray, level: float = 0.95) -> Interval:
        """Return the ratio of the prediction to what the same customers spent, its interval taken on the log scale.

        Raises
        ------
        ValueError
            If nobody spent anything.
        """
        mean, n = math.fsum(actual) / len(actual), len(actual)
        if mean <= 0:
            raise ValueError("nobody spent anything")
        shifts = self.shifts / self.estimate - (actual - mean) / (n * mean)
        variance = n / (n - 1) * math.fsum(shifts**2)
        factor = math.exp(float(stats.t.ppf((1 + level) / 2, n - 1)) * math.sqrt(variance))
        ratio = self.estimate / mean
        return Interval(ratio, ratio / factor, ratio * factor, n, n, variance)


def predict(purchases: Purchases, ahead: float) -> Prediction:
    """Mean money per customer in a period ahead, from both models fitted to the same customers.

    Parameters
    ----------
    purchases
        Of every customer with at least one purchase.
    ahead
        Length of the period, in the unit of `Purchases.age`.

    Raises
    ------
    ValueError
        As `fit_purchase_counts` and `fit_money`.

    Notes
    -----
    Interval by the influence of each customer (M-estimation; Huber's sandwich), so that a wrong model is not given
    the narrow interval of a right one. What a wrong form does to the estimate only a back-test can show.
    """
    counts, money = fit_purchase_counts(purchases), fit_money(purchases)
    logs, split = np.r_[counts.logs, money.logs], len(counts.logs)

    def values(logs: np.ndarray) -> np.ndarray:
        return expected_purchases(logs[:split], purchases, ahead) * expected_money(logs[split:], purchases)

    own = values(logs)
    mean = math.fsum(own) / len(own)
    slopes = np.array([values(logs + step).mean() - values(logs - step).mean() for step in STEP * np.eye(len(logs))])
    moved = np.hstack([counts.influence, money.influence]) @ (slopes / (2 * STEP))
    return Prediction(mean, (own - mean) / len(own) + moved)


def is_shown_to_predict(ratio: Interval, tolerance: float) -> bool:
    """Return whether a back-test's ratio lies, interval and all, within a tolerance of 1 either way.

    Examples
    --------
    >>> is_shown_to_predict(Interval(1.05, 0.95, 1.15, 900, 900), 0.2)
    True
    >>> is_shown_to_predict(Interval(1.05, 0.70, 1.60, 40, 40), 0.2)
    False
    """
    return ratio.low >= 1 / (1 + tolerance) and ratio.high <= 1 + tolerance


def _refuse_few(purchases: Purchases) -> None:
    came_back = int(np.sum(purchases.money > 0))
    if came_back < FEWEST_REPEATS:
        raise ValueError(f"need {FEWEST_REPEATS} customers who came back, got {came_back}")


def _count_likelihood(logs: np.ndarray, purchases: Purchases) -> tuple[np.ndarray, np.ndarray]:
    """Return each customer's log likelihood and its slopes over the logarithms of r, alpha, a and b."""
    r, alpha, a, b = np.exp(logs)
    x, came_back = purchases.repeats, purchases.repeats > 0
    last = np.where(came_back, b + x - 1, 1.0)
    seen, until_last = alpha + purchases.age, alpha + purchases.recency
    stays = -(r + x) * np.log(seen)
    left = np.where(came_back, logs[2] - np.log(last), -np.inf) - (r + x) * np.log(until_last)
    either = np.logaddexp(stays, left)
    has_left = np.exp(left - either)
    likelihood = special.gammaln(r + x) - special.gammaln(r) + r * logs[1] + either
    likelihood += special.betaln(a, b + x) - special.betaln(a, b)
    both = special.digamma(a + b) - special.digamma(a + b + x)
    log_time = (1 - has_left) * np.log(seen) + has_left * np.log(until_last)
    slopes = [
        r * (special.digamma(r + x) - special.digamma(r) + logs[1] - log_time),
        r - alpha * (r + x) * ((1 - has_left) / seen + has_left / until_last),
        a * both + has_left,
        b * (both + special.digamma(b + x) - special.digamma(b) - has_left / last),
    ]
    return likelihood, np.column_stack(slopes)


def _money_likelihood(logs: np.ndarray, purchases: Purchases) -> tuple[np.ndarray, np.ndarray]:
    """Return each customer's log likelihood and its slopes over the logarithms of p, q and gamma."""
    p, q, gamma = np.exp(logs)
    x, m = purchases.repeats, purchases.money
    shape, rate = p * x + q, gamma + m * x
    likelihood = special.gammaln(shape) - special.gammaln(p * x) - special.gammaln(q) + q * logs[2]
    likelihood += (p * x - 1) * np.log(m) + p * x * np.log(x) - shape * np.log(rate)
    slopes = [
        p * x * (special.digamma(shape) - special.digamma(p * x) + np.log(m * x) - np.log(rate)),
        q * (special.digamma(shape) - special.digamma(q) + logs[2] - np.log(rate)),
        q - gamma * shape / rate,
    ]
    return likelihood, np.column_stack(slopes)


def _greatest(likelihood: LogLikelihood, start: np.ndarray) -> Fit:
    """Find the greatest likelihood over logarithms.

    A prior of sd 30 around the start keeps them finite where the data say only that customers do not differ (a and b
    then grow together without end); elsewhere it moves no digit that is printed.
    """
    directions = np.eye(len(start))

    def loss(logs: np.ndarray) -> float:
        return -math.fsum(likelihood(logs)[0]) + PRIOR / 2 * float((logs - start) @ (logs - start))

    def slope(logs: np.ndarray) -> np.ndarray:
        return np.asarray(-likelihood(logs)[1].sum(axis=0) + PRIOR * (logs - start))

    def curvature(logs: np.ndarray) -> np.ndarray:
        rows = np.array([slope(logs + step) - slope(logs - step) for step in STEP * directions]) / (2 * STEP)
        return (rows + rows.T) / 2

    near = optimize.minimize(loss, start, jac=slope, method="BFGS", options={"gtol": 0.1}).x
    found = optimize.minimize(loss, near, jac=slope, hess=curvature, method="trust-exact", options={"gtol": 1e-6})
    steepness = curvature(found.x)
    if np.linalg.eigvalsh(steepness)[0] <= 0:
        raise ValueError("no clear maximum")
    value, slopes = likelihood(found.x)
    return Fit(found.x, np.linalg.solve(steepness, slopes.T).T, math.fsum(value))
