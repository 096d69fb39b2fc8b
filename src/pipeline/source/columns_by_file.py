"""Which columns a description reads, and that each file of a table has them: a renamed one is not taken for absent.

Files of one table are read as one, and a column that only some of them have is null in the others. That is what a
later export with one more column needs, and what loses a card's number once one export calls it otherwise. So each
column that is read must stand in every file, but where source.yaml says that it need not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

import sqlglot
from sqlglot import exp

from pipeline.containment import DIALECT
from pipeline.errors import ParcoursError, nearest
from pipeline.landing import FILE, ROW
from pipeline.source.description import MAIN, Source


def refuse_renamed(source: Source, table: str, columns: Mapping[str, Iterable[str]]) -> None:
    """Refuse files of one table of which some lack a column that is read and that others have.

    Parameters
    ----------
    source
        The description.
    table
        ``main`` or the name of a lookup.
    columns
        The columns of each of its files that has a row, by the file's name.

    Raises
    ------
    ParcoursError
        With the file, the column, the nearest column of that file, and how to declare that it is meant to lack there.
    """
    found = {file: {name.lower(): name for name in names if name not in (FILE, ROW)} for file, names in columns.items()}
    anywhere = set().union(*found.values()) if found else set()
    optional = {name.lower() for name in source.optional_columns} if table == MAIN else set()
    placed = _placed(source, found)
    for name in sorted((_read(source, table) & anywhere | placed.keys()) - optional):
        for file, present in found.items():
            if name not in present and file in placed.get(name, found):
                raise _renamed(source, table, name, file, found)


def _renamed(source: Source, table: str, name: str, file: str, found: Mapping[str, Mapping[str, str]]) -> ParcoursError:
    others = [other for other, present in found.items() if name in present]
    place = f"data/raw/{source.name}/{file}"
    if not others:
        return ParcoursError(
            f"{place}: no column {name!r}, which {source.shown_as}: only_in expects there."
            f"{nearest(name, found[file].values())}"
        )
    shown = found[others[0]][name]
    having = f"{others[0]} and {len(others) - 1} more have" if len(others) > 1 else f"{others[0]} has"
    or_anywhere = f", or `optional_columns: [{shown}]` if any file may lack it" if table == MAIN else ""
    return ParcoursError(
        f"{place}: no column {shown!r}, which {having}.{nearest(shown, found[file].values())} "
        f"If it was renamed, rename it back. If it is meant to lack there, say so in {source.shown_as}: "
        f"`only_in: {{{others[0]}: [{shown}]}}`{or_anywhere}."
    )


def _placed(source: Source, found: Iterable[str]) -> dict[str, set[str]]:
    """Return, for each column of ``only_in``, those of the files in which it must stand."""
    placed: dict[str, set[str]] = {}
    for pattern, names in source.only_in.items():
        for file in found:
            if fnmatchcase(file, pattern):
                for name in names:
                    placed.setdefault(name.lower(), set()).add(file)
    return placed


def _read(source: Source, table: str) -> set[str]:
    """Return the names, in small letters, that the description reads of a table; ``main.*`` reads none of them."""
    names = set(source.types)
    if source.query is not None:
        tree = _parsed(source.query)
        names |= {column.name for column in tree.find_all(exp.Column) if table in _tables(column)}
    if table == MAIN:
        names |= set(source.duplicates) if isinstance(source.duplicates, tuple) else set()
        names |= {column.name for sql in _rules(source) for column in _parsed(sql).find_all(exp.Column)}
    return {name.lower() for name in names}


def _rules(source: Source) -> Iterable[str]:
    yield from source.leave_out.values()
    yield from source.latest_by
    yield from source.identifiers.values()
    yield from source.person_fields.values()
    yield from source.campaigns.rules() if source.campaigns is not None else ()
    for event in source.events:
        score = event.score.value if event.score else None
        yield from (sql for sql in (event.occurred_at, event.when, event.value, score) if sql is not None)
        yield from event.attributes.values()


def _parsed(sql: str) -> exp.Expr:
    """Return a rule's tree; of text that is no SQL an empty one, for its own check says so with its place."""
    try:
        return sqlglot.parse_one(sql, read=DIALECT)
    except (sqlglot.errors.SqlglotError, RecursionError):
        return exp.null()


def _tables(column: exp.Column) -> set[str]:
    """Return the tables that a column of a query may belong to."""
    select = column.find_ancestor(exp.Select)
    clauses = [select.args.get("from_"), *select.args.get("joins", [])] if select is not None else []
    tables = [clause.this for clause in clauses if clause is not None and isinstance(clause.this, exp.Table)]
    return {table.name for table in tables if column.table in ("", table.alias_or_name)}
