"""Every query of `sql/` as the DVC stages really run it: its bound syntax tree, the tables it read and what it gave."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.expressions import DIALECT

CASES_PER_FILE = 2


@dataclass(frozen=True)
class RecordedQuery:
    """One run of a file of `sql/` on DuckDB."""

    file: str
    tree: exp.Expr
    inputs: dict[str, Path]  # relation → Parquet file with what it held
    given: pa.Table


class Recorder:
    """Keeps the first queries of each file that gave rows, each with other bindings; an empty one only for want of any."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: dict[str, list[RecordedQuery]] = {}

    @property
    def queries(self) -> list[RecordedQuery]:
        return [query for name in sorted(self.seen) for query in self.seen[name]]

    def record(self, engine: Engine, file: str, tree: exp.Expr) -> None:
        kept = self.seen.get(file, [])
        full = [query for query in kept if query.given.num_rows]
        if len(full) == CASES_PER_FILE or any(query.tree == tree for query in full):
            return
        try:
            given = _rows(engine, tree.sql(DIALECT))
        except duckdb.CatalogException:  # part of a larger query, bound before what it reads has its name
            return
        if kept and not given.num_rows:
            return
        inputs = {name: self._keep(engine, name) for name in relations(tree)}
        self.seen[file] = [*full, RecordedQuery(file, tree, inputs, given)]

    def _keep(self, engine: Engine, name: str) -> Path:
        table = _rows(engine, f'select * from "{name}"')
        partial = self.folder / "partial.parquet"
        pyarrow.parquet.write_table(table, partial)
        # one file per content: most queries read the same steps, journeys and visits
        return partial.rename(self.folder / f"{name}-{hashlib.sha256(partial.read_bytes()).hexdigest()[:16]}.parquet")


def _rows(engine: Engine, sql: str) -> pa.Table:
    with warnings.catch_warnings():  # the copy it warns of is of no weight here; a query beside would disturb a stage's
        warnings.simplefilter("ignore", UserWarning)
        return texts_for_codes(engine.connection.execute(sql).to_arrow_table())


def relations(tree: exp.Expr) -> list[str]:
    """Return the names that a query reads, without those of its own steps."""
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return sorted({table.name for table in tree.find_all(exp.Table)} - own)


def texts_for_codes(table: pa.Table) -> pa.Table:
    """Return a table with its codes as the texts they stand for, and its intervals as durations: what files hold."""
    for at, field in enumerate(table.schema):
        column = table.column(at)
        if pa.types.is_dictionary(field.type):
            table = table.set_column(at, field.name, column.cast(pa.string()))
        elif pa.types.is_interval(field.type):
            lengths = [
                None if one is None else timedelta(one.days, 0, one.nanoseconds // 1000) for one in column.to_pylist()
            ]
            table = table.set_column(at, field.name, pa.array(lengths, pa.duration("us")))
    return table


@contextmanager
def recording(folder: Path) -> Iterator[Recorder]:
    """Record what engines run while this is open."""
    recorder, bound = Recorder(folder), Engine.bound

    def recorded(engine: Engine, sql: str | exp.Expr, **bindings: Any) -> exp.Expr:
        tree = bound(engine, sql, **bindings)
        if isinstance(sql, str):
            recorder.record(engine, sql, tree)
        return tree

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "bound", recorded)
        yield recorder


def differences(tree: exp.Expr, expected: pa.Table, got: pa.Table) -> str:
    """Return what differs between two results of a query, in words; nothing when they are equal."""
    return rows_differ(expected, got, in_order=bool(tree.args.get("order")))


def rows_differ(expected: pa.Table, got: pa.Table, in_order: bool = True) -> str:
    """Return what differs between two tables, in words; nothing when they are equal.

    Whole numbers, decimals, texts, times and truths must be the same, floats to a relative 1e-9, and the rows in the
    same order where it counts. A whole number may come in another width.
    """
    if expected.column_names != got.column_names:
        return f"columns {got.column_names}, expected {expected.column_names}"
    for before, after in zip(expected.schema, got.schema, strict=True):
        if _kind(before.type) != _kind(after.type):
            return f"column {before.name} is {after.type}, expected {before.type}"
    if expected.num_rows != got.num_rows:
        return f"{got.num_rows} rows, expected {expected.num_rows}"
    rows, others = (list(zip(*table.to_pydict().values(), strict=True)) for table in (expected, got))
    if not in_order:
        rows, others = sorted(rows, key=_in_order), sorted(others, key=_in_order)
    for at, (row, other) in enumerate(zip(rows, others, strict=True)):
        for name, one, two in zip(expected.column_names, row, other, strict=True):
            if one != two and not (isinstance(one, float) and two == pytest.approx(one, rel=1e-9, nan_ok=True)):
                return f"row {at}, column {name}: {two!r}, expected {one!r}"
    return ""


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0):
        return "whole number"  # DuckDB's sums are as wide as a decimal(38, 0), Spark's are not
    return str(kind).replace("large_", "")


def _in_order(row: tuple[Any, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((one is None, str(one)) for one in row)
