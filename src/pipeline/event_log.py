"""The moves of any event log, asked at once: before there is a workspace, or with another silence."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlglot import exp

from pipeline.engine import Engine, coded, query_of
from pipeline.errors import ParcoursError, nearest
from pipeline.params.declared import EngineParams
from pipeline.tables.contract import CENSORED, LOST, START

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {
    "customer": "customer_id",
    "time": "occurred_at",
    "touchpoint": "touchpoint",
}  # unless told
MANY_TEXTS = 10_000  # touchpoints beyond these are no kinds of steps: a column of ids or addresses was named


def log_moves(
    log: Path | str,
    silence: timedelta,
    *,
    customer: str = "customer_id",
    time: str = "occurred_at",
    touchpoint: str = "touchpoint",
    threads: int = 2,
    memory_limit: str = "4 GB",
) -> pd.DataFrame:
    """Return how often each touchpoint of an event log follows another within a journey.

    Parameters
    ----------
    log
        A Parquet file, one row per event, in any order. Events of one customer at one moment stay as the file has them.
    silence
        A longer time without an event ends a journey; the next event opens another.
    customer, time, touchpoint
        Its columns: any type that can be equal; a timestamp; a text. Rows with a null in one of them are left out.
    threads, memory_limit
        Of the engine; what does not fit is put on disk. Neither changes a result.

    Returns
    -------
    pandas.DataFrame
        from_touchpoint, to_touchpoint, n_moves, in that order of names. ``(start)`` → a touchpoint: journeys that it
        opens. A touchpoint → ``(lost)``: journeys that it ends; → ``(censored)``: journeys that may go on, since
        their silence is not over at the last event of the log.

    Raises
    ------
    ParcoursError
        If there is no such file or column, the time is no timestamp, or the touchpoints are not few.

    Notes
    -----
    Counts, no shares: a share needs an interval clustered by customer, which `parcours estimate` gives. A journey that
    began before the log opens at the first event seen. One sort of the log, n log n; ten million events
    take 0.5 GB (docs/speed.md).

    Examples
    --------
    >>> import pandas as pd
    >>> events = pd.DataFrame({
    ...     "customer_id": [7, 7, 8, 7],
    ...     "occurred_at": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-02", "2026-03-01"]),
    ...     "touchpoint": ["ad", "visit", "visit", "ad"],
    ... })
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     events.to_parquet(f"{folder}/log.parquet")
    ...     log_moves(f"{folder}/log.parquet", timedelta(days=10))
      from_touchpoint to_touchpoint  n_moves
    0         (start)            ad        2
    1         (start)         visit        1
    2              ad    (censored)        1
    3              ad         visit        1
    4           visit        (lost)        2
    """
    import pandas as pd  # who only counts need not wait for it

    names = {"customer": customer, "time": time, "touchpoint": touchpoint}
    moves = count_moves(log, silence, names, threads, memory_limit)
    return pd.DataFrame(moves, columns=Move._fields).astype({"n_moves": "int64"})


class Move(NamedTuple):
    """How often one touchpoint follows another: a row of `log_moves`."""

    from_touchpoint: str
    to_touchpoint: str
    n_moves: int


def count_moves(
    log: Path | str,
    silence: timedelta,
    names: Mapping[str, str] = COLUMNS,
    threads: int = 2,
    memory_limit: str = "4 GB",
) -> list[Move]:
    """Return the rows of `log_moves`, which see for all else, without a frame around them; `names`: of its columns."""
    path = Path(log).absolute()
    if not path.is_file():
        raise ParcoursError(f"{path}: no such file; name a Parquet file with one row per event.")
    settings = EngineParams(kind="duckdb", threads=threads, memory_limit=memory_limit)
    named = {COLUMNS[argument]: name for argument, name in names.items()}
    with tempfile.TemporaryDirectory() as folder, Engine(settings, Path(folder), [Path(folder), path.parent]) as engine:
        _read(engine, path, names)
        columns: dict[str, exp.Expr] = {name: exp.column(column) for name, column in named.items()}
        columns["occurred_at"] = exp.cast(columns["occurred_at"], "timestamp")  # of a zone: in UTC, as everything is
        columns["touchpoint"] = exp.cast(columns["touchpoint"], "varchar")
        columns["position"] = _position(engine, path)
        whole = exp.select(*(exp.alias_(column, name) for name, column in columns.items())).from_("file_rows")
        engine.make("known_log", whole.where(*(f"{name} is not null" for name in named)), lazily=True)
        # one by one: alone, each is answered by what the file says of itself, and no row is read
        texts = engine.row(exp.select("list(distinct touchpoint) as texts").from_("known_log"))["texts"] or []
        last = engine.row(exp.select("max(occurred_at) as last").from_("known_log"))["last"]
        if len(texts) > MANY_TEXTS:
            raise ParcoursError(
                f"{path}: the column {names['touchpoint']!r} holds {len(texts)} different texts; a touchpoint is "
                "a kind of step. Name the column that says what the customer did."
            )
        code = coded(exp.column("touchpoint"), texts or [""])
        coded_log = exp.select(exp.Star(replace=[exp.alias_(code, "touchpoint")])).from_("known_log")
        engine.make("log_events", coded_log, lazily=True)
        ends = {"start": START, "lost": LOST, "censored": CENSORED}
        rows = engine.rows("log_moves", silence=silence, open_since=last - silence if last else None, **ends)
        return [Move(*row) for row in rows]


def _read(engine: Engine, path: Path, columns: Mapping[str, str]) -> None:
    """Make the file's rows readable, each with its number; refuse a file or a column that cannot be read."""
    try:
        engine.make(
            "file_rows",
            query_of("select * from read_parquet($path, file_row_number = true)"),
            lazily=True,
            path=str(path),
        )
    except engine.errors as error:
        raise ParcoursError(f"{path}: no Parquet file ({error}). Save the log with `to_parquet`.") from None
    types = engine.columns("file_rows")
    for argument, name in columns.items():
        if name not in types:
            raise ParcoursError(f"{path}: {argument}: no column {name!r}.{nearest(name, list(types))}")
    found = types[columns["time"]]
    if not found.startswith("TIMESTAMP"):
        raise ParcoursError(
            f"{path}: time: the column {columns['time']!r} holds {found}, not timestamps. "
            "Make them with `pandas.to_datetime` before saving."
        )


def _position(engine: Engine, path: Path) -> exp.Expr:
    """Return SQL for the row's number; as a small whole number it halves what the sort costs."""
    rows = engine.row(query_of("select num_rows as n from parquet_file_metadata($path)"), path=str(path))["n"]
    return exp.cast(exp.column("file_row_number"), "int" if rows < 2**31 else "bigint")
