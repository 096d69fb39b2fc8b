"""What a number did around the date of an action: before and after, at equal maturity, nothing more."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipeline.monthly.calendar import earlier_months, next_month
from pipeline.monthly.changes import Cells
from pipeline.stats.months import NOBODY, difference


@dataclass(frozen=True)
class MeasuredEffect:
    """A month before an action beside the first full month after it.

    Parameters
    ----------
    before_month, after_month
        The months compared; the month of the action itself is in neither.
    unit
        Of the number: share, money, score or points.
    n_before, n_after
        Customers of each.
    before, after
        The number in each.
    change, low, high
        After minus before, with its interval.
    change_last_year
        The same two months a year before: how much of the change is the season. Not-a-number where they are not full.
    """

    before_month: str
    after_month: str
    unit: str
    n_before: int
    n_after: int
    before: float
    after: float
    change: float
    low: float
    high: float
    change_last_year: float


def measured_effect(
    monthly: pd.DataFrame, action_date: date, kpi: str, group: str = "(all)", level: float = 0.95
) -> MeasuredEffect | None:
    """Return what a KPI did around an action; None while a month on either side is not full, or too small.

    Parameters
    ----------
    monthly
        Rows of the contract MONTHLY.
    action_date
        First day on which the action is in force.
    kpi
        Id of a KPI.
    group
        ``(all)`` or a persona.
    level
        Of the interval.

    Notes
    -----
    Two cohorts of equal maturity, no control group: evidence of grade D. Customers seen in both months are counted as
    such (`stats.months.difference`).

    Examples
    --------
    >>> sums = dict(n_customers=100, denominator=100.0, dd=100.0)
    >>> rows = [
    ...     dict(measure="kpi", item="nps", grouping="all", group="(all)", unit="share", definition="d", period=month,
    ...          other_period=month, numerator=a, nn=a, nd=a, dn=a, **sums)
    ...     for month, a in (("2026-02", 20.0), ("2026-03", 25.0), ("2026-04", 40.0))
    ... ]
    >>> found = measured_effect(pd.DataFrame(rows), date(2026, 3, 10), "nps")
    >>> found.before_month, found.after_month, round(found.change, 2), round(found.low, 2)
    ('2026-02', '2026-04', 0.2, 0.07)
    """
    cells = Cells(monthly)
    key = ("kpi", kpi, "all" if group == "(all)" else "persona", group)
    before_month, after_month = months_around(action_date)
    before, after = cells.own(key, before_month), cells.own(key, after_month)
    if before is None or after is None or min(before.customers, after.customers) < 2:
        return None
    both = cells.products.get((key, after_month, before_month), NOBODY)
    found = difference(before, after, both, level)
    last_year = [cells.own(key, earlier_months(one)[1]) for one in (before_month, after_month)]
    season = math.nan if None in last_year else last_year[1].ratio - last_year[0].ratio  # type: ignore[union-attr]
    return MeasuredEffect(
        before_month, after_month, cells.units[key], before.customers, after.customers, before.ratio, after.ratio,
        found.estimate, found.low, found.high, season,
    )  # fmt: skip


def months_around(action_date: date) -> tuple[str, str]:
    """Return the month before that of an action, and the one after: its own month is partly both, so it is neither.

    Examples
    --------
    >>> months_around(date(2026, 12, 24))
    ('2026-11', '2027-01')
    """
    month = f"{action_date:%Y-%m}"
    return earlier_months(month)[0], next_month(month)
