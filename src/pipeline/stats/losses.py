"""What lost visits would have brought, had they been like the others: a projection, from exact sums over customers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from fractions import Fraction

from scipy import stats

from pipeline.stats.ratios import Sums, clustered_ratio
from pipeline.stats.result import Interval


@dataclass(frozen=True)
class LossSums:
    """Sums over customers of visits lost, of the others kept, of the money that these brought, and of their products.

    Parameters
    ----------
    customers
        With a visit of either kind.
    lost, kept, money
        Sums of l_c, k_c and m_c.
    lost_lost, lost_kept, lost_money, kept_kept, kept_money, money_money
        Sums of l_c², l_c k_c, …

    Examples
    --------
    >>> both = LossSums(2, 1, 3, 60, 1, 0, 0, 5, 100, 2000) + LossSums(1, 1, 0, 0, 1, 0, 0, 0, 0, 0)
    >>> both.customers, both.lost
    (3, 2)
    """

    customers: int
    lost: int
    kept: int
    money: int
    lost_lost: int
    lost_kept: int
    lost_money: int
    kept_kept: int
    kept_money: int
    money_money: int

    def __add__(self, other: LossSums) -> LossSums:
        """Return the sums over the customers of both, who are different people."""
        return LossSums(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def value_kept(sums: LossSums, level: float = 0.95, scale: int = 1) -> Interval:
    """Money per visit that was not lost, clustered by customer (`ratios.clustered_ratio`).

    Raises
    ------
    ValueError
        If there are fewer than two customers or no visit was kept.
    """
    ratio = Sums(sums.customers, sums.money, sums.kept, sums.money_money, sums.kept_money, sums.kept_kept)
    return clustered_ratio(ratio, level, scale)


def projected_loss(strata: Sequence[LossSums], level: float = 0.95, scale: int = 1) -> Interval:
    """Visits lost times the money per visit kept, summed over strata, with its interval clustered by customer.

    Parameters
    ----------
    strata
        One item per group of customers whose lost visits are taken to be like their own kept ones.
    level
        Coverage of the interval.
    scale
        What money was multiplied by to become whole numbers.

    Returns
    -------
    Interval
        In money; ``n`` is the number of visits lost. Never below 0.

    Raises
    ------
    ValueError
        If there are fewer than two customers, no visit was lost, or a stratum kept none.

    Notes
    -----
    T = sum(L·M/K). How many customers come is chance, too: T is a function of compound Poisson sums, whose linearised
    variance is ``sum(z_c ** 2)`` with ``z_c = r·l_c + (L/K)·(m_c - r·k_c)``, r = M/K and L/K those of the customer's
    stratum (delta method; Feller 1968, XII.2). Bounds by t with C - 1 degrees of freedom.

    Examples
    --------
    Two customers: one loses a visit, the other keeps three that bring 60 in all.

    >>> found = projected_loss([LossSums(2, 1, 3, 60, 1, 0, 0, 9, 180, 3600)])
    >>> found.estimate, found.n
    (20.0, 1)
    """
    customers, lost = (sum(getattr(one, name) for one in strata) for name in ("customers", "lost"))
    if customers < 2 or lost == 0 or any(one.kept == 0 for one in strata):
        raise ValueError(f"need at least 2 customers, a visit lost, and one kept in each of {len(strata)} strata")
    loss = float(sum(Fraction(one.lost * one.money, one.kept) for one in strata) / scale)
    variance = float(sum(_variance(one) for one in strata)) / scale**2
    reach = float(stats.t.ppf((1 + level) / 2, customers - 1)) * math.sqrt(variance)
    return Interval(loss, max(loss - reach, 0.0), loss + reach, lost, customers, variance)


def _variance(sums: LossSums) -> Fraction:
    ratio, factor = Fraction(sums.money, sums.kept), Fraction(sums.lost, sums.kept)
    residuals = sums.money_money - 2 * ratio * sums.kept_money + ratio**2 * sums.kept_kept
    crossed = sums.lost_money - ratio * sums.lost_kept
    return ratio**2 * sums.lost_lost + factor**2 * residuals + 2 * ratio * factor * crossed
