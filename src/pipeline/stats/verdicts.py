"""From an estimate to one of three verdicts, and to how many customers would settle an open one."""

from __future__ import annotations

from pipeline.stats.power import customers_for_power
from pipeline.stats.result import Effect

SUPPORTED, REFUTED, INCONCLUSIVE, NOT_TESTED = "supported", "refuted", "inconclusive", "not tested"
MATERIAL, REAL_BUT_TOO_SMALL, TOO_SMALL, OPPOSITE = "material", "real but too small", "too small", "opposite"
NO_OVERLAP = "no overlap"


def verdict(
    low: float, high: float, direction: str, smallest_effect: float, q: float, rate: float
) -> tuple[str, str | None]:
    """Verdict on a claim, and its sub-label.

    Parameters
    ----------
    low, high
        Bounds of the effect, exposed minus others.
    direction
        Claimed: ``"higher"`` or ``"lower"``.
    smallest_effect
        The least effect worth acting on, without a sign.
    q
        False discovery rate at which this row would be found.
    rate
        False discovery rate that is accepted.

    Notes
    -----
    With the claimed direction positive and the bounds L and U: U < smallest effect → *refuted* (opposite
    if U < 0, real but too small if L > 0, else too small); else q ≤ rate and L > 0 → *supported*
    (material if L ≥ smallest effect); else *inconclusive*.

    Examples
    --------
    >>> verdict(-2.2, -1.9, "lower", 0.25, 0.001, 0.10)
    ('supported', 'material')
    >>> verdict(-0.1, 0.2, "higher", 0.25, 0.4, 0.10)
    ('refuted', 'too small')
    >>> verdict(-0.1, 0.6, "higher", 0.25, 0.2, 0.10)
    ('inconclusive', None)
    """
    if direction == "lower":
        low, high = -high, -low
    if high < smallest_effect:
        return REFUTED, OPPOSITE if high < 0 else REAL_BUT_TOO_SMALL if low > 0 else TOO_SMALL
    if q <= rate and low > 0:
        return SUPPORTED, MATERIAL if low >= smallest_effect else None
    return INCONCLUSIVE, None


def customers_needed(
    effect: Effect, smallest_effect: float, level: float = 0.95, power: float = 0.80, tested_at: float | None = None
) -> int:
    """Return the customers for a given power at the smallest effect, exposure and clustering staying as observed.

    Parameters
    ----------
    effect
        What was seen, or a pilot of it: only its standard error and its number of customers are used.
    smallest_effect
        The effect that is to be found, in the outcome's unit, without a sign.
    level
        Of the interval whose lower bound must exceed 0.
    power
        Chance of a verdict *supported* if the effect is the smallest one.
    tested_at
        Two-sided p under which the row would be found, `multiplicity.level_of_next`; default: ``1 - level``.

    Notes
    -----
    Supported means: the p-value is at most `tested_at`, and the interval lies above 0 in the claimed direction. Both
    are one-sided claims, so that the stricter level counts: the smaller of `tested_at` and ``1 - level``. The formula
    is that of `power.customers_for_power`.

    Examples
    --------
    >>> seen = Effect(0.1, 0.1, 99, 100, 100, clusters=200)
    >>> customers_needed(seen, smallest_effect=0.1), customers_needed(seen, smallest_effect=0.1, tested_at=0.005)
    (1570, 2663)
    """
    alpha = 1 - level if tested_at is None else min(tested_at, 1 - level)
    return customers_for_power(effect.clusters, effect.standard_error, smallest_effect, alpha, power)
