"""Raw files as Parquet with a record number on each row: the one place that knows file formats.

Text formats land as text columns (a type is declared, never guessed from the data of the day); Parquet keeps its own
types. A record that cannot even be split into columns comes back as a reject. One module per format.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import ParcoursError
from pipeline.landing import delimited, excel, json_records, ocel, parquet, xes
from pipeline.landing.layout import Layout, read_layout
from pipeline.landing.raw_file import FILE, ROW, Landed, RawFile, Reading, Refused

__all__ = [
    "FILE", "READERS", "ROW", "Landed", "Layout", "Reading", "Refused", "is_readable", "land", "read_layout",
    "reader_of",
]  # fmt: skip

# The ending of a file's name says how to read it; the first that fits.
READERS: dict[str, Callable[[RawFile, Path], Landed]] = {
    ".csv": delimited.read, ".tsv": delimited.read, ".txt": delimited.read,
    ".jsonl": json_records.read_lines, ".ndjson": json_records.read_lines,
    ".json": json_records.read_document, ".jsonocel": ocel.read,
    ".xlsx": excel.read, ".xlsm": excel.read, ".xls": excel.read, ".xlsb": excel.read, ".ods": excel.read,
    ".xes": xes.read,
    ".parquet": parquet.read,
}  # fmt: skip
_BINARY = (excel.read, parquet.read)  # they are compressed inside


def reader_of(path: Path) -> Callable[[RawFile, Path], Landed]:
    """Return what reads a file, by its name; text formats may be packed and end in ``.gz``.

    Raises
    ------
    ParcoursError
        If the ending is another.
    """
    name = path.name.removesuffix(".gz").lower()
    for ending, reader in READERS.items():
        if name.endswith(ending) and not (reader in _BINARY and name != path.name.lower()):
            return reader
    packed = ", ".join(ending for ending, reader in READERS.items() if reader not in _BINARY)
    raise ParcoursError(
        f"{path.name}: cannot read this kind of file. Expected one of {', '.join(READERS)}; "
        f"with .gz behind, one of {packed}."
    )


def is_readable(path: Path) -> bool:
    """Return whether a file's name is one that `land` can read.

    Examples
    --------
    >>> is_readable(Path("visits.csv.gz")), is_readable(Path("visits.sqlite"))
    (True, False)
    """
    try:
        return bool(reader_of(path))
    except ParcoursError:
        return False


def land(path: Path, layout: Layout, target: Path, limit: int | None = None) -> Landed:
    """Write one raw file to Parquet with its name and record numbers, and say how it was read and what was refused.

    Parameters
    ----------
    path
        The raw file.
    layout
        What its source.yaml declares of it.
    target
        Parquet file to write.
    limit
        Stop after about so many records; None: read all.

    Raises
    ------
    ParcoursError
        If the file as a whole cannot be read: empty, damaged, another encoding or delimiter, columns named twice.
    """
    file = RawFile(path, layout, limit)
    if path.stat().st_size == 0:
        raise file.error("the file is empty (0 bytes). Expected at least a header; export it again.")
    try:
        return reader_of(path)(file, target)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise file.error(f"the gzip file is damaged or cut short ({error}). Export it again.") from None
