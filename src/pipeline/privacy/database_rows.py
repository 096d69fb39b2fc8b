"""A person's rows of a database: deleted in a SQLite file that is ours, shown as a statement where it is not."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from pipeline.database import DatabaseTable, quoted, quoted_table, row_keys, take_snapshot
from pipeline.errors import ParcoursError
from pipeline.privacy.records import kept_rows


def without_table_rows(file: Path, target: Path, gone: Sequence[tuple[DatabaseTable, Collection[int]]]) -> None:
    """Write a SQLite file without some rows; the pages that held them are written anew, too.

    Parameters
    ----------
    file, target
        The SQLite file, and where to write it.
    gone
        Table and rows, numbered as in the table's snapshot.

    Raises
    ------
    ParcoursError
        If the snapshot is not what the file holds now, or a table is a view or has no row keys.
    """
    if any(file.with_name(file.name + ending).exists() for ending in ("-wal", "-journal")):
        raise ParcoursError(f"{file}: another program has it open. Close it there; nothing was changed.")
    source = f"{file.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("pragma secure_delete = on")
        read = [row_keys(replace(table, folder=target.parent, database=target.name)) for table, _ in gone]
        for (table, numbers), keys in zip(gone, read, strict=True):
            if not keys:
                raise table.error(
                    f"{table.table} is a view or has no row keys. Delete there by hand:\n{deletion(table, numbers)}"
                )
            theirs = [(keys[number - 1],) for number in numbers if number <= len(keys)]
            new.executemany(f"delete from {quoted_table(table)} where rowid = ?", theirs)
        new.commit()
        new.execute("vacuum")
    for table, numbers in gone:
        _refuse_other(table, numbers, target)


def _refuse_other(table: DatabaseTable, numbers: Collection[int], written: Path) -> None:
    """Refuse a written file whose table is not the snapshot without the rows: the two had moved apart."""
    taken = written.with_name(f"{written.name}.snapshot")
    take_snapshot(replace(table, folder=written.parent, database=written.name), taken)
    left, expected = (pyarrow.parquet.read_table(path) for path in (taken, table.snapshot))
    if not left.equals(kept_rows(expected, numbers)):
        raise table.error(
            f"{table.database} has moved on since the snapshot; nothing was changed. Take it again (parcours obtain), "
            "run the pipeline, then erase."
        )


def deletion(table: DatabaseTable, numbers: Collection[int]) -> str:
    """Return the statement that deletes rows of a snapshot in the database itself, as text to run there.

    Rows are named by `order_by` where that tells them apart, else by all columns read.
    """
    snapshot = pyarrow.parquet.read_table(table.snapshot)
    keys = [*table.order_by] if table.order_by and _is_unique(snapshot, table.order_by) else snapshot.schema.names
    rows = snapshot.select(keys).take([number - 1 for number in sorted(numbers)]).to_pylist()
    wanted = list(dict.fromkeys(_condition(row, snapshot.schema) for row in rows))
    listed = "\n   or ".join(wanted)
    return f"delete from {quoted_table(table)}\nwhere {listed};  -- {len(rows)} rows"


def _is_unique(rows: pa.Table, columns: Sequence[str]) -> bool:
    return (
        set(columns) <= set(rows.schema.names) and rows.group_by(list(columns)).aggregate([]).num_rows == rows.num_rows
    )


def _condition(row: Mapping[str, Any], schema: pa.Schema) -> str:
    parts = []
    for name, value in row.items():
        column = f"cast({quoted(name)} as text)" if pa.types.is_string(schema.field(name).type) else quoted(name)
        shown = str(value).replace("'", "''")
        parts.append(f"{column} is null" if value is None else f"{column} = '{shown}'")
    return " and ".join(parts)
