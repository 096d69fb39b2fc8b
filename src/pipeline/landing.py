"""Raw files as Parquet with a record number on each row: the one place that knows file formats.

CSV, JSON lines and XES land as text columns (a type is declared, never guessed from the data of the day);
Parquet keeps its own types. A record that cannot even be split into columns comes back as a reject.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from pipeline.errors import ParcoursError
from pipeline.source import Source, format_of

ROW, FILE = "source_row", "source_file"
_BATCH = 50_000
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class Refused:
    """A record refused before it had columns."""

    source_file: str
    source_row: int
    reason: str
    value: str | None
    column: str | None = None


def land(path: Path, source: Source, target: Path, limit: int | None = None) -> list[Refused]:
    """Write one raw file to Parquet with its name and record numbers, and return the records that have no shape.

    Parameters
    ----------
    path
        The raw file.
    source
        Delimiter, encoding and texts that mean null.
    target
        Parquet file to write.
    limit
        Stop after about so many records; None: read all.

    Raises
    ------
    ParcoursError
        If the file as a whole cannot be read: empty, another encoding, another delimiter, columns named twice.
    """
    if path.stat().st_size == 0:
        raise ParcoursError(
            f"{_name(path, source)}: the file is empty (0 bytes). Expected at least a header; export it again."
        )
    reader = {"csv": _land_csv, "parquet": _land_parquet, "jsonl": _land_jsonl, "xes": _land_xes}[format_of(path)]
    return reader(path, source, target, limit)


def _name(path: Path, source: Source) -> str:
    return f"data/raw/{source.name}/{path.name}"


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb")  # type: ignore[return-value]


def _encoding(path: Path, declared: str) -> str:
    with _open(path) as stream:
        start = stream.read(4)
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            return encoding
    return declared


# -- CSV -------------------------------------------------------------------------------------------------------


def _land_csv(path: Path, source: Source, target: Path, limit: int | None) -> list[Refused]:
    encoding = _encoding(path, source.encoding)
    header = _csv_header(path, source, encoding)
    refused: list[tuple[int, str]] = []

    def handle(row: pyarrow.csv.InvalidRow) -> str:
        refused.append((row.number, row.text))
        return "skip"

    schema = pa.schema([(column, pa.string()) for column in header])
    with _transcoded(path, encoding) as stream, _writer(target, schema) as write:
        try:
            reader = pyarrow.csv.open_csv(
                stream,
                pyarrow.csv.ReadOptions(use_threads=False, column_names=header, skip_rows=1, block_size=1 << 23),
                pyarrow.csv.ParseOptions(
                    delimiter=source.delimiter, newlines_in_values=True, invalid_row_handler=handle
                ),
                pyarrow.csv.ConvertOptions(
                    column_types=schema, strings_can_be_null=True, null_values=["", *source.null_values]
                ),
            )
            _number_rows(reader, refused, path.name, write, limit)
        except pa.ArrowInvalid as error:
            if "Empty CSV" not in str(error):
                raise _unreadable(path, source, encoding, error) from None
    return [Refused(path.name, number, "malformed_row", text) for number, text in refused]


def _number_rows(reader: Any, refused: list[tuple[int, str]], name: str, write: Any, limit: int | None) -> None:
    """Give each well-formed record the number it has in the file, skipping the refused ones."""
    next_number = 2  # the header is record 1
    for batch in reader:
        skipped = {number for number, _ in refused if number >= next_number}
        numbers, number = np.empty(batch.num_rows, dtype=np.int64), next_number
        if skipped:
            for i in range(batch.num_rows):
                while number in skipped:
                    number += 1
                numbers[i] = number
                number += 1
        else:
            numbers = np.arange(number, number + batch.num_rows, dtype=np.int64)
            number += batch.num_rows
        next_number = number
        write(batch, name, numbers)
        if limit is not None and next_number > limit:
            return


def _csv_header(path: Path, source: Source, encoding: str) -> list[str]:
    name = _name(path, source)
    with _open(path) as raw:
        try:
            text = io.TextIOWrapper(raw, encoding=encoding, newline="")
            header = next(csv.reader(text, delimiter=source.delimiter), [])
        except LookupError:
            raise ParcoursError(
                f"{source.shown_as}: encoding: {encoding!r} is no encoding. Expected utf-8, latin-1, cp1252 …"
            ) from None
        except UnicodeError as error:  # the reader decodes ahead of the header: find the line at fault
            raise _unreadable(path, source, encoding, error) from None
    header = [column.strip() for column in header]
    if not any(header):
        raise ParcoursError(f"{name}: record 1: no header. Expected the columns' names in the first line.")
    if len(header) == 1 and (
        other := next((sign for sign in ";\t|," if sign != source.delimiter and sign in header[0]), None)
    ):
        shown = "tab" if other == "\t" else other
        raise ParcoursError(
            f"{name}: only one column, {header[0][:60]!r}: the delimiter seems to be {shown!r}, "
            f"not {source.delimiter!r}. "
            f'Declare `delimiter: "{shown}"` in {source.shown_as}.'
        )
    _refuse_double_names(header, name)
    if "" in header:
        header = [column or f"unnamed_{i + 1}" for i, column in enumerate(header)]
    return header


def _refuse_double_names(header: Sequence[str], name: str) -> None:
    seen: dict[str, int] = {}
    for i, column in enumerate(header):
        if column and column.lower() in seen:
            raise ParcoursError(
                f"{name}: record 1: the column {column!r} stands twice (columns {seen[column.lower()] + 1} "
                f"and {i + 1}; "
                "case does not count). Rename one of them in the export."
            )
        seen[column.lower()] = i
    for taken in (ROW, FILE):
        if taken in seen:
            raise ParcoursError(f"{name}: record 1: the column name {taken!r} is kept for the pipeline. Rename it.")


def _transcoded(path: Path, encoding: str) -> IO[bytes]:
    stream = _open(path)
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig", "ascii"):
        return stream
    return codecs.EncodedFile(stream, "utf-8", encoding)


def _unreadable(path: Path, source: Source, encoding: str, error: Exception) -> ParcoursError:
    with _open(path) as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.decode("utf-8" if encoding == "utf-8-sig" else encoding)
            except UnicodeError as problem:
                return _wrong_encoding(path, source, encoding, problem, number)
    return ParcoursError(f"{_name(path, source)}: cannot be read as CSV: {error}.")


def _wrong_encoding(path: Path, source: Source, encoding: str, error: Exception, line: int) -> ParcoursError:
    return ParcoursError(
        f"{_name(path, source)}: line {line} is not {encoding}: {error}. Save the file as UTF-8, or declare its "
        f"encoding in {source.shown_as}, for example `encoding: cp1252` (Windows, Western Europe)."
    )


# -- the other formats -----------------------------------------------------------------------------------------


def _land_parquet(path: Path, source: Source, target: Path, limit: int | None) -> list[Refused]:
    try:
        file = pyarrow.parquet.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise ParcoursError(f"{_name(path, source)}: not a Parquet file ({error}). Export it again.") from None
    _refuse_double_names(file.schema_arrow.names, _name(path, source))
    number = 1
    with _writer(target, file.schema_arrow) as write:
        for batch in file.iter_batches(_BATCH):
            write(batch, path.name, np.arange(number, number + batch.num_rows))
            number += batch.num_rows
            if limit is not None and number > limit:
                break
    return []


def _land_jsonl(path: Path, source: Source, target: Path, limit: int | None) -> list[Refused]:
    refused: list[Refused] = []
    records: list[tuple[int, dict[str, str | None]]] = []
    columns: dict[str, None] = {}
    with _open(path) as stream:
        for number, line in enumerate(io.TextIOWrapper(stream, encoding=_encoding(path, source.encoding)), start=1):
            if limit is not None and number > limit:
                break
            if not line.strip():
                continue
            try:
                content = json.loads(line)
            except json.JSONDecodeError:
                content = None
            if not isinstance(content, dict):
                refused.append(Refused(path.name, number, "malformed_row", line.rstrip("\n")))
                continue
            columns.update(dict.fromkeys(content))
            records.append((number, {key: _as_text(value) for key, value in content.items()}))
    _refuse_double_names(list(columns), _name(path, source))
    _write_records(list(columns), records, path.name, target, source.null_values)
    return refused


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _land_xes(path: Path, source: Source, target: Path, limit: int | None) -> list[Refused]:
    columns: dict[str, None] = {}
    records = []
    try:
        with _open(path) as stream:
            for number, record in enumerate(_xes_events(stream), start=1):
                if limit is not None and number > limit:
                    break
                columns.update(dict.fromkeys(record))
                records.append((number, record))
    except ElementTree.ParseError as error:
        raise ParcoursError(f"{_name(path, source)}: not well-formed XML: {error}. Export it again.") from None
    _write_records(list(columns), records, path.name, target, source.null_values)
    return []


def _xes_events(stream: IO[bytes]) -> Iterator[dict[str, str | None]]:
    """Yield one record per event; what belongs to the trace comes with the prefix ``case:``."""
    # no outside entity is ever fetched, and today's expat stops those that grow without end
    for _, element in ElementTree.iterparse(stream, events=("end",)):  # noqa: S314
        if element.tag.rpartition("}")[2] != "trace":
            continue
        trace: dict[str, str | None] = {}
        events = []
        for child in element:
            key = child.get("key")
            if key is not None:
                trace[f"case:{key}"] = child.get("value")
            elif child.tag.rpartition("}")[2] == "event":
                events.append({one.attrib["key"]: one.get("value") for one in child if "key" in one.attrib})
        yield from (trace | event for event in events)
        element.clear()  # memory stays that of one trace


def _write_records(
    columns: list[str],
    records: list[tuple[int, dict[str, str | None]]],
    name: str,
    target: Path,
    null_values: Sequence[str],
) -> None:
    schema = pa.schema([(column, pa.string()) for column in columns])
    nulls = {"", *null_values}
    with _writer(target, schema) as write:
        for start in range(0, len(records), _BATCH):
            part = records[start : start + _BATCH]
            arrays = [
                pa.array([None if (cell := record.get(column)) in nulls else cell for _, record in part], pa.string())
                for column in columns
            ]
            numbers = np.array([number for number, _ in part], dtype=np.int64)
            write(pa.RecordBatch.from_arrays(arrays, schema=schema), name, numbers)


class _writer:  # noqa: N801 – used as a context manager only
    """Write batches to Parquet, the file's name and the record numbers in front."""

    def __init__(self, target: Path, schema: pa.Schema) -> None:
        self.schema = pa.schema([(FILE, pa.string()), (ROW, pa.int64()), *schema])
        self.file = pyarrow.parquet.ParquetWriter(target, self.schema, compression="lz4")

    def __enter__(self) -> Any:
        return self.write

    def write(self, batch: pa.RecordBatch, name: str, numbers: np.ndarray) -> None:
        front = [pa.array([name]).take(pa.array(np.zeros(len(numbers), dtype=np.int64))), pa.array(numbers)]
        self.file.write_batch(pa.RecordBatch.from_arrays([*front, *batch.columns], schema=self.schema))

    def __exit__(self, *_: object) -> None:
        self.file.close()
