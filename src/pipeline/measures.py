"""How a number of a result table stands in map.json: under its column's name, beside the row it comes from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.tables import SMALL, WHOLE, Table

Measure = dict[str, Any]


def plain(value: Any) -> Any:
    """Return a cell as JSON has it: missing is None, numbers are Python's own."""
    if value is None or value != value:
        return None
    return value.item() if hasattr(value, "item") else value


def whole(value: Any) -> Any:
    """Return a cell of a column of whole numbers."""
    found = plain(value)
    return int(found) if isinstance(found, float) and found.is_integer() else found


def measure(table: Table, row: pd.Series, *columns: str) -> Measure:
    """Return the numbers of one row with where they come from; none of them if the row is suppressed."""
    note = plain(row.get("note"))
    is_suppressed = isinstance(note, str) and note.startswith("n <")
    source = {"table": table.path, "key": {name: plain(row[name]) for name in table.key}}
    wholes = {name for name, column in table.columns.items() if column.type in (WHOLE, SMALL)}
    return {"from": source, "note": note} | {
        name: None if is_suppressed else whole(row[name]) if name in wholes else plain(row[name]) for name in columns
    }
