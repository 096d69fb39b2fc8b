"""Quartiles of durations, with intervals clustered by customer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pipeline.stats.proportions import korn_graubard
from pipeline.stats.ratios import Sums


@dataclass(frozen=True)
class Quartiles:
    """Quartiles of a distribution and the interval of its median, in the unit of the values."""

    first: float
    median: float
    median_low: float
    median_high: float
    third: float
    n: int
    clusters: int


def quantile(values: np.ndarray, at_most: np.ndarray, share: float) -> float:
    """Least value that at least a share of the rows do not exceed (inverse of the distribution function).

    Parameters
    ----------
    values
        Distinct values in rising order, shape (n_values,).
    at_most
        How many rows do not exceed each; the last entry is the number of rows.
    share
        Between 0 and 1.

    Examples
    --------
    >>> quantile(np.array([1, 5, 9]), np.array([2, 3, 4]), 0.5)
    1.0
    """
    # A share such as 3 / 10 · 10 rows must not need the fourth row because of the last bit.
    needed = share * float(at_most[-1]) * (1 - 1e-12)
    position = int(np.searchsorted(at_most, needed, side="left"))
    return float(values[min(position, len(values) - 1)])


def quartiles(
    values: np.ndarray, at_most: np.ndarray, below_median: Sums, level: float = 0.95, grid: int | None = None
) -> Quartiles:
    """Quartiles from a cumulative histogram, and Woodruff's interval of the median.

    Parameters
    ----------
    values, at_most
        As `quantile`.
    below_median
        Over customers: a, the rows at or under the median; b, all rows.
    level
        Coverage of the interval.
    grid
        Where the histogram was thinned to multiples of ``1 / grid`` of its rows: the bounds are then
        read at the next multiple outwards.

    Raises
    ------
    ValueError
        If there are fewer than two customers.

    Notes
    -----
    Woodruff (1952): the interval of the share of rows at or under the estimated median – Korn-Graubard,
    clustered – is read back through the distribution function (R survey
    ``svyquantile(interval.type = "beta", qrule = "math")``).

    Examples
    --------
    >>> found = quartiles(np.arange(1, 9), np.arange(1, 9), Sums(clusters=8, a=4, b=8, aa=4, ab=4, bb=8))
    >>> found.first, found.median, found.third
    (2.0, 4.0, 6.0)
    """
    below, rows = int(below_median.a), int(below_median.b)
    share = korn_graubard(below, rows, below_median.clusters, below_median.variance(), level)
    low, high = share.low, share.high
    if grid:
        low, high = math.floor(low * grid) / grid, math.ceil(high * grid) / grid
    return Quartiles(
        first=quantile(values, at_most, 0.25),
        median=quantile(values, at_most, 0.5),
        median_low=quantile(values, at_most, low),
        median_high=quantile(values, at_most, high),
        third=quantile(values, at_most, 0.75),
        n=rows,
        clusters=below_median.clusters,
    )
