"""How two files of one output differ: which rows and columns of a table, and by how much."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from pipeline.tables import ALL

SHOWN = 5  # of rows, columns and files; how many more there are is said
MOST_ROWS = 10_000  # of a large table, read into memory


def differences(before: Path, after: Path, output: str) -> list[str]:
    """Return, in words, how a recomputed output differs from the one there was.

    Parameters
    ----------
    before, after
        Two files, or two folders.
    output
        Path of the output in the workspace: it tells the contract, whose key names the rows.

    Returns
    -------
    list of str
        No value of a raw file is among them.
    """
    if before.is_dir() or after.is_dir():
        return list(_of_folders(before, after, output))
    if output.startswith("data/raw/"):
        return [f"{before.stat().st_size} bytes before, {after.stat().st_size} recomputed"]
    if before.suffix == ".csv":
        return frame_differences(_read(before), _read(after), _key(output))
    if before.suffix == ".json":
        return frame_differences(_flat(before), _flat(after), ("key",))
    if before.suffix == ".parquet":
        return _of_parquet(before, after, _key(output))
    return _of_lines(before, after)


def frame_differences(before: pd.DataFrame, after: pd.DataFrame, key: Sequence[str] = ()) -> list[str]:
    """Return how two tables of texts differ, rows being told apart by their key (without one: by their number).

    Examples
    --------
    >>> before = pd.DataFrame({"kpi": ["nps", "ces"], "estimate": ["12.5", "3"]})
    >>> after = pd.DataFrame({"kpi": ["nps", "csat"], "estimate": ["12.25", "0.5"]})
    >>> print(*frame_differences(before, after, ["kpi"]), sep="; ")
    only before: 1 rows (kpi=ces); only recomputed: 1 rows (kpi=csat); estimate: 1 rows, most 0.25 (kpi=nps: 12.5, recomputed 12.25)
    """  # noqa: E501 – one line of output
    found = []
    for text, one, other in (("before", before, after), ("recomputed", after, before)):
        if names := [str(name) for name in one.columns if name not in other.columns]:
            found.append(f"columns only {text}: {', '.join(names)}")
    key = [name for name in key if name in before.columns and name in after.columns]
    if not key or before.duplicated(key).any() or after.duplicated(key).any():
        key = ["row"]
        before, after = (frame.assign(row=[str(n) for n in range(1, len(frame) + 1)]) for frame in (before, after))
    before, after = before.set_index(key), after.set_index(key)
    for text, rows in (
        ("before", before.index.difference(after.index, sort=False)),
        ("recomputed", after.index.difference(before.index, sort=False)),
    ):
        if len(rows):
            found.append(f"only {text}: {len(rows)} rows ({'; '.join(_named(key, row) for row in rows[:SHOWN])})")
    shared = before.index.intersection(after.index, sort=False)
    columns = before.columns.intersection(after.columns, sort=False)
    lines = [_column(str(name), before.loc[shared, name], after.loc[shared, name], key) for name in columns]
    found += [line for line in lines if line is not None]
    return found or ["the same rows in another order or another form"]


def _column(name: str, before: pd.Series, after: pd.Series, key: Sequence[str]) -> str | None:
    is_other = (before != after).to_numpy()
    if not is_other.any():
        return None
    gaps = (pd.to_numeric(after, errors="coerce") - pd.to_numeric(before, errors="coerce")).abs().to_numpy(dtype=float)
    gaps = np.where(is_other, gaps, np.nan)
    place = int(np.flatnonzero(is_other)[0]) if np.isnan(gaps).all() else int(np.nanargmax(gaps))
    most = "" if np.isnan(gaps).all() else f", most {gaps[place]:.10g}"
    row = _named(key, before.index[place])
    return f"{name}: {is_other.sum()} rows{most} ({row}: {before.iloc[place]}, recomputed {after.iloc[place]})"


def _named(key: Sequence[str], row: Any) -> str:
    values = row if isinstance(row, tuple) else (row,)
    return ", ".join(f"{name}={value}" for name, value in zip(key, values, strict=True))


def _key(output: str) -> tuple[str, ...]:
    return next((table.key for table in ALL.values() if table.path == output), ())


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _flat(path: Path) -> pd.DataFrame:
    """Return a JSON document as one row per value: where it stands, and what it is."""
    rows = list(_leaves(json.loads(path.read_text(encoding="utf-8")), ""))
    return pd.DataFrame(rows, columns=["key", "value"])


def _leaves(value: Any, place: str) -> Iterator[tuple[str, str]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield place, json.dumps(value, ensure_ascii=False)
        return
    for name, item in items:
        yield from _leaves(item, f"{place}/{name}")


def _of_parquet(before: Path, after: Path, key: Sequence[str]) -> list[str]:
    with duckdb.connect() as connection:
        one, other = (connection.read_parquet(str(path)) for path in (before, after))
        if one.columns != other.columns or one.types != other.types:
            return [f"columns before: {', '.join(one.columns)}; recomputed: {', '.join(other.columns)}"]
        gone, new = (
            left.except_(right).limit(MOST_ROWS).df().astype(str) for left, right in ((one, other), (other, one))
        )
    lines = [f"rows that are not in the other: {len(gone)} before, {len(new)} recomputed"]
    if max(len(gone), len(new)) == MOST_ROWS:
        lines.append(f"only the first {MOST_ROWS} are looked at")
    return lines + (frame_differences(gone, new, key) if len(gone) or len(new) else [])


def _of_folders(before: Path, after: Path, output: str) -> Iterator[str]:
    names = [
        {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
        for folder in (before, after)
    ]
    for text, files in (("before", names[0] - names[1]), ("recomputed", names[1] - names[0])):
        if files:
            yield f"only {text}: {', '.join(sorted(files)[:SHOWN])} ({len(files)} files)"
    other = [
        name for name in sorted(names[0] & names[1]) if (before / name).read_bytes() != (after / name).read_bytes()
    ]
    for name in other[:SHOWN]:
        for line in differences(before / name, after / name, output):
            yield f"{name}: {line}"
    if len(other) > SHOWN:
        yield f"and {len(other) - SHOWN} more files"


def _of_lines(before: Path, after: Path) -> list[str]:
    texts = []
    for path in (before, after):
        try:
            texts.append(path.read_text(encoding="utf-8").splitlines())
        except UnicodeDecodeError:
            return [f"{before.stat().st_size} bytes before, {after.stat().st_size} recomputed"]
    other = [i for i, (one, two) in enumerate(zip(*texts, strict=False), start=1) if one != two]
    first = other[0] if other else min(map(len, texts)) + 1
    return [f"{len(other)} lines differ, the first is line {first}; {len(texts[0])} before, {len(texts[1])} recomputed"]
