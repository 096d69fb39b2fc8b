"""What a column of an export seems to hold: read by the same readers as `clean`, judged on its first rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import duckdb

SAMPLE = 100_000
_DISTINCT = 2_000  # values tried against date formats
_FEW = 40  # categories at most
_DATES = (
    "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%m.%d.%Y", "%Y/%m/%d", "%Y-%m-%d", "%d/%m/%y",
    "%m/%d/%y", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%Y%m%d",
)  # fmt: skip
_TIMES = ("", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f", "T%H:%M:%S", "T%H:%M", " %I:%M:%S %p", " %I:%M %p")
_FORMATS = tuple(date + time for date, time in product(_DATES, _TIMES))
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?( ?(Z|[+-]\d{2}:?\d{2}))?)?\Z")
_OFFSET = re.compile(r".*(Z|[+-]\d{2}:?\d{2})\Z")
_INTEGER = re.compile(r"[+-]?(0|[1-9]\d{0,17})\Z")
_NUMBER_POINT = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\Z")
_NUMBER_COMMA = re.compile(r"[+-]?\d{1,3}([ .\u00a0\u202f]?\d{3})*(,\d+)?\Z|[+-]?\d+(,\d+)?\Z")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_PHONE = re.compile(r"(\+|00|0)\d([\s.()-]*\d){7,13}\Z")
_TRUTHS = ({"true", "false"}, {"t", "f"})
_MOSTLY = 0.95  # a real export has some bad rows


@dataclass(frozen=True)
class Profile:
    """What one column seems to hold.

    Parameters
    ----------
    name
        As in the file.
    type
        text, number, integer, boolean or timestamp.
    rows, filled, distinct
        Rows looked at, those with a value, and how many different values.
    values
        The commonest values and their counts; all of them where there are few.
    formats
        Date formats needed, best first; empty for ISO 8601.
    swapped
        The format with day and month exchanged, if it fits the values as well.
    has_offset
        Whether times name their own zone.
    decimal
        Decimal sign of numbers.
    content
        email, phone or other.
    typed
        Whether the file itself gives the type, so that none has to be declared.
    """

    name: str
    type: str
    rows: int
    filled: int
    distinct: int
    values: tuple[tuple[str, int], ...]
    formats: tuple[str, ...] = ()
    swapped: str | None = None
    has_offset: bool = False
    decimal: str = "."
    content: str = "other"
    typed: bool = False

    @property
    def is_unique(self) -> bool:
        return self.filled > 1 and self.distinct == self.filled

    @property
    def is_category(self) -> bool:
        """Whether few values come back again and again."""
        return self.type == "text" and 1 < self.distinct <= min(_FEW, max(2, self.filled // 3)) and not self.is_unique


def profile(name: str, cells: Sequence[object], raw_type: str = "VARCHAR") -> Profile:
    """Judge one column by its values.

    Parameters
    ----------
    name
        The column.
    cells
        Values of the rows looked at, None where empty.
    raw_type
        DuckDB's type of the column as it was read; VARCHAR for text formats.
    """
    texts = [str(cell) for cell in cells if cell is not None]
    counts = Counter(texts)
    values = tuple(sorted(counts.most_common(_FEW), key=lambda item: (-item[1], item[0])))
    plain = Profile(name, "text", len(cells), len(texts), len(counts), values)
    if raw_type != "VARCHAR":
        return replace(plain, type=_own_type(raw_type), typed=True, has_offset="TIME ZONE" in raw_type)
    distinct = sorted(counts)[:: max(1, len(counts) // _DISTINCT)]
    if not distinct:
        return plain
    if _share(distinct, _ISO) >= _MOSTLY:
        return replace(plain, type="timestamp", has_offset=_share(distinct, _OFFSET) > 0.5)
    if formats := _date_formats(distinct):
        return replace(plain, type="timestamp", formats=formats, swapped=_swapped(distinct, formats[0]))
    if {text.lower() for text in distinct} in _TRUTHS:
        return replace(plain, type="boolean")
    for content, pattern in (("email", _EMAIL), ("phone", _PHONE)):
        if _share(distinct, pattern) >= _MOSTLY:
            return replace(plain, content=content)
    kind, decimal = _number_type(distinct)
    return replace(plain, type=kind, decimal=decimal)


def _own_type(raw_type: str) -> str:
    if raw_type.startswith(("TIMESTAMP", "DATE")):
        return "timestamp"
    if raw_type == "BOOLEAN":
        return "boolean"
    if raw_type.startswith(("DECIMAL", "DOUBLE", "FLOAT")):
        return "number"
    return "integer" if "INT" in raw_type else "text"


def _share(texts: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(pattern.match(text) is not None for text in texts) / len(texts)


def _number_type(distinct: Sequence[str]) -> tuple[str, str]:
    # 00412 is a code, not a number: leading zeros must survive
    if any(re.match(r"0\d", text) for text in distinct):
        return "text", "."
    if _share(distinct, _INTEGER) >= _MOSTLY:
        return "integer", "."
    if _share(distinct, _NUMBER_POINT) >= _MOSTLY:
        return "number", "."
    if _share(distinct, _NUMBER_COMMA) >= _MOSTLY:
        return "number", ","
    return "text", "."


# -- times -----------------------------------------------------------------------------------------------------


def _date_formats(distinct: Sequence[str]) -> tuple[str, ...]:
    """Return the fewest formats that read nearly all values, as `clean` would read them; none if it is no time."""
    looks_like_time = re.compile(r"\d{1,4}[/. -]\w{1,9}[/., -]|\d{8}\Z|[A-Za-z]{3,9} \d")
    if _share(distinct, looks_like_time) < _MOSTLY:
        return ()
    chosen: list[str] = []
    left = list(distinct)
    while left and len(chosen) < 3 and len(left) > (1 - _MOSTLY) * len(distinct):
        parsed = {one: _parsed(left, one) for one in _FORMATS}
        best = max(_FORMATS, key=lambda one: (len(parsed[one]), -_FORMATS.index(one)))
        if len(parsed[best]) < max(1, 0.05 * len(distinct)):
            break
        chosen.append(best)
        left = [text for text in left if text not in parsed[best]]
    return tuple(chosen) if len(left) <= (1 - _MOSTLY) * len(distinct) else ()


def _parsed(texts: Sequence[str], form: str) -> set[str]:
    """Return the texts that this format reads as a day between 1970 and 2100."""
    if form.startswith("%Y%m%d"):
        texts = [text for text in texts if re.match(r"(19|20)\d{6}(\D|\Z)", text)]
    if not texts:
        return set()
    rows = duckdb.execute(
        "select text from (select unnest(?) as text) where year(try_strptime(text, ?)) between 1970 and 2100",
        [list(texts), form],
    ).fetchall()
    return {row[0] for row in rows}


def _swapped(distinct: Sequence[str], form: str) -> str | None:
    """Return the format with day and month exchanged, if it reads every value that `form` reads."""
    other = form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    if "%m" not in form or other not in _FORMATS or form.startswith("%Y"):
        return None
    return other if _parsed(distinct, other) >= _parsed(distinct, form) else None
