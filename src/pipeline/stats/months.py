"""Two months of one ratio: their difference, what customers seen in both do to it, and how a change splits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtr, stdtrit  # all that reports need of scipy.stats, which takes a second to import


@dataclass(frozen=True)
class Products:
    """Sums over the customers seen in two months (or in one, taken twice).

    Parameters
    ----------
    customers
        How many they are.
    numerator, denominator
        Sums of the first of the two months.
    nn, nd, dn, dd
        Sums of products: the first month's numerator or denominator times the other's.
    """

    customers: int
    numerator: float
    denominator: float
    nn: float
    nd: float
    dn: float
    dd: float

    @property
    def ratio(self) -> float:
        """The ratio of the first month."""
        return self.numerator / self.denominator

    def residual(self, one: float, other: float) -> float:
        """Sum of (numerator - one · denominator) of the first month times the same of the other month."""
        return self.nn - other * self.nd - one * self.dn + one * other * self.dd


NOBODY = Products(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)  # no customer is seen in both months


@dataclass(frozen=True)
class Difference:
    """After minus before, with its interval, and the p-value of no difference."""

    estimate: float
    low: float
    high: float
    p: float


def difference(before: Products, after: Products, both: Products = NOBODY, level: float = 0.95) -> Difference:
    """Difference of two ratios whose customers overlap.

    Parameters
    ----------
    before, after
        Each month with itself.
    both
        The later month with the earlier one, over the customers seen in both.
    level
        Of the interval.

    Raises
    ------
    ValueError
        If a month has fewer than two customers or no denominator.

    Notes
    -----
    Linearised, clustered by customer: with residuals e = numerator - r · denominator and B the denominators,
    var = C/(C-1) Σ e² / B² for each month, minus 2 Σ e_after e_before / (B_after B_before). The interval has each month's own ratio in its
    residuals; the test the pooled one, as under no difference, which keeps its size where shares are near 0 or 1
    (a score test). Degrees of freedom: the smaller number of customers minus 1.

    Examples
    --------
    >>> january = Products(100, 20, 100, 20, 20, 20, 100)
    >>> february = Products(100, 40, 100, 40, 40, 40, 100)
    >>> found = difference(january, february)
    >>> round(found.estimate, 2), round(found.low, 3), round(found.p, 4)
    (0.2, 0.074, 0.0028)
    """  # noqa: E501 – one formula
    if min(before.customers, after.customers) < 2 or min(before.denominator, after.denominator) <= 0:
        raise ValueError(f"need 2 customers and a denominator in both months, got {before} and {after}")
    pooled = (before.numerator + after.numerator) / (before.denominator + after.denominator)
    own = _variance(before, after, both, before.ratio, after.ratio)
    null = _variance(before, after, both, pooled, pooled)
    degrees = min(before.customers, after.customers) - 1
    estimate = after.ratio - before.ratio
    reach = float(stdtrit(degrees, (1 + level) / 2)) * math.sqrt(max(own, 0.0))
    if null <= 0:
        return Difference(estimate, estimate - reach, estimate + reach, 1.0 if estimate == 0 else 0.0)
    p = float(2 * stdtr(degrees, -abs(estimate) / math.sqrt(null)))
    return Difference(estimate, estimate - reach, estimate + reach, p)


def _variance(before: Products, after: Products, both: Products, ratio_before: float, ratio_after: float) -> float:
    parts = [
        one.customers / (one.customers - 1) * one.residual(ratio, ratio) / one.denominator**2
        for one, ratio in ((before, ratio_before), (after, ratio_after))
    ]
    shared = both.residual(ratio_after, ratio_before) / (after.denominator * before.denominator)
    return sum(parts) - 2 * shared


def mix_and_rate(before: Sequence[tuple[float, float]], after: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Split the change of a ratio over groups: other groups' weights, other ratios within groups.

    Parameters
    ----------
    before, after
        (numerator, denominator) of each group, the same groups in the same order.

    Returns
    -------
    mix, rate
        Their sum is the change of the whole.

    Notes
    -----
    Kitagawa (1955): mix = Σ (w' - w)(r + r')/2 and rate = Σ (r' - r)(w + w')/2, w being shares of the denominator. A
    group without a denominator in one month has the other month's ratio: all of its change is mix.

    Examples
    --------
    >>> mix, rate = mix_and_rate([(50, 100), (10, 100)], [(75, 150), (5, 50)])
    >>> round(mix, 3), round(rate, 3)
    (0.1, 0.0)
    """
    totals = [sum(b for _, b in month) for month in (before, after)]
    mix = rate = 0.0
    for (a, b), (new_a, new_b) in zip(before, after, strict=True):
        if b <= 0 and new_b <= 0:
            continue
        old = a / b if b > 0 else new_a / new_b
        new = new_a / new_b if new_b > 0 else old
        weights = b / totals[0], new_b / totals[1]
        mix += (weights[1] - weights[0]) * (old + new) / 2
        rate += (new - old) * sum(weights) / 2
    return mix, rate
