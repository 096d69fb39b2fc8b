"""What a number did around the date of an action: before and after, at equal maturity, nothing more."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipeline.monthly.calendar import earlier_months
from pipeline.monthly.changes import Cells
from pipeline.stats.months import difference


@dataclass(frozen=True)
class MeasuredEffect:
    """A month before an action beside the first full month after it.

    Parameters
    ----------
    before_month, after_month
        The months compared; the month of the action itself is in neither.
    before, after
        The number in each.
    change, low, high
        After minus before, with its interval.
    change_last_year
        The same two months a year before: how much of the change is the season. Not-a-number where they are not full.
    """

    before_month: str
    after_month: str
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
    Two cohorts of equal maturity, no control group: evidence of grade D. The covariance of customers seen in both
    months is not in the table for months apart; as it is positive (who moves readily does so again), leaving it out
    makes the interval wider than needed, never narrower.

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
    month = f"{action_date:%Y-%m}"
    before_month, after_month = earlier_months(month)[0], _following(month)
    before, after = cells.own(key, before_month), cells.own(key, after_month)
    if before is None or after is None or min(before.customers, after.customers) < 2:
        return None
    found = difference(before, after, level=level)
    last_year = [cells.own(key, earlier_months(one)[1]) for one in (before_month, after_month)]
    season = math.nan if None in last_year else last_year[1].ratio - last_year[0].ratio  # type: ignore[union-attr]
    return MeasuredEffect(
        before_month, after_month, before.ratio, after.ratio, found.estimate, found.low, found.high, season
    )


def _following(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{year}-{number + 1:02d}" if number < 12 else f"{year + 1}-01"
