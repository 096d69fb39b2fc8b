"""Differences of means from whole numbers that an engine can add up, so that no unit has to leave it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from fractions import Fraction

from pipeline.stats.result import Effect


@dataclass(frozen=True)
class ArmSums:
    """Sums over customers c of what each brings to the exposed arm (1) and to the other one (0).

    Parameters
    ----------
    clusters, clusters_1, clusters_0
        Customers; those with a unit in each arm.
    n_1, y_1, q_1, n_0, y_0, q_0
        Sums of n_c, the customer's units, of y_c, the total of their outcomes, and of the squared outcomes.
    nn_1, ny_1, yy_1, nn_0, ny_0, yy_0
        Sums of n_c², n_c y_c and y_c² within each arm.
    nn, n1_y0, y1_n0, yy
        Sums of products across the arms: n_1c n_0c, n_1c y_0c, y_1c n_0c, y_1c y_0c.

    Notes
    -----
    Whole numbers of any size: nothing is lost to rounding or to the order of addition, and the sums of groups that
    share no customer add up to those of all of them.
    """

    clusters: int
    clusters_1: int
    clusters_0: int
    n_1: int
    y_1: int
    q_1: int
    n_0: int
    y_0: int
    q_0: int
    nn_1: int
    ny_1: int
    yy_1: int
    nn_0: int
    ny_0: int
    yy_0: int
    nn: int
    n1_y0: int
    y1_n0: int
    yy: int

    def __add__(self, other: ArmSums) -> ArmSums:
        return ArmSums(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def difference_from_sums(sums: ArmSums, scale: int = 1) -> Effect:
    """Difference of means, exposed minus others, clustered by customer.

    Parameters
    ----------
    sums
        Of outcomes that are whole numbers.
    scale
        What outcomes were multiplied by to become whole numbers.

    Raises
    ------
    ValueError
        If an arm has fewer than two customers.

    Notes
    -----
    The very estimate, variance and degrees of freedom of `effects.difference_of_means`: its sums over customers of
    squared scores are expanded into sums of squares, which are computed in exact fractions. Cost: O(1).

    Examples
    --------
    >>> sums = ArmSums(4, 2, 2, n_1=2, y_1=8, q_1=34, n_0=2, y_0=3, q_0=5, nn_1=2, ny_1=8, yy_1=34,
    ...     nn_0=2, ny_0=3, yy_0=5, nn=0, n1_y0=0, y1_n0=0, yy=0)
    >>> found = difference_from_sums(sums)
    >>> found.estimate, found.degrees
    (2.5, 1.0)
    """
    if min(sums.clusters_1, sums.clusters_0) < 2:
        raise ValueError(
            f"need at least 2 customers among exposed units and 2 among others, got {sums.clusters_1} and "
            f"{sums.clusters_0}"
        )
    mean_1, mean_0 = Fraction(sums.y_1, sums.n_1), Fraction(sums.y_0, sums.n_0)
    squares_1 = (sums.yy_1 - 2 * mean_1 * sums.ny_1 + mean_1**2 * sums.nn_1) / sums.n_1**2
    squares_0 = (sums.yy_0 - 2 * mean_0 * sums.ny_0 + mean_0**2 * sums.nn_0) / sums.n_0**2
    products = (sums.yy - mean_0 * sums.y1_n0 - mean_1 * sums.n1_y0 + mean_1 * mean_0 * sums.nn) / (sums.n_1 * sums.n_0)
    variance = (
        Fraction(sums.clusters_1, sums.clusters_1 - 1) * squares_1
        + Fraction(sums.clusters_0, sums.clusters_0 - 1) * squares_0
        - 2 * Fraction(sums.clusters, sums.clusters - 1) * products
    )
    variance = max(variance, Fraction(0))
    independent = _variance_of_mean(sums.n_1, sums.y_1, sums.q_1) + _variance_of_mean(sums.n_0, sums.y_0, sums.q_0)
    return Effect(
        estimate=float((mean_1 - mean_0) / scale),
        standard_error=math.sqrt(variance / Fraction(scale) ** 2),
        degrees=float(max(min(sums.clusters_1, sums.clusters_0) - 1, 1)),
        n_exposed=sums.n_1,
        n_unexposed=sums.n_0,
        clusters=sums.clusters,
        design_effect=float(variance / independent) if independent > 0 else math.nan,
    )


def standardised_difference(strata: Sequence[ArmSums], scale: int = 1) -> Effect:
    """Difference of means within strata, averaged as the exposed units fall into them.

    Parameters
    ----------
    strata
        Sums of each stratum; a customer belongs to one. Strata with fewer than two customers in an arm are left out.
    scale
        As `difference_from_sums`.

    Raises
    ------
    ValueError
        If no stratum is left.

    Notes
    -----
    Direct standardisation to the exposed: ``Σ w_k d_k`` with ``w_k = n_1k / n_1``, so that what differs between strata
    does not count as an effect. Strata share no customer: variance ``Σ w_k² V_k``, degrees of freedom by Satterthwaite
    (1946), the weights taken as fixed.

    Examples
    --------
    >>> def stratum(y_1, y_0):
    ...     return ArmSums(8, 4, 4, 4, y_1, y_1, 4, y_0, y_0, 4, y_1, y_1, 4, y_0, y_0, 0, 0, 0, 0)
    >>> standardised_difference([stratum(3, 2), stratum(1, 0)]).estimate
    0.25
    """
    kept = [one for one in strata if min(one.clusters_1, one.clusters_0) >= 2]
    if not kept:
        raise ValueError("need a stratum with at least 2 customers among exposed units and 2 among others")
    effects = [difference_from_sums(one, scale) for one in kept]
    exposed = sum(one.n_1 for one in kept)
    weights = [one.n_1 / exposed for one in kept]
    parts = [(weight * effect.standard_error) ** 2 for weight, effect in zip(weights, effects, strict=True)]
    variance = math.fsum(parts)
    independent = math.fsum(
        part / effect.design_effect for part, effect in zip(parts, effects, strict=True) if effect.design_effect > 0
    )
    spread = math.fsum(part**2 / effect.degrees for part, effect in zip(parts, effects, strict=True))
    return Effect(
        estimate=math.fsum(weight * effect.estimate for weight, effect in zip(weights, effects, strict=True)),
        standard_error=math.sqrt(variance),
        degrees=variance**2 / spread if spread > 0 else min(effect.degrees for effect in effects),
        n_exposed=exposed,
        n_unexposed=sum(one.n_0 for one in kept),
        clusters=sum(one.clusters for one in kept),
        design_effect=variance / independent if independent > 0 else math.nan,
    )


def _variance_of_mean(n: int, total: int, squares: int) -> Fraction:
    """Return the variance of a mean if each unit were a customer of its own."""
    return (squares - Fraction(total**2, n)) / (n - 1) / n
