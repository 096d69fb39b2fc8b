"""How strong an unmeasured confounder would have to be to explain an effect away: the E-value."""

from __future__ import annotations

import math
from dataclasses import dataclass

# VanderWeele and Ding (2017, table 2): a standardised difference d is worth a risk ratio of about exp(0.91 d).
LOG_RATIO_PER_STANDARD_DEVIATION = 0.91


@dataclass(frozen=True)
class EValue:
    """E-values of an estimate and of its bound nearer to no effect; 1: nothing is needed to explain it.

    Parameters
    ----------
    estimate, bound
        The least risk ratio that an unmeasured confounder would need with the exposure *and* with the outcome,
        beside what was adjusted for, to move the estimate (the bound) to no effect; not-a-number where the risk
        ratio cannot be formed.
    """

    estimate: float
    bound: float


def e_value(ratio: float) -> float:
    """E-value of a risk ratio.

    Parameters
    ----------
    ratio
        Above 0; below 1 its inverse is taken.

    Notes
    -----
    ``RR + sqrt(RR (RR - 1))``. VanderWeele and Ding (2017), Annals of Internal Medicine 167.

    Examples
    --------
    >>> round(e_value(3.9), 2), round(e_value(1 / 3.9), 2), e_value(1.0)
    (7.26, 7.26, 1.0)
    """
    if not ratio > 0:
        return math.nan
    ratio = max(ratio, 1 / ratio)
    return ratio + math.sqrt(ratio * (ratio - 1))


def e_value_of_risks(risk_exposed: float, difference: float, low: float, high: float) -> EValue:
    """E-values of a risk difference on the exposed.

    Parameters
    ----------
    risk_exposed
        Mean outcome of the exposed.
    difference, low, high
        Their risk minus what it would have been without the exposure, and its bounds.

    Notes
    -----
    The risk without the exposure is ``risk_exposed - difference``; it is held fixed, so that the ratio of a bound is
    ``(risk + bound) / risk``. Not-a-number where that risk is not above 0.

    Examples
    --------
    >>> found = e_value_of_risks(0.39, 0.29, 0.08, 0.50)
    >>> round(found.estimate, 2), round(found.bound, 2)
    (7.26, 3.0)
    >>> e_value_of_risks(0.3, 0.1, -0.1, 0.3).bound
    1.0
    """
    risk = risk_exposed - difference
    if risk <= 0:
        return EValue(math.nan, math.nan)
    nearer = 0.0 if low <= 0 <= high else min(low, high, key=abs)
    return EValue(e_value((risk + difference) / risk), e_value(max(risk + nearer, 0.0) / risk))


def e_value_of_means(difference: float, low: float, high: float, spread: float) -> EValue:
    """E-values of a difference of means, by way of the risk ratio that a standardised difference is about worth.

    Parameters
    ----------
    difference, low, high
        Of means, and its bounds.
    spread
        Standard deviation of the outcome.

    Notes
    -----
    ``RR = exp(0.91 difference / spread)`` (Chinn 2000; VanderWeele and Ding 2017): an approximation, good where the
    outcome is about normal or the difference under half a standard deviation.

    Examples
    --------
    >>> found = e_value_of_means(0.5, 0.1, 0.9, 1.0)
    >>> round(found.estimate, 2), round(found.bound, 2)
    (2.53, 1.42)
    """
    if not spread > 0:
        return EValue(math.nan, math.nan)
    nearer = 0.0 if low <= 0 <= high else min(low, high, key=abs)
    ratios = [math.exp(LOG_RATIO_PER_STANDARD_DEVIATION * value / spread) for value in (difference, nearer)]
    return EValue(e_value(ratios[0]), e_value(ratios[1]))
