"""What the reader of workbooks passes over in .xlsb: cells in the short form, which Excel reads and does not write."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

_SHEET_DATA, _END_OF_SHEET_DATA = 145, 146
# BrtShortBlank … BrtShortIsst of [MS-XLSB]: a cell without its column, which is the one after the cell before.
_SHORT_CELLS = range(12, 19)


def has_short_cells(path: Path) -> bool:
    """Whether a sheet of an .xlsb workbook has cells that the reader would leave out without a word."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".bin")]
        return any(kind in _SHORT_CELLS for name in sheets for kind in _cells(archive.read(name)))


def _cells(content: bytes) -> Iterator[int]:
    """Yield the kinds of record between the beginning and the end of a sheet's data."""
    is_data = False
    at = 0
    while at + 1 < len(content):
        kind, at = _number(content, at, 2)
        size, at = _number(content, at, 4)
        at += size
        if kind in (_SHEET_DATA, _END_OF_SHEET_DATA):
            is_data = kind == _SHEET_DATA
        elif is_data:
            yield kind


def _number(content: bytes, at: int, most: int) -> tuple[int, int]:
    """Return the number written in the lower seven bits of up to `most` bytes, and where it ends."""
    number = 0
    for i, byte in enumerate(content[at : at + most]):
        number |= (byte & 0x7F) << (7 * i)
        if not byte & 0x80:
            return number, at + i + 1
    return number, at + most
