"""Workbooks (.xlsx, .xls, .xlsb, .ods): one sheet, its cells as text.

The library reads a sheet as a whole rectangle: one cell far away asks for more memory than there is, which no program
survives. So a process of its own reads workbooks, and when it dies the file is refused.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import python_calamine as calamine

from pipeline.errors import ParcoursError, nearest
from pipeline.landing.columns import column_names
from pipeline.landing.raw_file import Landed, RawFile, Reading
from pipeline.landing.writing import Record, write_records
from pipeline.landing.xlsb import has_short_cells

Cell = int | float | str | bool | date | datetime | time | timedelta
_WHOLE = 1e18  # from there on a number is shown by its power of ten
_MEMORY = 8 << 30  # bytes, of the process that reads workbooks


def read(file: RawFile, target: Path) -> Landed:
    """Land one sheet of a workbook; a record's number is that of its row, as the workbook shows it.

    Rows without any value do not count; of merged cells the first holds the value; a formula's error is an empty cell.
    Memory grows with the sheet, which has a million rows at most.

    Raises
    ------
    ParcoursError
        If it is no workbook, needs a password, has no such sheet or no header, or does not fit in memory.
    """
    reader = _reader()
    try:
        pickle.dump((file, target), reader.stdin)  # type: ignore[arg-type]
        reader.stdin.flush()  # type: ignore[union-attr]
        found: Landed | ParcoursError = pickle.load(reader.stdout)  # type: ignore[arg-type] # noqa: S301 – from ourselves
    except (EOFError, OSError):
        reader.kill()
        _reader.cache_clear()
        raise file.error(
            "reading it took more than 8 GB of memory, or the reader broke. Is there a lone cell far below or to the "
            "right? Delete the rows and columns after the last, or save the sheet as CSV."
        ) from None
    if isinstance(found, ParcoursError):
        raise found
    return found


# -- in the process that reads ---------------------------------------------------------------------------------


@cache
def _reader() -> subprocess.Popen[bytes]:
    """Return the process that reads workbooks; it ends with this one, when its input does."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(
        [sys.executable, "-c", "from pipeline.landing.excel import serve; serve()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip


def serve() -> None:
    """Read the workbooks that are asked for, one after the other."""
    with suppress(ImportError, ValueError, OSError):  # not every system has such a limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    with suppress(EOFError):
        while True:
            file, target = pickle.load(sys.stdin.buffer)  # noqa: S301 – from ourselves
            found: Landed | ParcoursError
            try:
                found = _read(file, target)
            except ParcoursError as error:
                found = error
            pickle.dump(found, sys.stdout.buffer)
            sys.stdout.buffer.flush()


def _read(file: RawFile, target: Path) -> Landed:
    try:
        with calamine.CalamineWorkbook.from_path(str(file.path)) as workbook:
            if file.path.suffix.lower() == ".xlsb" and has_short_cells(file.path):
                raise file.error(
                    "its cells are in a short form that is not read: no value would be where it belongs. Open the "
                    "workbook in a spreadsheet program and save it as .xlsx."
                )
            sheets = workbook.sheet_names
            name = file.layout.sheet or next(iter(sheets), "")
            if name not in sheets:
                raise file.error(f"no sheet {name!r}.{nearest(name, sheets)}")
            refused = write_records(file, target, _records(file, workbook.get_sheet_by_name(name)))
            is_detected = file.layout.sheet is None and len(sheets) > 1
            return Landed(Reading("excel", part=name, detected=("sheet",) * is_detected), refused)
    except calamine.PasswordError:
        raise file.error("needs a password. Save it without one.") from None
    except (calamine.CalamineError, zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError) as error:
        raise _unreadable(file, error) from None
    except BaseException as error:  # a reader in Rust that gives up is no Exception
        if type(error).__name__ == "PanicException":
            raise _unreadable(file, error) from None
        raise


def _unreadable(file: RawFile, error: BaseException) -> ParcoursError:
    return file.error(f"no workbook that can be read ({error}). Save it again.")


def _records(file: RawFile, sheet: calamine.CalamineSheet) -> Iterator[tuple[int, Record]]:
    above = file.layout.lines_before_header + 1
    first = above + file.layout.rows_after_header + 1
    header: list[str] = []
    is_used: list[bool] = []
    for number, row in _rows(sheet):
        if number == above:
            header = [cell_text(cell) or "" for cell in row]
            is_used = [cell != "" for cell in header]
        elif number >= first and header:
            is_used = [used or cell != "" for used, cell in zip(is_used, row, strict=True)]
    if not any(header):
        raise file.error(
            f"row {above}: no header. Expected the columns' names in the first row, or `lines_before_header:` in "
            f"{file.layout.shown_as}."
        )
    names = column_names([name for name, used in zip(header, is_used, strict=True) if used], file)
    for number, row in _rows(sheet):
        cells = [cell_text(cell) for cell, used in zip(row, is_used, strict=True) if used]
        if number >= first and any(cell is not None for cell in cells):
            yield number, dict(zip(names, cells, strict=True))


def _rows(sheet: calamine.CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the sheet's rows with their number; a sheet's data may begin below its first row."""
    first = sheet.start[0] + 1 if sheet.start is not None else 1
    yield from enumerate(sheet.iter_rows(), start=first)


def cell_text(cell: Cell) -> str | None:
    """Return a cell as text: dates and times as ISO 8601, truths as true and false, whole numbers without a point.

    A duration is hours, minutes and seconds.

    Examples
    --------
    >>> [cell_text(cell) for cell in (2.0, 2.5, True, "", datetime(2026, 1, 2, 10, 5), timedelta(hours=30))]
    ['2', '2.5', 'true', None, '2026-01-02 10:05:00', '30:00:00']
    """
    if cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _WHOLE:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(cell.total_seconds(), 60)
        return f"{minutes // 60:.0f}:{minutes % 60:02.0f}:{seconds:02.0f}"
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
