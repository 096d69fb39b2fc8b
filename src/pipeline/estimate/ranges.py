"""Questions put to one range of customers after the other: what an engine holds does not grow with the brand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype
from sqlglot import exp

from pipeline.buckets import customer_ranges
from pipeline.engine import Engine, within

Codes = tuple[int, int]  # the first and the last customer of a range
MOST_ROWS = 10_000_000  # of customers whose rows are joined or grouped at once: within the memory of a laptop
IN_CACHE = 1_000_000  # of rows whose groups fit the cache of a processor


def frame_by_ranges(
    engine: Engine, sql: str, tables: Sequence[str], counts: Sequence[str], most: int, /, **bindings: Any
) -> pd.DataFrame:
    """Return the answer of a query whose numbers add up over customers, asked of one range of them after the other.

    The answer of each range waits in Python: for questions with few rows, not for patterns that hardly repeat.

    Parameters
    ----------
    sql
        Which query: ``sql/<sql>.sql``.
    tables
        What it groups or joins by customer, the largest first; each is narrowed to the range.
    counts
        Columns that add up, numbers or whole numbers as text; the others tell rows apart.
    most
        Rows of the first table in a range, about; the answer is the same whatever it is, but for the order of its rows.

    Notes
    -----
    Groups of all customers at once take memory in proportion to the brand, those of a range do not: ranges keep what
    is joined below the limit, and what is grouped in the processor's cache. Cost: one reading of the tables in all.
    """
    ranges = _ranges(engine, tables[0], most)
    if len(ranges) == 1:
        return engine.frame(sql, **bindings)
    frames = [engine.frame(asked) for asked in _narrowed(engine.bound(sql, **bindings), tables, ranges)]
    joined = pd.concat(frames, ignore_index=True)
    keys = [column for column in joined.columns if column not in counts]
    for column in counts:
        if not is_numeric_dtype(joined[column]):  # sums of any size; of no number at all: none
            joined[column] = pd.Series([0 if pd.isna(one) else int(one) for one in joined[column]], dtype=object)
    return joined.groupby(keys, as_index=False, observed=True, dropna=False)[list(counts)].sum()[list(joined.columns)]


def make_by_ranges(engine: Engine, name: str, tables: Sequence[str], most: int, /, **bindings: Any) -> None:
    """Make the engine's table `name` by ``sql/<name>.sql``, the rows of one range of customers after the other.

    `tables` and `most` are those of `frame_by_ranges`.
    """
    ranges = _ranges(engine, tables[0], most)
    if len(ranges) == 1:
        engine.make(name, **bindings)
        return
    first, *others = _narrowed(engine.bound(name, **bindings), tables, ranges)
    engine.make(name, first)
    for asked in others:
        engine.add(name, asked)


def _ranges(engine: Engine, table: str, most: int) -> list[Codes]:
    n_rows = engine.row(exp.select("count(*) as n").from_(table))["n"] if engine.has_ranges else 0
    return customer_ranges(n_rows, most)


def _narrowed(asked: exp.Expr, tables: Sequence[str], ranges: Sequence[Codes]) -> Iterator[exp.Expr]:
    """Yield a query for each range of customers in order."""
    for codes in ranges:
        narrowed = asked
        for table in tables:
            narrowed = within(narrowed, table, codes)
        yield narrowed
