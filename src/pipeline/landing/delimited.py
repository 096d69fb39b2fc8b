"""CSV: any delimiter and encoding, declared or detected; each cell lands as text."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from pipeline.errors import ParcoursError
from pipeline.landing.columns import column_names
from pipeline.landing.layout import DELIMITERS
from pipeline.landing.raw_file import Landed, RawFile, Reading, Refused
from pipeline.landing.text import Recoded, encoding_of, wrong_encoding
from pipeline.landing.writing import Rows

SIGNS = (",", ";", "\t", "|")
_LONGEST = 1 << 23  # bytes of a record; a longer one has a quote that is never closed
_START = 1 << 20  # bytes that hold the header
_LOOKED_AT = 200  # records that the delimiter is judged by


def read(file: RawFile, target: Path) -> Landed:
    """Land a CSV file; its header is record 1 after the lines before it, blank lines do not count.

    Raises
    ------
    ParcoursError
        If the file as a whole cannot be read: another encoding or delimiter, no header, a quote never closed.
    """
    encoding, is_detected = encoding_of(file)
    stream = Recoded(file, encoding)
    try:
        delimiter, header = _header(file, stream)
        detected = [*["encoding"] * is_detected, *["delimiter"] * (file.layout.delimiter is None and delimiter != ",")]
        reading = Reading("csv", encoding, delimiter, detected=tuple(detected))
        return Landed(reading, _land(file, target, stream, delimiter, column_names(header, file)))
    except UnicodeError:
        raise wrong_encoding(file, encoding) from None
    finally:
        stream.close()


def _land(file: RawFile, target: Path, stream: Recoded, delimiter: str, header: list[str]) -> list[Refused]:
    refused: list[Refused] = []
    layout = file.layout
    first = 1 if layout.header_file else layout.lines_before_header + layout.rows_after_header + 2

    def refuse(row: pyarrow.csv.InvalidRow) -> str:
        refused.append(file.refuse(row.number + first - 1, row.text))
        return "skip"

    schema = pa.schema([(column, pa.string()) for column in header])
    options = (
        pyarrow.csv.ReadOptions(use_threads=False, column_names=header, block_size=_LONGEST),
        pyarrow.csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            invalid_row_handler=refuse,
            quote_char='"' if layout.has_quotes else False,
            escape_char=False if layout.has_quotes else "\\",
        ),
        pyarrow.csv.ConvertOptions(
            column_types=schema, strings_can_be_null=True, null_values=["", *layout.null_values]
        ),
    )
    last: pa.RecordBatch | None = None
    with Rows(target, file.path.name, schema) as rows:
        try:
            for batch in pyarrow.csv.open_csv(stream, *options):
                skipped = [one.source_row for one in refused if one.source_row >= first]
                numbers = np.setdiff1d(np.arange(first, first + batch.num_rows + len(skipped)), skipped)
                numbers = numbers[: batch.num_rows].astype(np.int64)
                rows.write(batch.columns, numbers)
                last, first = (batch, int(numbers[-1]) + 1) if len(numbers) else (last, first)
                if file.limit is not None and first > file.limit:
                    return refused
        except pa.ArrowInvalid as error:
            if "straddling" in str(error):
                raise _never_closed(file, f"record {first} or one after it is longer than 8 MB") from None
            if "Empty CSV" not in str(error):
                raise file.error(f"cannot be read as CSV: {error}.") from None
    _refuse_open_quote(file, stream, last, [one.value or "" for one in refused[-1:]])
    return refused


def _refuse_open_quote(file: RawFile, stream: Recoded, last: pa.RecordBatch | None, refused: list[str]) -> None:
    """Refuse a file whose end was swallowed by a quote that opens and never closes: those rows would be lost."""
    if stream.quotes % 2 == 0 or not file.layout.has_quotes:
        return
    cells = [str(column[-1]) for column in last.columns] if last is not None and last.num_rows else []
    if any("\n" in cell or "\r" in cell for cell in (*cells, *refused)):
        raise _never_closed(file, "the last record holds line breaks and the quotation marks are not even in number")


def _never_closed(file: RawFile, seen: str) -> ParcoursError:
    return file.error(f'{seen}: a quotation mark (") is opened and never closed. Export the file again.')


# -- the header ------------------------------------------------------------------------------------------------


def _header(file: RawFile, stream: Recoded) -> tuple[str, list[str]]:
    """Return the delimiter and the header; leave the stream at the first record below it."""
    if file.layout.header_file:
        return _header_beside(file, file.layout.header_file)
    start = b""
    while len(start) < _START and (piece := stream.read(_START - len(start))):
        start += piece
    complete = start.decode("utf-8", errors="ignore")  # the last character may be cut in two
    lines = io.StringIO(complete, newline="")
    for _ in range(file.layout.lines_before_header):
        lines.readline()
    above = lines.tell()
    delimiter = file.layout.delimiter or delimiter_of(complete[above:])
    try:
        records = csv.reader(lines, delimiter=delimiter)
        header = next(records, [])
        below = (record for record in records if record)
        for _ in range(file.layout.rows_after_header):
            next(below, None)
    except csv.Error as error:
        raise _never_closed(file, f"the header cannot be read ({error})") from None
    if complete[above : lines.tell()].count('"') % 2 and any("\n" in cell or "\r" in cell for cell in header):
        raise _never_closed(file, "the header goes on over several lines")
    if not any(cell.strip() for cell in header):
        raise file.error(
            f"line {file.layout.lines_before_header + 1}: no header. Expected the columns' names in the first line, or "
            f"`lines_before_header:` in {file.layout.shown_as}."
        )
    _refuse_other_delimiter(file, header, delimiter)
    stream.put_back(start[len(complete[: lines.tell()].encode("utf-8")) :])
    return delimiter, header


def _header_beside(file: RawFile, name: str) -> tuple[str, list[str]]:
    """Return the delimiter and the header that stands in a file of its own."""
    beside = RawFile(file.path.parent / name, file.layout)
    if not beside.path.is_file():
        raise file.error(
            f"its header is to stand in {name}, which is not there (header_file in {file.layout.shown_as})."
        )
    with closing(Recoded(beside, encoding_of(beside)[0])) as stream:
        text = stream.read(_START).decode("utf-8")
    delimiter = file.layout.delimiter or delimiter_of(text)
    return delimiter, next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])


def delimiter_of(text: str) -> str:
    """Return the sign that cuts most records into equally many cells, and the header into several; else a comma."""
    lines = io.StringIO(text, newline="")
    best, best_score = ",", (0.0, 0)
    for sign in SIGNS:
        lines.seek(0)
        widths = [len(record) for record in _first_records(lines, sign)]
        if not widths or widths[0] < 2:
            continue
        width, times = Counter(widths).most_common(1)[0]
        score = (times / len(widths), width)
        if score > best_score:
            best, best_score = sign, score
    return best


def _first_records(lines: io.StringIO, delimiter: str) -> Iterator[list[str]]:
    records = csv.reader(lines, delimiter=delimiter)
    try:
        yield from (record for record, _ in zip(filter(None, records), range(_LOOKED_AT), strict=False))
    except csv.Error:
        return


def _refuse_other_delimiter(file: RawFile, header: list[str], delimiter: str) -> None:
    other = next((sign for sign in SIGNS if sign != delimiter and sign in header[0]), None)
    if len(header) > 1 or other is None:
        return
    shown = {sign: name for name, sign in DELIMITERS.items() if name == "tab"}.get(other, other)
    raise file.error(
        f"only one column, {header[0][:60]!r}: the delimiter seems to be {shown!r}, not {delimiter!r}. "
        f'Declare `delimiter: "{shown}"` in {file.layout.shown_as}.'
    )
