"""Sums over replicates: what a chunk of a study leaves behind, and what chunks add up to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.stats.result import Interval

QUANTITIES = ("width", "error", "bias")  # measures that are no share of replicates


class Key(NamedTuple):
    """What a row of results is about.

    Parameters
    ----------
    case
        The setting or the quantity.
    customers
        How many; 0 where that says nothing.
    method
        Ours, or what it is shown beside.
    measure
        What is averaged over replicates: ``covers``, ``width``, ``error``, ``rejects`` …
    """

    case: str
    customers: int
    method: str
    measure: str


@dataclass
class Tally:
    """Number, sum and sum of squares of each measure.

    Examples
    --------
    >>> tally = Tally()
    >>> for value in (1.0, 0.0, 1.0, 1.0):
    ...     tally.add(Key("p", 50, "ours", "covers"), value)
    >>> row = tally.frame().iloc[0]
    >>> int(row["replicates"]), float(row["value"]), float(row["mc_error"])
    (4, 0.75, 0.25)
    """

    sums: dict[Key, list[float]] = field(default_factory=dict)

    def add(self, key: Key, value: float) -> None:
        """Count one replicate's value; a value that is not a number is no replicate."""
        if math.isnan(value):
            return
        entry = self.sums.setdefault(key, [0, 0.0, 0.0])
        entry[0] += 1
        entry[1] += value
        entry[2] += value * value

    def add_interval(self, case: str, customers: int, method: str, interval: Interval, truth: float) -> None:
        """Count whether an interval covers the truth (one without bounds does not), its width, the estimate's error."""
        measures = {
            "covers": float(interval.low <= truth <= interval.high),
            "width": interval.high - interval.low,
            "error": interval.estimate - truth,
        }
        for measure, value in measures.items():
            self.add(Key(case, customers, method, measure), float(value))

    def frame(self) -> pd.DataFrame:
        """Return one row per key: replicates, value (the mean) and mc_error (its standard error), in order of entry."""
        return pd.DataFrame(list(_rows(self.sums)), columns=[*Key._fields, "replicates", "value", "mc_error"])

    def sums_frame(self) -> pd.DataFrame:
        """Return the sums themselves, to be kept."""
        rows = [(*key, int(n), total, squares) for key, (n, total, squares) in self.sums.items()]
        return pd.DataFrame(rows, columns=[*Key._fields, "n", "total", "squares"])

    @classmethod
    def of(cls, chunks: Iterable[pd.DataFrame]) -> Tally:
        """Return what kept chunks add up to, in their order."""
        whole = cls()
        for chunk in chunks:
            for case, customers, method, measure, n, total, squares in chunk.itertuples(index=False):
                entry = whole.sums.setdefault(Key(case, int(customers), method, measure), [0, 0.0, 0.0])
                entry[0] += int(n)
                entry[1] += total
                entry[2] += squares
        return whole


def _rows(sums: dict[Key, list[float]]) -> Iterator[tuple[object, ...]]:
    for key, (n, total, squares) in sums.items():
        mean = total / n
        spread = max(squares / n - mean * mean, 0.0)
        yield *key, int(n), mean, float(np.sqrt(spread / (n - 1))) if n > 1 else math.nan
