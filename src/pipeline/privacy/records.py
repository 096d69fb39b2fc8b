"""Records taken out of a raw file: every other byte of it stays, as far as its format allows."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from pipeline.errors import ParcoursError
from pipeline.files import whole_file
from pipeline.landing import Layout, delimited, is_readable, json_records, parquet, reader_of, xes
from pipeline.privacy.xes_events import without_events

REWRITABLE = (delimited.read, json_records.read_lines, parquet.read, xes.read)


def can_be_rewritten(path: Path) -> bool:
    """Whether `without` knows the file's format."""
    return is_readable(path) and reader_of(path) in REWRITABLE


def without(path: Path, numbers: Collection[int], encoding: str = "utf-8", layout: Layout | None = None) -> int:
    """Write a raw file anew without some records, whole or not at all, and return how many were taken out.

    Parameters
    ----------
    path
        CSV, JSON lines, XES or Parquet; compressed as it is.
    numbers
        Record numbers as the pipeline counts them: a CSV's header is record 1, blank lines and what stands above the
        header do not count; the first line of JSON lines, the first event of XES and the first row of Parquet are 1.
    encoding
        Of a CSV or JSON lines.
    layout
        How the source's files are written; None: as nobody declared anything.

    Raises
    ------
    ParcoursError
        If the format is another, or the file has no such record.
    """
    reader = reader_of(path)
    if reader not in REWRITABLE:
        raise ParcoursError(f"{path}: a file of this kind cannot be rewritten here; remove the records by hand.")
    if reader is parquet.read:
        return _without_rows(path, numbers)
    is_zipped = path.name.endswith(".gz")
    content = gzip.decompress(path.read_bytes()) if is_zipped else path.read_bytes()
    text, taken = _without(content, numbers, reader, encoding, layout)
    _refuse_missing(path, taken, numbers)
    _replace(path, gzip.compress(text, mtime=0) if is_zipped else text)
    return taken


def _without(
    content: bytes, numbers: Collection[int], reader: object, encoding: str, layout: Layout | None
) -> tuple[bytes, int]:
    if reader is xes.read:
        return without_events(content, numbers)
    records = _records(content, encoding, layout) if reader is delimited.read else _lines(content)
    kept, taken = [], 0
    for number, record in records:
        if number in numbers:
            taken += 1
        else:
            kept.append(record)
    return b"".join(kept), taken


def _refuse_missing(path: Path, taken: int, numbers: Collection[int]) -> None:
    if taken != len(set(numbers)):
        raise ParcoursError(
            f"{path}: {len(set(numbers))} records were to be taken out, {taken} were found; nothing was changed."
        )


def _replace(path: Path, content: bytes) -> None:
    with whole_file(path) as partial:
        partial.write_bytes(content)
        shutil.copymode(path, partial)


def _lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    yield from enumerate(content.splitlines(keepends=True) if content else (), start=1)


def _records(content: bytes, encoding: str, layout: Layout | None = None) -> Iterator[tuple[int | None, bytes]]:
    r"""Yield each record of a CSV with its number; a line break between quotes does not end it.

    Examples
    --------
    >>> list(_records(b'a,b\n1,"x\ny"\n\n2,z\n', "utf-8"))
    [(1, b'a,b\n'), (2, b'1,"x\ny"\n'), (None, b'\n'), (3, b'2,z\n')]
    """
    wide = encoding.lower().replace("_", "-").startswith("utf-16") or content[:2] in (b"\xff\xfe", b"\xfe\xff")
    quote, end = ('"'.encode("utf-16-le"), "\n".encode("utf-16-le")) if wide else (b'"', b"\n")
    above = layout.lines_before_header if layout is not None and layout.header_file is None else 0
    has_quotes = layout is None or layout.has_quotes
    number, start, at = 1, 0, 0
    while start < len(content):
        at = _line_end(content, at, end, 2 if wide else 1)
        record = content[start:at]
        if above:
            above, start = above - 1, at
            yield None, record
            continue
        if has_quotes and record.count(quote) % 2 and at < len(content):
            continue  # the quote is still open
        is_blank = not record.strip(b"\x00 \r\n" if wide else b"\r\n")
        yield (None if is_blank else number), record
        number += not is_blank
        start = at


def _line_end(content: bytes, at: int, end: bytes, width: int) -> int:
    found = content.find(end, at)
    while found >= 0 and found % width:
        found = content.find(end, found + 1)
    return len(content) if found < 0 else found + len(end)


def _without_rows(path: Path, numbers: Collection[int]) -> int:
    file = pyarrow.parquet.ParquetFile(path)
    table = file.read()
    is_kept = [number not in set(numbers) for number in range(1, table.num_rows + 1)]
    taken = len(is_kept) - sum(is_kept)
    _refuse_missing(path, taken, numbers)
    first = file.metadata.row_group(0) if file.metadata.num_row_groups else None
    compression = first.column(0).compression if first is not None and first.num_columns else "snappy"
    with whole_file(path) as partial:
        pyarrow.parquet.write_table(
            table.filter(pa.array(is_kept)),
            partial,
            compression="NONE" if compression == "UNCOMPRESSED" else compression,
            row_group_size=first.num_rows if first is not None else None,
        )
        shutil.copymode(path, partial)
    return taken
