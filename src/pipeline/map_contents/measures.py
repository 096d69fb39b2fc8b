"""A number of a map with where it comes from: the row of a result table, or the reason why it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline import tables
from pipeline.params import Names
from pipeline.tables import Table
from pipeline.words import LANGUAGES

Measure = dict[str, Any]


def measure(table: Table, row: Mapping[Any, Any] | pd.Series, *columns: str) -> Measure:
    """Return the numbers of one row with where they come from; none of them if the row is suppressed."""
    note = plain(row.get("note"))
    is_suppressed = isinstance(note, str) and (note.startswith("n <") or note == "withheld")
    source = {"table": table.path, "key": {name: plain(row[name]) for name in table.key}}
    whole = {name for name, column in table.columns.items() if column.type in (tables.WHOLE, tables.SMALL)}
    return {"from": source, "note": note} | {
        name: None if is_suppressed else _whole(row[name]) if name in whole else plain(row[name]) for name in columns
    }


def first(table: Table, rows: pd.DataFrame, *columns: str) -> Measure | None:
    """Return the numbers of the first row, or None where there is no row."""
    return measure(table, rows.iloc[0], *columns) if len(rows) else None


def only(table: Table, rows: pd.DataFrame, where: Mapping[str, Any], *columns: str) -> Measure | None:
    """Return the numbers of the row with these values."""
    is_meant = np.logical_and.reduce([rows[name].to_numpy() == value for name, value in where.items()])
    return first(table, rows[is_meant], *columns)


def plain(value: Any) -> Any:
    """Return a value as JSON knows it; what is missing is None."""
    if value is None or value != value:
        return None
    return value.item() if hasattr(value, "item") else value


def both(names: Names) -> dict[str, str]:
    """Return a name in both languages."""
    return {language: names[language] for language in LANGUAGES}


def _whole(value: Any) -> Any:
    found = plain(value)
    return int(found) if isinstance(found, float) and found.is_integer() else found
