"""What the tables of estimates share: a row with its interval, or the reason why it has none."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pipeline.params import Params
from pipeline.stats.result import Interval

MONEY_SCALE = 10_000  # money and scores have four decimals
ONE_CUSTOMER, NO_VARIATION = "one customer: no interval", "no variation: no interval"

Row = dict[str, Any]


def with_interval(row: Row, params: Params, customers: int, interval: Callable[..., Row], *arguments: Any) -> Row:
    """Return the row with ``interval(*arguments, level)``; of few customers the counts, which `estimate` withholds."""
    if customers < params.estimate.smallest_cell:
        return row
    if customers < 2:
        return {**row, "note": ONE_CUSTOMER}
    return {**row, **interval(*arguments, params.estimate.level)}


def share(found: Interval) -> Row:
    """Return a proportion as the columns that every table of shares has."""
    return {"p": found.estimate, "ci_low": found.low, "ci_high": found.high, "design_effect": found.design_effect}


def bounds(found: Interval, estimate: str, low: str, high: str) -> Row:
    """Return an interval under the columns' own names, and the note where nothing varies."""
    note = NO_VARIATION if math.isnan(found.low) else None
    return {estimate: found.estimate, low: found.low, high: found.high, "note": note}
