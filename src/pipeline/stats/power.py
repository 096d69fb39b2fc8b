"""Power planning: what a comparison would find, from the clustered standard error that was observed."""

from __future__ import annotations

import math

from scipy import optimize, stats


def power_at(effect: float, standard_error: float, alpha: float = 0.05, degrees: float = math.inf) -> float:
    """Chance that a two-sided test finds a true effect.

    Parameters
    ----------
    effect
        True effect, in the unit of the standard error; its sign does not matter.
    standard_error
        Of the estimate, clustered, so the design effect is in it; above 0.
    alpha
        Level at which the comparison is tested.
    degrees
        Of freedom of its t distribution; infinite: normal.

    Notes
    -----
    With λ = |effect| / standard error and the critical value t*: P(T ≥ t*) + P(T ≤ -t*), T noncentral t with
    noncentrality λ (Cohen 1988). Both tails count, as in R ``power.t.test(strict = TRUE)`` and statsmodels
    ``TTestIndPower`` and ``NormalIndPower``.

    Examples
    --------
    >>> round(power_at(2.8, 1.0), 4)
    0.7996
    >>> round(power_at(0.0, 1.0, alpha=0.1), 4)
    0.1
    """
    distance = abs(effect) / standard_error
    if math.isinf(degrees):
        critical = stats.norm.isf(alpha / 2)
        return float(stats.norm.sf(critical - distance) + stats.norm.cdf(-critical - distance))
    critical = stats.t.isf(alpha / 2, degrees)
    if distance == 0:
        return alpha
    return float(stats.nct.sf(critical, degrees, distance) + stats.nct.cdf(-critical, degrees, distance))


def detectable_effect(
    standard_error: float, alpha: float = 0.05, power: float = 0.80, degrees: float = math.inf
) -> float:
    """Return the smallest true effect that is found with a given power: `power_at` solved for the effect.

    Raises
    ------
    ValueError
        If the power does not lie between alpha and 1: a test that finds nothing has a power of alpha.

    Notes
    -----
    Brent's method on the distance in standard errors. Without the far tail and with infinite degrees it is
    ``(z(1 - alpha / 2) + z(power)) · standard error``.

    Examples
    --------
    >>> round(detectable_effect(0.1), 4)
    0.2802
    """
    if not alpha < power < 1:
        raise ValueError(f"the power must lie between alpha, {alpha:g}, and 1, got {power:g}")

    def missing(distance: float) -> float:
        return power_at(distance, 1.0, alpha, degrees) - power

    most = 1.0
    while missing(most) < 0:
        most *= 2
    return float(optimize.brentq(missing, 0.0, most, xtol=1e-12, rtol=1e-12)) * standard_error


def customers_for_power(
    customers: int, standard_error: float, effect: float, alpha: float = 0.05, power: float = 0.80
) -> int:
    """Customers that a comparison needs, exposure and clustering staying as observed.

    Parameters
    ----------
    customers, standard_error
        Observed: how many customers gave an estimate with that clustered standard error.
    effect
        The true effect to find.
    alpha, power
        Level of the test and chance to find it.

    Raises
    ------
    ValueError
        As `detectable_effect`.

    Notes
    -----
    The clustered variance shrinks as 1/C, so ``C (detectable effect now / effect)²``, rounded up: with one unit per
    customer statsmodels' ``NormalIndPower``, unequal arms and design effect included. Normal, because what is planned
    has many customers.

    Examples
    --------
    >>> customers_for_power(200, 0.1, effect=0.1)
    1570
    """
    return math.ceil(customers * (detectable_effect(standard_error, alpha, power) / abs(effect)) ** 2)
