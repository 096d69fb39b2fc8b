"""A control chart of one ratio over months: each beside all earlier ones, with a declared rate of false alarms."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.special import stdtrit

from pipeline.stats.months import NOBODY, Products


@dataclass(frozen=True)
class ControlPoint:
    """One month of a chart.

    Parameters
    ----------
    value
        The ratio of the month.
    centre
        The ratio of all earlier months together; not-a-number for the first.
    low, high
        Control limits: where nothing changed, the month lies beyond them with the declared chance.
    """

    value: float
    centre: float
    low: float
    high: float

    @property
    def is_outside(self) -> bool:
        """Whether the month lies beyond its limits; False for the first, which has none."""
        return self.value < self.low or self.value > self.high


def rate_per_point(rate: float, points: int) -> float:
    """Return the chance of a false alarm that each point of a chart may have, so that all together have `rate`.

    Notes
    -----
    Šidák (1967): 1 - (1 - rate)^(1 / points). Exact for independent points; for normal ones that depend on each other
    in any way, an upper bound on what they do together.

    Examples
    --------
    >>> round(rate_per_point(0.05, 10), 5)
    0.00512
    """
    return 1 - (1 - rate) ** (1 / points)


def control_points(
    months: Sequence[Products], shared: Mapping[tuple[int, int], Products], rate: float
) -> list[ControlPoint]:
    """Return each month of a ratio beside the pooled ratio of all months before it, with control limits.

    Parameters
    ----------
    months
        Each month with itself, in the order of time.
    shared
        (later, earlier) places in `months` → sums over the customers seen in both; a pair that is not there has none.
    rate
        Chance that one month lies beyond its limits although nothing changed.

    Raises
    ------
    ValueError
        If a month has fewer than two customers or no denominator.

    Notes
    -----
    A self-starting chart (Quesenberry 1991, SPC Q charts): no months have to be set aside to learn from, and a month
    once told is not judged anew when the next one comes. With c the pooled ratio of the earlier months, e = numerator -
    c · denominator per customer and month, B a month's denominator and B₀ that of all earlier ones,
    var(r_t - c) = V_tt / B_t² + Σ_s Σ_u V_su / B₀² - 2 Σ_s V_ts / (B_t B₀), V_su = Σ e_s e_u over customers, V_ss times
    C/(C - 1): linearised, clustered by customer, with what customers seen in several months do to it, and as under no
    change (a score test). Limits: c ± t · √var, degrees of freedom the smaller number of customers minus 1.
    Standardised deviations of a quiet chart are nearly independent of each other, as recursive residuals are.
    Cost: O(n_months³), of sums only.

    Examples
    --------
    >>> quiet, high = Products(100, 20, 100, 20, 20, 20, 100), Products(100, 45, 100, 45, 45, 45, 100)
    >>> points = control_points([quiet, quiet, high], {}, 0.01)
    >>> [point.is_outside for point in points], round(points[2].low, 3), round(points[2].high, 3)
    ([False, False, True], 0.035, 0.365)
    """
    if any(one.customers < 2 or one.denominator <= 0 for one in months):
        raise ValueError("each month needs 2 customers and a denominator")
    points = [ControlPoint(months[0].ratio, math.nan, math.nan, math.nan)] if months else []
    for place in range(1, len(months)):
        earlier = months[:place]
        base = sum(one.denominator for one in earlier)
        centre = sum(one.numerator for one in earlier) / base
        month = months[place]
        variance = _own(month, centre) / month.denominator**2 + _of_earlier(earlier, shared, centre) / base**2
        both = sum(shared.get((place, i), NOBODY).residual(centre, centre) for i in range(place))
        variance -= 2 * both / (month.denominator * base)
        degrees = min(month.customers, sum(one.customers for one in earlier)) - 1
        reach = -float(stdtrit(degrees, rate / 2)) * math.sqrt(max(variance, 0.0))
        points.append(ControlPoint(month.ratio, centre, centre - reach, centre + reach))
    return points


def _own(month: Products, centre: float) -> float:
    return month.customers / (month.customers - 1) * month.residual(centre, centre)


def _of_earlier(earlier: Sequence[Products], shared: Mapping[tuple[int, int], Products], centre: float) -> float:
    own = sum(_own(one, centre) for one in earlier)
    pairs = [(i, j) for i in range(len(earlier)) for j in range(i)]
    return own + 2 * sum(shared.get(pair, NOBODY).residual(centre, centre) for pair in pairs)
