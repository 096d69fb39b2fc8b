"""Ratios of two sums over customers, from six exact whole numbers that an engine can add up."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass
from fractions import Fraction

from scipy import stats

from pipeline.stats.proportions import korn_graubard
from pipeline.stats.result import Interval


@dataclass(frozen=True)
class Sums:
    """Sums over customers c of what each brings to a numerator (a) and a denominator (b).

    Parameters
    ----------
    clusters
        Number of customers.
    a, b
        Sums of a_c and of b_c.
    aa, ab, bb
        Sums of a_c², a_c b_c and b_c².

    Notes
    -----
    Whole numbers or fractions of any size, so nothing is lost to rounding or to the order of addition.
    """

    clusters: int
    a: int
    b: int
    aa: int
    ab: int
    bb: int

    def __add__(self, others: Sums) -> Sums:
        """Return the sums over the customers of both, who are not the same."""
        return Sums(*(one + other for one, other in zip(astuple(self), astuple(others), strict=True)))

    def variance(self) -> float:
        """Return the linearised variance of a/b: ``C/(C-1) * sum((a_c - r b_c)**2) / b**2`` (Cochran 1977, 6.13)."""
        if self.clusters < 2 or self.b == 0:
            raise ValueError(f"need at least 2 customers and a denominator, got {self.clusters} and {self.b}")
        ratio = Fraction(self.a) / Fraction(self.b)
        squares = self.aa - 2 * ratio * self.ab + ratio**2 * self.bb
        return float(Fraction(self.clusters, self.clusters - 1) * squares / Fraction(self.b) ** 2)


def clustered_ratio(sums: Sums, level: float = 0.95, scale: int = 1) -> Interval:
    """Ratio of two sums with its t interval, clustered by customer.

    Parameters
    ----------
    sums
        Of the numerator (score, money) and the denominator (how many of them).
    level
        Coverage of the interval.
    scale
        What numerators were multiplied by to become whole numbers.

    Returns
    -------
    Interval
        ``n`` is the denominator. Where the customers do not differ at all there are no bounds: a
        variance of zero is absence of evidence, not certainty.

    Raises
    ------
    ValueError
        If there are fewer than two customers or the denominator is 0.

    Notes
    -----
    ``r ± t(C - 1) * se``, the variance as `Sums.variance` (R survey ``svyratio`` with ``degf``).

    Examples
    --------
    >>> clustered_ratio(Sums(clusters=3, a=8, b=4, aa=26, ab=11, bb=6)).estimate
    2.0
    """
    variance = sums.variance() / scale**2
    ratio = float(Fraction(sums.a) / Fraction(sums.b) / scale)
    if variance == 0:
        return Interval(ratio, math.nan, math.nan, int(sums.b), sums.clusters, 0.0)
    reach = float(stats.t.ppf((1 + level) / 2, sums.clusters - 1)) * math.sqrt(variance)
    return Interval(ratio, ratio - reach, ratio + reach, int(sums.b), sums.clusters, variance)


def proportion_from_sums(sums: Sums, level: float = 0.95) -> Interval:
    """Proportion from the same six sums (a: successes, b: trials), with its Korn-Graubard interval.

    Raises
    ------
    ValueError
        If there are fewer than two customers or no trial at all.

    Examples
    --------
    >>> proportion_from_sums(Sums(clusters=3, a=4, b=8, aa=10, ab=14, bb=24)).estimate
    0.5
    """
    return korn_graubard(int(sums.a), int(sums.b), sums.clusters, sums.variance(), level)


def part_of(whole: Sums, part: Sums) -> Sums:
    """Return the sums of a share of `whole`, from the customers who have part of it.

    Examples
    --------
    Two customers with 3 and 1 steps; the first took one of hers in the morning.

    >>> everything, morning = Sums(2, 4, 4, 10, 10, 10), Sums(1, 1, 3, 1, 3, 9)
    >>> part_of(everything, morning)
    Sums(clusters=2, a=1, b=4, aa=1, ab=3, bb=10)
    """
    return Sums(whole.clusters, part.a, whole.a, part.aa, part.ab, whole.aa)


def share_of_customers(met: int, customers: int, level: float = 0.95) -> Interval:
    """Share of customers who did something: each customer counts once.

    Examples
    --------
    >>> share_of_customers(5, 20).estimate
    0.25
    """
    return proportion_from_sums(Sums(customers, met, customers, met, met, customers), level)


def net_promoter_interval(sums: Sums, level: float = 0.95) -> Interval:
    """Net promoter score in points, from sums of +1 (9, 10), 0 (7, 8) and -1 (0 … 6) per answer.

    Notes
    -----
    The clustered ratio of -100 / 0 / +100, its bounds kept inside -100 … +100.

    Examples
    --------
    >>> net_promoter_interval(Sums(clusters=4, a=1, b=4, aa=3, ab=1, bb=4)).estimate
    25.0
    """
    points = clustered_ratio(Sums(sums.clusters, 100 * sums.a, sums.b, 10_000 * sums.aa, 100 * sums.ab, sums.bb), level)
    return clipped(points, -100.0, 100.0)


def clipped(interval: Interval, least: float, most: float) -> Interval:
    """Return the interval with its bounds kept inside the range that the quantity can take."""
    low, high = (min(max(bound, least), most) for bound in (interval.low, interval.high))
    return Interval(
        interval.estimate, low, high, interval.n, interval.clusters, interval.variance, interval.design_effect
    )
