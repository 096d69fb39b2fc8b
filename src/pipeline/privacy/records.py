"""Records taken out of a raw file: what else it holds stays, byte by byte as far as its format allows."""

from __future__ import annotations

import codecs
import gzip
import re
import shutil
import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from xml.parsers.expat import ExpatError

import pyarrow as pa
import pyarrow.parquet

from pipeline.errors import ParcoursError
from pipeline.landing import FILE, ROW, Layout, Reading, land
from pipeline.privacy import workbook_rows
from pipeline.privacy.json_items import without_items, without_ocel_events
from pipeline.privacy.xes_events import without_events

# What is said of a file that readers forgive and this does not.
_BROKEN = (KeyError, IndexError, StopIteration, ValueError, RecursionError, ExpatError, zipfile.BadZipFile)
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def can_be_rewritten(path: Path) -> bool:
    """Whether `write_without` knows the file's format: all but the binary workbooks, .xls and .xlsb.

    Examples
    --------
    >>> can_be_rewritten(Path("visits.xlsx")), can_be_rewritten(Path("visits.xlsb"))
    (True, False)
    """
    return path.suffix.lower() not in (".xls", ".xlsb")


def write_without(
    path: Path,
    target: Path,
    numbers: Collection[int],
    reading: Reading,
    layout: Layout,
    is_theirs: Callable[[str], bool] = lambda _: False,
) -> None:
    """Write a raw file without some records, and make sure that all others are read from it as before.

    Parameters
    ----------
    path
        CSV, JSON lines, a JSON document, OCEL, XES, a workbook (.xlsx, .xlsm, .ods) or Parquet; compressed as it is.
    target
        Where to write it, under the same name.
    numbers
        Record numbers as `land` counts them.
    reading, layout
        How `land` read the file, and what its source.yaml declares.
    is_theirs
        Whether a text is an identifier of the person; asked of an OCEL log's objects, which are no records.

    Raises
    ------
    ParcoursError
        If the file has no such record, or any other would be read otherwise.
    """
    try:
        _write(path, target, numbers, reading, layout, is_theirs)
    except _BROKEN as error:
        raise ParcoursError(
            f"{path}: the records {', '.join(map(str, sorted(numbers)))} could not be taken out, for the file is not "
            f"built as its format says ({type(error).__name__}: {error}); nothing was changed. Take them out by hand."
        ) from None
    _refuse_loss(path, target, set(numbers), reading, layout)
    shutil.copymode(path, target)


def _write(
    path: Path,
    target: Path,
    numbers: Collection[int],
    reading: Reading,
    layout: Layout,
    is_theirs: Callable[[str], bool],
) -> None:
    if reading.format == "parquet":
        _write_parquet(path, target, numbers)
    elif reading.format == "excel":
        workbook_rows.write_without_rows(path, target, reading.part or "", numbers)
    else:
        is_zipped = path.name.endswith(".gz")
        content = gzip.decompress(path.read_bytes()) if is_zipped else path.read_bytes()
        left = _without(content, numbers, reading, layout, is_theirs) or b"\n"  # an empty file is no file of a source
        target.write_bytes(gzip.compress(left, mtime=0) if is_zipped else left)


def _without(
    content: bytes, numbers: Collection[int], reading: Reading, layout: Layout, is_theirs: Callable[[str], bool]
) -> bytes:
    encoding = reading.encoding or "utf-8"
    if reading.format == "xes":
        return without_events(content, numbers)[0]
    if reading.format == "csv":
        return b"".join(record for number, record in _records(content, encoding, layout) if number not in numbers)
    exact = _exact(content, encoding)
    text = content.decode(exact)
    if reading.format == "jsonl":
        lines = enumerate(_LINES.findall(text), start=1)
        return "".join(line for number, line in lines if number not in numbers).encode(exact)
    if reading.format == "ocel":
        return without_ocel_events(text, numbers, is_theirs)[0].encode(exact)
    return without_items(text, reading.part or "", lambda number, _: number in numbers)[0].encode(exact)


def _exact(content: bytes, encoding: str) -> str:
    """Return the encoding in which a text with its byte-order mark becomes the same bytes again."""
    name = codecs.lookup(encoding).name
    if name in ("utf-16", "utf-32"):
        return f"{name}-be" if content.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) else f"{name}-le"
    return "utf-8" if name == "utf-8-sig" else encoding


def _refuse_loss(path: Path, target: Path, numbers: set[int], reading: Reading, layout: Layout) -> None:
    """Refuse what was written if `land` reads from it anything but the other records."""
    if layout.header_file is not None:
        shutil.copyfile(path.with_name(layout.header_file), target.with_name(layout.header_file))
    if reading.format == "json":
        layout = replace(layout, records=reading.part)  # of an array that is empty now nobody can tell what it held
    tables, refused = [], []
    for one in (path, target):
        landed = target.with_name(f"{target.name}.landed.parquet")
        found = land(one, layout, landed)
        tables.append(pyarrow.parquet.read_table(landed))
        refused.append(found.refused)
    kept = tables[0].filter(
        pa.array([number not in numbers for number in tables[0].column(ROW).to_pylist()], pa.bool_())
    )
    missing = numbers - set(tables[0].column(ROW).to_pylist()) - {one.source_row for one in refused[0]}
    others = sum(one.source_row not in numbers for one in refused[0])
    # in an OCEL log, what other events say of the person's objects goes as well
    apart = "objects." if reading.format == "ocel" else None
    if missing or not _cells(kept, apart).equals(_cells(tables[1], apart)) or len(refused[1]) != others:
        raise ParcoursError(f"{path}: the records could not be taken out without touching others; nothing was changed.")


def _cells(rows: pa.Table, apart: str | None) -> pa.Table:
    """Return the columns in which anything stands, but those that begin with `apart`; numbers of records differ."""
    named = sorted(
        name for name in rows.schema.names if name not in (FILE, ROW) and not (apart and name.startswith(apart))
    )
    return rows.select([name for name in named if rows.column(name).null_count < rows.num_rows])


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


def _write_parquet(path: Path, target: Path, numbers: Collection[int]) -> None:
    file = pyarrow.parquet.ParquetFile(path)
    first = file.metadata.row_group(0) if file.metadata.num_row_groups else None
    compression = first.column(0).compression if first is not None and first.num_columns else "snappy"
    pyarrow.parquet.write_table(
        kept_rows(file.read(), numbers),
        target,
        compression="NONE" if compression == "UNCOMPRESSED" else compression,
        row_group_size=first.num_rows if first is not None else None,
    )


def kept_rows(rows: pa.Table, numbers: Collection[int]) -> pa.Table:
    """Return a table without some of its rows, the first being number 1."""
    gone = set(numbers)
    return rows.filter(pa.array([number not in gone for number in range(1, rows.num_rows + 1)], pa.bool_()))
