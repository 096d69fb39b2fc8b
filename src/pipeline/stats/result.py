"""What every estimate comes back as: never a number without its n, its clusters and its uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True)
class Interval:
    """An estimate between its bounds.

    Parameters
    ----------
    estimate, low, high
        In the unit of the quantity; not-a-number where it cannot be known.
    n
        Rows behind it (visits, journeys, answers).
    clusters
        Customers behind those rows: what was sampled.
    variance
        Of the estimate, clustered.
    design_effect
        ``variance`` over that of independent rows; 1 means that clustering does not matter.
    """

    estimate: float
    low: float
    high: float
    n: int
    clusters: int
    variance: float = math.nan
    design_effect: float = math.nan


@dataclass(frozen=True)
class Effect:
    """A comparison of exposed with other units, its uncertainty carried by customers.

    Parameters
    ----------
    estimate
        Exposed minus others, or a probability of superiority.
    standard_error
        Clustered by customer.
    degrees
        Degrees of freedom of the t distribution that intervals and p-values use.
    n_exposed, n_unexposed
        Units in each arm.
    clusters
        Customers behind them.
    null
        Value of `estimate` where the exposure makes no difference.
    design_effect
        Variance over that of independent units.
    """

    estimate: float
    standard_error: float
    degrees: float
    n_exposed: int
    n_unexposed: int
    clusters: int
    null: float = 0.0
    design_effect: float = math.nan

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the bounds at a level: ``estimate ± t((1 + level) / 2, degrees) standard_error``."""
        reach = float(stats.t.ppf((1 + level) / 2, self.degrees)) * self.standard_error
        return self.estimate - reach, self.estimate + reach

    @property
    def p(self) -> float:
        """Two-sided p-value of no difference (1 where nothing varies and nothing differs)."""
        distance = abs(self.estimate - self.null)
        if self.standard_error == 0:
            return 1.0 if distance == 0 else 0.0
        return float(2 * stats.t.sf(distance / self.standard_error, self.degrees))
