"""JSON objects as flat records of text: numbers as they are written, objects as dotted columns, lists as JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from pipeline.landing.raw_file import RawFile, Refused
from pipeline.landing.writing import Record


class JsonObject(dict[str, Any]):
    """An object that remembers whether one of its keys stood twice, so that one value was lost."""

    is_repeated = False

    def __setitem__(self, key: str, value: Any) -> None:
        if key in self:
            self.is_repeated = True
        super().__setitem__(key, value)

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, Any]]) -> JsonObject:
        """Return the object of its pairs."""
        made = cls(pairs)
        if len(made) < len(pairs):
            made.is_repeated = True
        return made


def json_text(value: Any) -> str:
    """Return a parsed value as JSON again, decimals with their digits.

    Examples
    --------
    >>> json_text({"sizes": [1, Decimal("2.50"), None], "é": True})
    '{"sizes": [1, 2.50, null], "é": true}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {json_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False, default=str)


def flat_record(value: Any, file: RawFile, number: int, raw: str | None = None) -> Record | Refused:
    """Return one record's cells by column, or why it is refused: no object, or a key that stands twice in one.

    Parameters
    ----------
    value
        What the parser gave, objects as `JsonObject`.
    file, number, raw
        Where it stands, and its text where there is one.
    """
    cells: dict[str, str | None] = {}
    try:
        if isinstance(value, JsonObject) and _flatten(value, "", file.layout.json_columns, cells):
            return cells
        return file.refuse(number, raw if raw is not None else json_text(value))
    except RecursionError:
        return file.refuse(number, raw)


def _flatten(value: JsonObject, prefix: str, kept: Collection[str], cells: dict[str, str | None]) -> bool:
    """Put an object's values into `cells`; return False where a value would be lost."""
    if value.is_repeated:
        return False
    for key, inner in value.items():
        column = f"{prefix}{key}"
        if isinstance(inner, JsonObject) and inner and column not in kept:
            if not _flatten(inner, f"{column}.", kept, cells):
                return False
        elif column in cells:
            return False
        else:
            cells[column] = inner if inner is None or isinstance(inner, str) else json_text(inner)
    return True
