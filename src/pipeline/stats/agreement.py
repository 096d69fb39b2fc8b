"""How far two measures of the same thing put it in the same order."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from pipeline.stats.result import Interval


def rank_correlation(
    x: np.ndarray, y: np.ndarray, n: np.ndarray, part: np.ndarray, customers: int, level: float = 0.95
) -> Interval:
    """Spearman's rank correlation of counted pairs, with an interval that respects customers.

    Parameters
    ----------
    x, y
        The two measures, one entry per distinct pair and part, shape (n_entries,).
    n
        How many rows have that pair, whole numbers.
    part
        Which part of the customers they belong to: customers are cut at random into parts, rows of one customer
        share one.
    customers
        Customers behind all rows.
    level
        Coverage of the interval.

    Returns
    -------
    Interval
        Not-a-number where either measure does not vary; no bounds where fewer than three parts vary.

    Notes
    -----
    Ranks are mid-ranks over all rows. Interval: delete-a-group jackknife (Shao and Tu 1995, 2.3) of Fisher's
    ``z = atanh(rho)``, Student's t with parts − 1 degrees of freedom. Cost: parts × entries × log(entries).

    Examples
    --------
    >>> x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    >>> rank_correlation(x, x**3, np.ones(5), np.arange(5), 5).estimate
    1.0
    """
    x, y, n = np.asarray(x, float), np.asarray(y, float), np.asarray(n, float)
    rho = _spearman(x, y, n)
    names = np.unique(part)
    without = np.array([_spearman(x[part != name], y[part != name], n[part != name]) for name in names])
    rows = int(n.sum())
    if math.isnan(rho) or abs(rho) == 1 or len(names) < 3 or np.isnan(without).any() or (np.abs(without) == 1).any():
        return Interval(rho, math.nan, math.nan, rows, customers)
    z = np.arctanh(without)
    error = math.sqrt((len(names) - 1) / len(names) * float(((z - z.mean()) ** 2).sum()))
    reach = float(stats.t.ppf((1 + level) / 2, len(names) - 1)) * error
    centre = math.atanh(rho)
    return Interval(rho, math.tanh(centre - reach), math.tanh(centre + reach), rows, customers)


def _spearman(x: np.ndarray, y: np.ndarray, n: np.ndarray) -> float:
    """Return the correlation of weighted mid-ranks; not-a-number where a measure does not vary."""
    if not n.sum():
        return math.nan
    first, second = _mid_ranks(x, n), _mid_ranks(y, n)
    first, second = first - np.average(first, weights=n), second - np.average(second, weights=n)
    spread = math.sqrt(float((n * first**2).sum()) * float((n * second**2).sum()))
    return max(-1.0, min(1.0, float((n * first * second).sum()) / spread)) if spread > 0 else math.nan


def _mid_ranks(values: np.ndarray, n: np.ndarray) -> np.ndarray:
    distinct, place = np.unique(values, return_inverse=True)
    counts = np.bincount(place, weights=n, minlength=len(distinct))
    return (np.cumsum(counts) - counts / 2)[place]
