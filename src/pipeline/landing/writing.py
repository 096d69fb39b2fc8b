"""Landed rows as Parquet: the file's name and the record numbers in front, memory that of one batch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from pipeline.landing.columns import MOST, column_names
from pipeline.landing.raw_file import FILE, ROW, RawFile, Refused

BATCH = 50_000
_BATCH_TEXT = 1 << 26  # characters held at most, about
Record = Mapping[str, str | None]


class Rows:
    """Writes batches of columns to a Parquet file."""

    def __init__(self, target: Path, name: str, schema: pa.Schema) -> None:
        self._name = name
        self._schema = pa.schema([(FILE, pa.string()), (ROW, pa.int64()), *schema])
        self._file = pyarrow.parquet.ParquetWriter(target, self._schema, compression="lz4")

    def __enter__(self) -> Self:
        return self

    def write(self, columns: list[pa.Array], numbers: np.ndarray) -> None:
        """Write columns of equal length, with the number that each record has in the file."""
        name = pa.repeat(pa.scalar(self._name), len(numbers))
        self._file.write_batch(pa.RecordBatch.from_arrays([name, pa.array(numbers), *columns], schema=self._schema))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def write_records(file: RawFile, target: Path, records: Iterable[tuple[int, Record | Refused]]) -> list[Refused]:
    """Write records that bring their own columns, and return those refused.

    Which columns there are is known only at the end: batches are parts beside `target` until then.

    Parameters
    ----------
    file
        Named in the rows; its layout says what is null.
    target
        Parquet file to write.
    records
        Number in the file and cells by column, or why the record is refused.
    """
    refused: list[Refused] = []
    columns: dict[str, None] = dict.fromkeys(file.layout.json_columns)
    parts: list[Path] = []
    for batch in _batches(_well_formed(file, records, refused)):
        part = target.with_name(f"{target.name}.part{len(parts)}")
        try:
            columns |= _write_part(batch, file, part)
        except UnicodeEncodeError:
            columns |= _write_part(_without_half_characters(batch, file, refused), file, part)
        parts.append(part)
        if len(columns) > MOST:
            break
    names = column_names(list(columns), file)
    schema = pa.schema([(name, pa.string()) for name in names])
    with ExitStack() as stack:
        rows = stack.enter_context(Rows(target, file.path.name, schema))
        for part in parts:
            stack.callback(part.unlink)
            _copy_part(part, list(columns), rows)
    return refused


def _batches(records: Iterable[tuple[int, Record]]) -> Iterator[list[tuple[int, Record]]]:
    batch: list[tuple[int, Record]] = []
    text = 0
    for number, record in records:
        batch.append((number, record))
        text += sum(len(cell) for cell in record.values() if cell is not None)
        if len(batch) == BATCH or text > _BATCH_TEXT:
            yield batch
            batch, text = [], 0
    if batch:
        yield batch


def _well_formed(
    file: RawFile, records: Iterable[tuple[int, Record | Refused]], refused: list[Refused]
) -> Iterator[tuple[int, Record]]:
    for place, (number, record) in enumerate(records):
        if file.limit is not None and place >= file.limit:
            return
        if isinstance(record, Refused):
            refused.append(record)
        else:
            yield number, record


def _without_half_characters(
    batch: list[tuple[int, Record]], file: RawFile, refused: list[Refused]
) -> list[tuple[int, Record]]:
    """Return the records that are text: JSON may write half a character, no file of text can hold it."""
    good = []
    for number, record in batch:
        column = next((column for column, cell in record.items() if _is_half(column) or _is_half(cell or "")), None)
        if column is None:
            good.append((number, record))
        else:
            column = column.encode("utf-8", "replace").decode()
            refused.append(file.refuse(number, None, "unreadable_value", column))
    return good


def _is_half(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _write_part(batch: list[tuple[int, Record]], file: RawFile, part: Path) -> dict[str, None]:
    """Write one batch under column numbers, and return the names that belong to them."""
    nulls = {"", *file.layout.null_values}
    columns = dict.fromkeys(column for _, record in batch for column in record)
    cells = {
        str(i): pa.array([None if (cell := record.get(column)) in nulls else cell for _, record in batch], pa.string())
        for i, column in enumerate(columns)
    }
    numbers = pa.array([number for number, _ in batch], pa.int64())
    table = pa.table({**cells, ROW: numbers})
    metadata = {"columns": json.dumps(list(columns))}  # before they are made fit to be names
    pyarrow.parquet.write_table(table.replace_schema_metadata(metadata), part, compression="lz4")
    return columns


def _copy_part(part: Path, columns: list[str], rows: Rows) -> None:
    table = pyarrow.parquet.read_table(part)
    place = {column: i for i, column in enumerate(json.loads(table.schema.metadata[b"columns"]))}
    empty = pa.nulls(table.num_rows, pa.string())
    cells = [table.column(place[column]).combine_chunks() if column in place else empty for column in columns]
    rows.write(cells, table.column(ROW).to_numpy())
