"""The control chart of key figures by month, from one run's monthly.csv."""

from __future__ import annotations

import pandas as pd

from pipeline.monthly.calendar import MONTHS_ON_CHART
from pipeline.monthly.changes import LEAST_CUSTOMERS, LEAST_EVENTS, Cells
from pipeline.stats.control import control_points, rate_per_point
from pipeline.stats.months import Products
from pipeline.tables import EVERYBODY

COLUMNS = ("item", "unit", "period", "n_customers", "value", "centre", "low", "high", "is_outside", "point_rate")


def control_chart(monthly: pd.DataFrame, rate: float, group: str = EVERYBODY) -> pd.DataFrame:
    """Return every key figure of a group by month, with its centre and control limits.

    Parameters
    ----------
    monthly
        Rows of the contract MONTHLY, of one run.
    rate
        Chance that any month of any figure of this chart lies beyond its limits, although nothing changed.
    group
        ``(all)`` or a persona.

    Returns
    -------
    DataFrame
        item, unit, period, n_customers, value, centre, low, high (the first month has none of these three),
        is_outside, and point_rate: the chance of a false alarm of each single point. The last 13 full months at most;
        months with fewer than 30 customers or, of a share, 10 events or 10 others are left out.

    Notes
    -----
    `rate` is shared evenly by all points with limits (Šidák); `stats.control.control_points` has the limits. A point
    beyond them is an alarm about one figure; whether a number *moved* from one month to the next, over all looks, is
    said by the ledger alone.
    """
    cells = Cells(monthly)
    grouping = "all" if group == EVERYBODY else "persona"
    chosen = {
        key: months
        for key in cells.units
        if key[0] == "kpi" and key[2:] == (grouping, group) and len(months := _months(cells, key)) > 1
    }
    points = sum(len(months) - 1 for months in chosen.values())
    each = rate_per_point(rate, points) if points else rate
    rows = [row for key, months in chosen.items() for row in _rows(cells, key, months, each)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _months(cells: Cells, key: tuple[str, ...]) -> list[str]:
    own = [month for other, month, same in cells.products if other == key and month == same]
    return [month for month in sorted(own)[-MONTHS_ON_CHART:] if _is_enough(cells.own(key, month), cells.units[key])]


def _is_enough(month: Products | None, unit: str) -> bool:
    if month is None or month.customers < LEAST_CUSTOMERS:
        return False
    return unit != "share" or min(month.numerator, month.denominator - month.numerator) >= LEAST_EVENTS


def _rows(cells: Cells, key: tuple[str, ...], months: list[str], rate: float) -> list[dict[str, object]]:
    own = [cells.products[key, month, month] for month in months]
    shared = {
        (i, j): cells.products[pair]
        for i in range(len(months))
        for j in range(i)
        if (pair := (key, months[i], months[j])) in cells.products
    }
    return [
        {
            "item": key[1], "unit": cells.units[key], "period": month, "n_customers": sums.customers,
            "value": point.value, "centre": point.centre, "low": point.low, "high": point.high,
            "is_outside": point.is_outside, "point_rate": rate,
        }
        for month, sums, point in zip(months, own, control_points(own, shared, rate), strict=True)
    ]  # fmt: skip
