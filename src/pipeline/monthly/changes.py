"""What changed between two full months of one run, and what two runs say differently of the same month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.monthly.calendar import earlier_months
from pipeline.stats.months import NOBODY, Products, difference, mix_and_rate

LEAST_CUSTOMERS = 30  # in each month; fewer make no test
LEAST_EVENTS = 10  # of a share: counted ones and others, both months together
KEY = ["measure", "item", "grouping", "group"]
DEFINITION, DATA = "definition", "data"
_SUMS = ("n_customers", "numerator", "denominator", "nn", "nd", "dn", "dd")


class Months(NamedTuple):
    """The months that are compared: the last full one, the one before, and the same one a year before."""

    last: str
    before: str
    year_before: str


class Cells:
    """The rows of one run's monthly.csv, by item, group and pair of months; withheld ones are not there."""

    def __init__(self, monthly: pd.DataFrame) -> None:
        rows = monthly[monthly["numerator"].notna()].to_dict("records")
        keys = [_key(row) for row in rows]
        self.units = {key: str(row["unit"]) for key, row in zip(keys, rows, strict=True)}
        self.definitions = {key: str(row["definition"]) for key, row in zip(keys, rows, strict=True)}
        self.products = {
            (key, str(row["period"]), str(row["other_period"])): Products(*(row[name] for name in _SUMS))
            for key, row in zip(keys, rows, strict=True)
        }

    def own(self, key: tuple[str, ...], month: str) -> Products | None:
        """Return a month with itself; None where nobody was in it, or too few to show."""
        found = self.products.get((key, month, month))
        return found if found is not None and found.denominator > 0 else None


def _key(row: Mapping[Any, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in KEY)


def changes(monthly: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return, per item and group, the last full month beside the one before, and beside the same one last year.

    Parameters
    ----------
    monthly
        Rows of the contract MONTHLY, of one run.
    level
        Of the intervals.

    Returns
    -------
    DataFrame
        measure, item, grouping, group, unit, definition, period, base_period, n_customers (of the period); before,
        after, change, low, high (of the change); p (empty: too few to test); mix and rate (of everybody, over
        personas); year_before and year_change with its bounds. Rows are in the order of the contract's key.
    """
    cells = Cells(monthly)
    last: dict[str, str] = {}
    for key, month, _ in cells.products:
        name = "/".join(key[:2])
        last[name] = max(last.get(name, month), month)
    rows = [
        _change(cells, key, Months(last["/".join(key[:2])], *earlier_months(last["/".join(key[:2])])), level)
        for key in cells.units
    ]
    found = pd.DataFrame([row for row in rows if row is not None])
    return found if len(found) else pd.DataFrame(columns=[*KEY, "unit", "definition", "period", "base_period", "p"])


def _change(cells: Cells, key: tuple[str, ...], months: Months, level: float) -> dict[str, Any] | None:
    after, before = cells.own(key, months.last), cells.own(key, months.before)
    if after is None or before is None or min(after.customers, before.customers) < 2:
        return None
    both = cells.products.get((key, months.last, months.before), NOBODY)
    found, unit = difference(before, after, both, level), cells.units[key]
    row = {
        **dict(zip(KEY, key, strict=True)), "unit": unit, "definition": cells.definitions[key],
        "period": months.last, "base_period": months.before, "n_customers": after.customers,
        "before": before.ratio, "after": after.ratio,
        "change": found.estimate, "low": found.low, "high": found.high,
        "p": found.p if _is_testable(before, after, unit) else np.nan,
        "mix": np.nan, "rate": np.nan,
    }  # fmt: skip
    if key[2] == "all":
        row["mix"], row["rate"] = _split(cells, key, months)
    return row | _a_year_before(cells, key, months, after, level)


def _is_testable(before: Products, after: Products, unit: str) -> bool:
    if min(before.customers, after.customers) < LEAST_CUSTOMERS:
        return False
    counted = before.numerator + after.numerator
    others = before.denominator + after.denominator - counted
    return unit != "share" or min(counted, others) >= LEAST_EVENTS


def _split(cells: Cells, key: tuple[str, ...], months: Months) -> tuple[float, float]:
    """Return mix and rate over personas; those not shown in both months are one group: what is left of everybody."""
    groups = sorted({one[3] for one in cells.units if one[:2] == key[:2] and one[2] == "persona"})
    kept = [
        one for group in groups if all(cells.own(one := (*key[:2], "persona", group), month) for month in months[:2])
    ]
    if not kept:
        return np.nan, np.nan
    parts = []
    for month in (months.before, months.last):
        whole = cells.products[key, month, month]
        shown = [cells.products[one, month, month] for one in kept]
        sums = [(one.numerator, one.denominator) for one in shown]
        rest = [total - sum(one[i] for one in sums) for i, total in enumerate((whole.numerator, whole.denominator))]
        parts.append([*sums, (rest[0], rest[1]) if rest[1] > 0 else (0.0, 0.0)])
    return mix_and_rate(parts[0], parts[1])


def _a_year_before(
    cells: Cells, key: tuple[str, ...], months: Months, after: Products, level: float
) -> dict[str, float]:
    names = ("year_before", "year_change", "year_low", "year_high")
    before = cells.own(key, months.year_before)
    if before is None or before.customers < 2:
        return dict.fromkeys(names, np.nan)
    found = difference(before, after, cells.products.get((key, months.last, months.year_before), NOBODY), level)
    return dict(zip(names, (before.ratio, found.estimate, found.low, found.high), strict=True))


def restated(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Return what a later run says differently of a month that an earlier run already told.

    Parameters
    ----------
    earlier, later
        Rows of the contract MONTHLY, of two runs.

    Returns
    -------
    DataFrame
        measure, item, grouping, group, unit, period, before, after and verdict: ``definition`` where something
        declared changed, ``data`` where nothing did, so that other raw rows (or another version of Parcours) must
        have. Per item and group the last month that both runs have, where its counts differ.
    """
    one, two, rows = Cells(earlier), Cells(later), []
    for key in one.units:
        shared = [
            month for other, month, same in one.products if other == key and month == same and two.own(key, month)
        ]
        if not shared:
            continue
        month = max(shared)
        before, after = one.products[key, month, month], two.products[key, month, month]
        if np.allclose(_sums(before), _sums(after), rtol=1e-9):
            continue
        is_same = one.definitions[key] == two.definitions[key]
        rows.append(
            {
                **dict(zip(KEY, key, strict=True)), "unit": two.units[key], "period": month, "before": before.ratio,
                "after": after.ratio, "verdict": DATA if is_same else DEFINITION,
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=[*KEY, "unit", "period", "before", "after", "verdict"])


def _sums(one: Products) -> list[float]:
    return [float(getattr(one, name)) for name in ("customers", "numerator", "denominator", "nn", "nd", "dd")]
