"""What real exports hold besides the truth: repeats, impossible dates, wrong zones, testers, ids that are none.

Dirt is drawn per row from the seed, the person and the file. Rows that no customer made are added, never put in the
place of a true one, so that a pipeline that accounts for every row finds the ledger again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import duckdb
import pandas as pd

from pipeline.declarations import Section

# Kind of dirt → what a careful reader makes of the row.
JUDGEMENTS = {
    "duplicate": "duplicate",
    "wrong_zone": "duplicate",  # the same record, exported again by a job in another zone
    "impossible_date": "refused",
    "malformed_row": "refused",
    "test_user": "filtered",
    "missing_id": "used",
    "placeholder_id": "used",
}
ADDED = ("duplicate", "impossible_date", "wrong_zone", "test_user")
# Columns of every export query that no file shows: who, the draw's parts and the place in the file.
HIDDEN = ("person_", "seed_", "local_", "event_", "moment_", "drawn_", "kind_")

_IMPOSSIBLE = {
    "timestamp": ("timestamp '1900-01-01'", "timestamp '2999-12-31'"),
    "iso": ("'1900-01-01 00:00:00'", "'2999-12-31 00:00:00'", "'2026-02-31 10:00:00'"),
    "french": ("'01/01/1900 00:00:00,000000'", "'31/12/2999 00:00:00,000000'", "'31/02/2026 10:00:00,000000'"),
}


@dataclass(frozen=True)
class DirtRates:
    """Share of a file's rows that is spoilt, or spoilt beside it, per kind of dirt."""

    duplicate: float
    impossible_date: float
    wrong_zone: float
    test_user: float
    placeholder_id: float
    missing_id: float
    malformed_row: float

    @classmethod
    def read(cls, declared: Mapping[str, float]) -> DirtRates:
        """Return the rates of truth.yaml's section ``dirt``."""
        section = Section(dict(declared), "truth.yaml", "dirt")
        rates = cls(**{one.name: float(section.number(one.name, low=0, high=0.2)) for one in fields(cls)})
        section.close()
        return rates


@dataclass(frozen=True)
class Spoilt:
    """What of a file may be spoilt.

    Parameters
    ----------
    moment
        The column that holds the time.
    written
        How it is written: timestamp (a type of its own), iso or french (texts).
    tester
        Column → SQL of what a row of the brand's own testers shows there; none: the file has no testers.
    identifier
        The column that may hold no id, or one that is none.
    placeholders
        Two texts that stand for no id.
    key
        The record's own number, where one record exported twice is known by it.
    elsewhere
        SQL of the time as a job in another zone writes it; none: the file has no such rows.
    tells
        SQL of the rows that tell of a step of a journey: where nobody reads the time, an impossible one is no fault.
    """

    moment: str
    written: str = "iso"
    tester: Mapping[str, str] = field(default_factory=dict)
    identifier: str | None = None
    placeholders: tuple[str, str] = ("undefined", "0000")
    key: str | None = None
    elsewhere: str | None = None
    tells: str = "true"


def reading(file: str, spoilt: Spoilt | None, rates: DirtRates, as_text: bool) -> str:
    """Return SQL that reads a file's true ``rows`` and spoils their ids.

    Parameters
    ----------
    file
        The file's name, part of each draw.
    spoilt
        What of it may be spoilt; None: it stays clean.
    rates
        Declared rates.
    as_text
        Whether the time is to become a text, so that it can hold what no calendar knows.
    """
    if spoilt is None:
        return "select *, cast(0 as ubigint) as drawn_, cast(null as varchar) as kind_ from rows"
    replaced = [_spoilt_identifier(spoilt, rates)] if spoilt.identifier else []
    if as_text:
        replaced.append(f'cast("{spoilt.moment}" as varchar) as "{spoilt.moment}"')
    changes = f"replace ({', '.join(replaced)})" if replaced else ""
    # one draw a row: its lower half says which row is added beside it, its upper half what becomes of the id
    return (
        f"select * {changes}, {_kind_of_identifier(spoilt, rates)} as kind_ "
        f"from (select *, draw_of(seed_, local_, 'dirt {file}', event_) as drawn_ from rows)"
    )


def spoil(connection: duckdb.DuckDBPyConnection, spoilt: Spoilt | None, rates: DirtRates) -> dict[str, int]:
    """Make the view ``spoilt_rows``: the rows as exported, with a column ``copy_`` that is 0 for the true ones.

    Parameters
    ----------
    connection
        Where ``kept_rows`` lies, made by `reading`.
    spoilt, rates
        What of the file may be spoilt, and how often.

    Returns
    -------
    dict of str to int
        Rows per kind of dirt; malformed rows are counted where they are written.
    """
    connection.execute(f"create or replace temp table added_rows as {_added_rows(spoilt, rates)}")
    connection.execute(
        "create or replace temp view spoilt_rows as "
        "select *, 0 as copy_ from kept_rows union all by name select * from added_rows"
    )
    counts = connection.execute(
        "select kind_, count(*) from spoilt_rows where kind_ is not null group by kind_ order by kind_"
    ).fetchall()
    return dict(counts)


def _added_rows(spoilt: Spoilt | None, rates: DirtRates) -> str:
    """Return SQL for the rows that no customer made: each stands beside a true one, by the draw of that one."""
    parts = ["select *, 0 as copy_ from kept_rows where false"]
    low = 0.0
    for number, kind in enumerate(ADDED, start=1):
        high = low + getattr(rates, kind)
        if spoilt is not None and (changes := _changes(kind, spoilt)) is not None:
            listed = ", ".join(f'{value} as "{column}"' for column, value in {**changes, "kind_": f"'{kind}'"}.items())
            parts.append(
                f"select * replace ({listed}), {number} as copy_ from kept_rows "
                f"where low_share(drawn_) >= {low!r} and low_share(drawn_) < {high!r} "
                f"and ({spoilt.tells if kind == 'impossible_date' else 'true'})"
            )
        low = high
    return " union all ".join(parts)


def _kind_of_identifier(spoilt: Spoilt, rates: DirtRates) -> str:
    """Return SQL for what is wrong with a row's id, if anything."""
    if spoilt.identifier is None:
        return "cast(null as varchar)"
    placeholder = rates.missing_id + rates.placeholder_id
    return (
        f"case when high_share(drawn_) < {rates.missing_id!r} then 'missing_id' "
        f"when high_share(drawn_) < {placeholder!r} then 'placeholder_id' end"
    )


def _spoilt_identifier(spoilt: Spoilt, rates: DirtRates) -> str:
    first, second = (f"'{text}'" for text in spoilt.placeholders)
    kind = _kind_of_identifier(spoilt, rates)
    return (
        f"case {kind} when 'missing_id' then null "
        f"when 'placeholder_id' then if(drawn_ % 2 = 0, {first}, {second}) "
        f'else "{spoilt.identifier}" end as "{spoilt.identifier}"'
    )


def _changes(kind: str, spoilt: Spoilt) -> dict[str, str] | None:
    """Return how a row of this kind differs from the true one beside it; None where the file has no such rows."""
    changes: dict[str, str] = {}
    if kind == "impossible_date":
        dates = _IMPOSSIBLE[spoilt.written]
        changes[spoilt.moment] = (
            f"list_extract([{', '.join(dates)}], 1 + cast((drawn_ >> 32) % {len(dates)} as integer))"
        )
    elif kind == "wrong_zone":
        if spoilt.elsewhere is None:
            return None
        changes[spoilt.moment] = spoilt.elsewhere
    elif kind == "test_user":
        if not spoilt.tester:
            return None
        changes |= spoilt.tester
    if spoilt.key and kind in ("impossible_date", "test_user"):
        changes[spoilt.key] = f"concat(\"{spoilt.key}\", '{kind[0]}')"  # a record of its own, not a repeat
    return changes


def malformed_lines(
    connection: duckdb.DuckDBPyConnection, columns: list[str], delimiter: str | None, rates: DirtRates
) -> list[str]:
    """Return the lines of an export that broke off: too few fields, or half an object where there is no delimiter."""
    first, second = (f"replace(coalesce(cast(\"{name}\" as varchar), ''), '\"', '')" for name in columns[:2])
    text = (
        f"concat({first}, $sign, {second})"
        if delimiter is not None
        else f"concat('{{\"', $sign, '\":\"', {first}, '\",\"')"
    )
    rows = connection.execute(
        f"select {text} from kept_rows where high_share(drawn_) >= 1 - $rate order by moment_, person_, event_",
        {"sign": columns[0] if delimiter is None else delimiter, "rate": rates.malformed_row},
    ).fetchall()
    return [row[0] for row in rows]


def table_of(counts: Mapping[tuple[str, str, str], int]) -> pd.DataFrame:
    """Return the rows of dirt.csv from counts by (source, file, kind).

    Examples
    --------
    >>> table_of({("web", "web", "duplicate"): 3})["becomes"].tolist()
    ['duplicate']
    """
    rows: list[tuple[Any, ...]] = [
        (source, kind, file, JUDGEMENTS[kind], n) for (source, file, kind), n in sorted(counts.items())
    ]
    return pd.DataFrame(rows, columns=["source", "kind", "file", "becomes", "rows"])
