"""Small tables of results: in the contract's form, checked by it, written as CSV, and read again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pandas as pd

from pipeline.files import write_csv
from pipeline.tables import ALL, NUMBER, SMALL, TEXT, WHOLE, Table

if TYPE_CHECKING:
    from pipeline.engine import Engine  # whoever only reads results loads no engine

# Counts too: a float holds every count below 2 ** 53 exactly, and a missing one the same way as a missing share.
_DTYPES = {WHOLE: "float64", SMALL: "float64", NUMBER: "float64"}
# `files.write_csv` puts an apostrophe before text that a spreadsheet would take for a formula; HTML does not need it.
_APOSTROPHE = re.compile(r"^'(?=[=+\-@\t\r])")
_TYPES = {WHOLE: "Int64", SMALL: "Int32", NUMBER: "float64", TEXT: "string"}


def in_form(
    rows: Iterable[Mapping[str, Any]], table: Table, orders: Mapping[str, Sequence[str]] | None = None
) -> pd.DataFrame:
    """Return rows as the contract's columns, in its order and types, sorted by its key.

    Parameters
    ----------
    rows
        Mappings from column to value; a column that is left out is empty.
    table
        The contract; it must not be open.
    orders
        Column of the key → its values in the order people read them (stages, personas); others follow by name.
    """
    ranks = {name: {value: rank for rank, value in enumerate(order)} for name, order in (orders or {}).items()}

    def place(row: Mapping[str, Any]) -> list[tuple[int, str]]:
        known = [(ranks.get(name, {}), row[name]) for name in table.key]
        return [(rank.get(value, len(rank)), str(value)) for rank, value in known]

    ordered: list[Mapping[str, Any]] = sorted(rows, key=place)
    frame = pd.DataFrame(ordered, columns=list(table.columns))
    return frame.astype({name: _TYPES[column.type] for name, column in table.columns.items()})


def without_numbers(row: Mapping[str, Any], table: Table, note: str) -> dict[str, Any]:
    """Return a row whose every value that the contract lets be empty is so, with the note that says why."""
    kept = {name: value for name, value in row.items() if not table.columns[name].nullable}
    return {**kept, "note": note}


def write_tables(engine: Engine, frames: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Check each frame against the contract of its name and write it to ``<folder>/<name>.csv``.

    Raises
    ------
    ParcoursError
        If a frame breaks its contract.
    """
    for name, frame in frames.items():
        engine.load(name, frame)
        engine.check(ALL[name], name)
        write_csv(frame, folder / f"{name}.csv")


def read_table(path: Path | BinaryIO, table: Table | None = None) -> pd.DataFrame:
    """Read a CSV of the pipeline: types from its contract, empty cells missing, no word taken for a missing one."""
    types = {name: _DTYPES.get(column.type, "str") for name, column in table.columns.items()} if table else None
    frame = pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = frame[name].str.replace(_APOSTROPHE, "", regex=True)
    return frame
