"""What the tables of estimates share: sums per customer from the engine, and a row with its interval or the reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pipeline.engine import Engine
from pipeline.params import Params
from pipeline.stats.ratios import Sums
from pipeline.stats.result import Interval

MONEY_SCALE = 10_000  # money and scores have four decimals
ONE_CUSTOMER, NO_VARIATION = "one customer: no interval", "no variation: no interval"

Row = dict[str, Any]


def sums_by_item(engine: Engine, counts: str, **bindings: Any) -> Iterator[tuple[str, Any, Sums]]:
    """Yield (group, item, sums) of one question: `counts` is the SQL file that gives a and b per customer."""
    engine.make("customer_counts", counts, **bindings)
    for row in engine.frame("customer_sums").to_dict("records"):
        numbers = [int(row[name]) for name in ("customers", "sum_a", "sum_b", "sum_aa", "sum_ab", "sum_bb")]
        yield row["group"], row["item"], Sums(*numbers)


def sums_of_patterns(customers: np.ndarray, a: np.ndarray, b: np.ndarray) -> Sums:
    """Return the sums over customers of a numerator and a denominator, from how many customers have each pair."""
    numbers = (customers, customers * a, customers * b, customers * a * a, customers * a * b, customers * b * b)
    return Sums(*(int(number.sum()) for number in numbers))


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
