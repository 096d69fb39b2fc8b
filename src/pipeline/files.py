"""Files as results: whole or not at all, the same bytes each time, harmless in a spreadsheet."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pandas as pd

SIGNIFICANT_DIGITS = 10
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; move it there only if the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder beside `path` that takes its place only if the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(mkdtemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent))
    partial.chmod(0o755)  # mkdtemp is private; results are as readable as their neighbours
    try:
        yield partial
        if path.exists():
            retired = partial.with_name(partial.name + ".old")
            os.replace(path, retired)
            os.replace(partial, path)
            shutil.rmtree(retired)
        else:
            os.replace(partial, path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe goes before a dangerous first sign.

    Examples
    --------
    >>> harmless("=cmd()"), harmless("-2 °C"), harmless("Lyon")
    ("'=cmd()", "'-2 °C", 'Lyon')
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def as_it_was(text: str) -> str:
    """Return text without the apostrophe that `harmless` put before it.

    Examples
    --------
    >>> as_it_was("'-20 %"), as_it_was("'s morgens")
    ('-20 %', "'s morgens")
    """
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text


def rounded(value: float) -> float:
    """Return a float at 10 significant digits: the digits that survive another machine's arithmetic."""
    if not np.isfinite(value):
        return value
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0  # + 0.0: no negative zero


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a small table as CSV: UTF-8, floats rounded, text from data made harmless, whole or not at all."""
    plain = frame.copy()
    for name in plain.columns:
        column = plain[name]
        if pd.api.types.is_float_dtype(column):
            plain[name] = column.map(rounded)
        elif not pd.api.types.is_numeric_dtype(column):
            plain[name] = column.map(lambda cell: harmless(cell) if isinstance(cell, str) else cell)
    with whole_file(path) as partial:
        plain.to_csv(partial, index=False, lineterminator="\n")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is pd.NA:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating | Decimal):
        number = float(value)
        return rounded(number) if np.isfinite(number) else None
    return value


def write_json(content: Any, path: Path) -> None:
    """Write JSON: keys in the order given, floats rounded, not-a-number as null, whole or not at all."""
    text = json.dumps(_plain(content), ensure_ascii=False, indent=2, allow_nan=False)
    with whole_file(path) as partial:
        partial.write_text(text + "\n", encoding="utf-8", newline="\n")
