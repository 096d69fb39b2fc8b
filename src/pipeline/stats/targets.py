"""Where an interval lies against what was wanted, and against what was believed."""

from __future__ import annotations

import math

REACHED, NOT_REACHED, NOT_SHOWN, NOT_MEASURED = "reached", "not reached", "not shown", "not measured"
TOO_HIGH, TOO_LOW, COMPATIBLE = "too high", "too low", "compatible"


def against_target(low: float, high: float, target: float, is_higher_better: bool = True) -> str:
    """Return whether a target is reached, as far as an interval can tell.

    Parameters
    ----------
    low, high
        Bounds; not-a-number where nothing could be measured.
    target
        In the same unit.
    is_higher_better
        On which side of the target the value should lie; the target itself is reached.

    Examples
    --------
    >>> against_target(0.81, 0.86, 0.80), against_target(0.70, 0.79, 0.80), against_target(0.78, 0.83, 0.80)
    ('reached', 'not reached', 'not shown')
    >>> against_target(0.70, 0.79, 0.80, is_higher_better=False)
    'reached'
    """
    if math.isnan(low) or math.isnan(high):
        return NOT_MEASURED
    if not is_higher_better:
        low, high, target = -high, -low, -target
    if low >= target:
        return REACHED
    return NOT_REACHED if high < target else NOT_SHOWN


def against_belief(low: float, high: float, believed: float) -> str:
    """Return whether what was believed is too high, too low or compatible with the interval.

    Examples
    --------
    >>> against_belief(0.4, 0.5, 0.8), against_belief(0.4, 0.5, 0.45)
    ('too high', 'compatible')
    """
    if math.isnan(low) or math.isnan(high):
        return NOT_MEASURED
    if believed > high:
        return TOO_HIGH
    return TOO_LOW if believed < low else COMPATIBLE


def together(statuses: list[str]) -> str:
    """Return the status of an objective from those under it: reached only where all are.

    Examples
    --------
    >>> together(["reached", "reached"]), together(["reached", "not shown"]), together(["not shown", "not reached"])
    ('reached', 'not shown', 'not reached')
    """
    if NOT_REACHED in statuses:
        return NOT_REACHED
    if statuses and all(status == REACHED for status in statuses):
        return REACHED
    return NOT_MEASURED if all(status == NOT_MEASURED for status in statuses) else NOT_SHOWN
