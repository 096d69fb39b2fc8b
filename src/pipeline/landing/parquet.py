"""Parquet: it brings its own names and types; structures become dotted columns, lists and maps JSON text."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from pipeline.landing.columns import column_names
from pipeline.landing.json_values import json_text
from pipeline.landing.raw_file import Landed, RawFile, Reading, Refused
from pipeline.landing.writing import BATCH, Rows


def read(file: RawFile, target: Path) -> Landed:
    """Land a Parquet file; the first row is number 1. A row with text that is no text is refused alone.

    Raises
    ------
    ParcoursError
        If it is no Parquet file that can be read to its end.
    """
    refused: list[Refused] = []
    try:
        parquet = pyarrow.parquet.ParquetFile(file.path, page_checksum_verification=True)
        schema = _flat(parquet.schema_arrow.empty_table(), file.layout.json_columns).schema
        names = column_names(schema.names, file)
        schema = pa.schema([field.with_name(name) for field, name in zip(schema, names, strict=True)])
        with Rows(target, file.path.name, schema) as rows:
            first = 1
            for batch in parquet.iter_batches(BATCH):
                table = _flat(pa.Table.from_batches([batch]), file.layout.json_columns)
                numbers = np.arange(first, first + table.num_rows)
                table, numbers = _without_broken_text(table, numbers, file, refused)
                rows.write([column.combine_chunks() for column in table.columns], numbers)
                first += batch.num_rows
                if file.limit is not None and first > file.limit:
                    break
            else:
                if first - 1 != parquet.metadata.num_rows:
                    raise ValueError(f"it says that it has {parquet.metadata.num_rows} rows, but holds {first - 1}")
    except (pa.ArrowException, OSError, ValueError, LookupError, OverflowError) as error:
        problem = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise file.error(f"not a Parquet file that can be read ({problem}). Export it again.") from None
    return Landed(Reading("parquet"), refused)


def _flat(table: pa.Table, kept: Collection[str]) -> pa.Table:
    """Return a table without columns inside columns, and with those kept as JSON text, even where it has none."""
    while True:
        for i, field in enumerate(table.schema):
            is_structure = pa.types.is_struct(field.type)
            if (is_structure and (field.name in kept or not field.type.num_fields)) or (
                pa.types.is_nested(field.type) and not is_structure
            ):
                values = table.column(i).to_pylist(maps_as_pydicts="strict")
                texts = pa.array([None if value is None else json_text(value) for value in values], pa.string())
                table = table.set_column(i, field.name, texts)
            elif pa.types.is_null(field.type) or pa.types.is_decimal256(field.type):  # the engine has no such type
                table = table.set_column(i, field.name, table.column(i).cast(pa.string()))
        if not any(pa.types.is_struct(kind) for kind in table.schema.types):
            break
        table = table.flatten()
    for name in kept:
        if name not in table.schema.names:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return table


def _without_broken_text(
    table: pa.Table, numbers: np.ndarray, file: RawFile, refused: list[Refused]
) -> tuple[pa.Table, np.ndarray]:
    """Return the rows whose texts are UTF-8, as the engine demands, and refuse the others."""
    good = np.ones(table.num_rows, dtype=bool)
    for name, column in zip(table.schema.names, table.columns, strict=True):
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            texts = column.cast(pa.large_binary()).to_pylist()
            for i in np.flatnonzero(good):
                if texts[i] is not None and not _is_utf8(texts[i]):
                    good[i] = False
                    refused.append(file.refuse(int(numbers[i]), None, "unreadable_value", name))
    return (table, numbers) if good.all() else (table.filter(pa.array(good)), numbers[good])


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
