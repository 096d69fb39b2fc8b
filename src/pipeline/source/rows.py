"""One source's rows: landed, typed, joined and judged, each a relation of the engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow.parquet
import sqlglot
from sqlglot import exp

from pipeline.engine import Engine, query_of
from pipeline.errors import ParcoursError, nearest, shape
from pipeline.expressions import DIALECT, expression, query
from pipeline.landing import Reading, Refused, land
from pipeline.source.columns_by_file import refuse_renamed
from pipeline.source.description import MAIN, UNIX_UNITS, Source
from pipeline.source.repeated_keys import repeated_keys
from pipeline.typing_rules import UTC_TWIN, parsed_with, typed_column

# Formats that leave out what is empty: the first records of a file need not have all of its columns.
_SPARSE = ("jsonl", "json", "ocel", "xes")
_HIDDEN = ("parcours_issue_column", "parcours_issue_value")
# Errors of either engine that quote names, as they stand in the rule; any other may quote a value.
_OF_NAMES = ("BinderException", "CatalogException", "ParserException", "AnalysisException", "ParseException")
_SWAPPED = {
    "%d/%m/": "%m/%d/",
    "%m/%d/": "%d/%m/",
    "%d-%m-": "%m-%d-",
    "%m-%d-": "%d-%m-",
    "%d.%m.": "%m.%d.",
    "%m.%d.": "%d.%m.",
}


# -- raw to typed ------------------------------------------------------------------------------------------------


def land_files(
    engine: Engine, source: Source, table: str, paths: Sequence[Path], temporary: Path, limit: int | None
) -> tuple[list[Refused], pd.DataFrame, dict[str, Reading]]:
    """Land the files of one table as the view ``landed``; return records without shape, raw rows and how per file."""
    refused: list[Refused] = []
    readings: dict[str, Reading] = {}
    landed: list[Path] = []
    columns: dict[str, list[str]] = {}
    for i, path in enumerate(paths):
        target = temporary / f"{source.name}.{table}.{i}.parquet"
        result = land(path, source.layout, target, limit)
        refused += result.refused
        readings[path.name] = result.reading
        landed.append(target)
        metadata = pyarrow.parquet.read_metadata(target)
        is_cut = limit is not None and metadata.num_rows >= limit and result.reading.format in _SPARSE
        if metadata.num_rows and not is_cut:
            columns[path.name] = metadata.schema.to_arrow_schema().names
    refuse_renamed(source, table, columns)
    engine.view("found_columns", landed)
    absent = _absent(source, engine.columns("found_columns")) if table == MAIN else []
    engine.make("landed", exp.select("*", *absent).from_("found_columns"), lazily=True)
    counts = engine.frame(
        query_of("select source_file, count(*) as raw from landed group by source_file order by source_file")
    )
    counts = counts.set_index("source_file").reindex([path.name for path in paths], fill_value=0)
    malformed = pd.Series([one.source_file for one in refused], dtype="str").value_counts()
    counts["raw"] += malformed.reindex(counts.index, fill_value=0)
    return refused, counts.rename_axis("source_file").reset_index(), readings


def _absent(source: Source, found: Iterable[str]) -> list[exp.Expr]:
    """Return the optional columns that no file has, as nulls: JSON leaves out what was never filled."""
    present = {name.lower() for name in found}
    return [
        exp.alias_(exp.cast(exp.null(), "varchar"), name, quoted=True)
        for name in source.optional_columns
        if name.lower() not in present
    ]


def type_rows(engine: Engine, source: Source, table: str) -> list[str]:
    """Make ``typed_<table>`` and the view ``<table>`` of its readable rows; return the raw columns."""
    raw_types = {
        name: kind for name, kind in engine.columns("landed").items() if name not in ("source_file", "source_row")
    }
    columns: list[exp.Expr] = []
    unreadable: list[tuple[str, exp.Expr, exp.Expr]] = []
    for name, raw_type in raw_types.items():
        declared = source.types.get(name, "text")
        typed = typed_column(name, raw_type, declared, source.time_zone, source.date_formats, source.decimal)
        columns += typed.sql
        if typed.unreadable is not None:
            if declared == "timestamp" or declared in UNIX_UNITS:
                _refuse_wrong_dates(engine, source, name, typed.unreadable)
            unreadable.append((name, typed.unreadable, exp.cast(typed.raw, "varchar")))
    engine.make(
        f"typed_{table}",
        "typed_rows",
        columns=columns,
        issue_column=first_case([(condition, exp.Literal.string(name)) for name, condition, _ in unreadable]),
        issue_value=first_case([(condition, raw) for _, condition, raw in unreadable]),
    )
    hidden = [*_HIDDEN] if table == MAIN else [*_HIDDEN, "source_file", "source_row"]
    readable = f'select * exclude ({", ".join(hidden)}) from "typed_{table}" where parcours_issue_column is null'
    engine.make(table, query_of(readable), lazily=True)
    return list(raw_types)


def first_case(cases: Sequence[tuple[exp.Expr, exp.Expr]]) -> exp.Expr:
    """Return SQL for the first case that holds, as text."""
    case = exp.Case()
    for condition, result in cases:
        case = case.when(condition.copy(), result.copy())
    return exp.cast(case if cases else exp.null(), "varchar")


def _refuse_wrong_dates(engine: Engine, source: Source, name: str, unreadable: exp.Expr) -> None:
    """Refuse a date format that reads no date, or fewer than the same format with day and month swapped."""
    column = exp.column(name, quoted=True)
    swapped = tuple(_swap(one) for one in source.date_formats)
    otherwise = parsed_with(column, swapped) if swapped else exp.null()
    facts = engine.row(
        exp.select(
            exp.alias_(exp.Count(this=column), "present"),
            exp.alias_(
                exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=unreadable.copy())), "failed"
            ),
            exp.alias_(exp.Count(this=otherwise), "otherwise"),
            exp.alias_(exp.Min(this=exp.Case().when(unreadable.copy(), column.copy())), "example"),
        ).from_("landed")
    )
    if not facts["failed"]:
        return
    place = f"{source.shown_as}: types.{name}: timestamp"
    expected = " or ".join(source.date_formats) or "ISO 8601 (2026-11-30 or 2026-11-30 14:05:00)"
    read = facts["present"] - facts["failed"]
    if swapped != source.date_formats and facts["otherwise"] > read:
        raise ParcoursError(
            f"{place}: day and month look swapped: {expected} reads {read} of {facts['present']} dates, "
            f"{' or '.join(swapped)} reads {facts['otherwise']}. Change `date_format`."
        )
    if read == 0 and source.types[name] in UNIX_UNITS:
        raise ParcoursError(
            f"{source.shown_as}: types.{name}: {source.types[name]}: no value is such a count between 1970 and 2100; "
            f"the first is like {shape(facts['example'])!r}. Declare another of {', '.join(UNIX_UNITS)}, or timestamp "
            "for written dates."
        )
    if read == 0:
        raise ParcoursError(
            f"{place}: no value can be read as {expected}; the first is like {shape(facts['example'])!r}. "
            "Declare `date_format`, for example '%d/%m/%Y %H:%M' (day first) or '%m/%d/%Y %H:%M' (month first)."
        )


def _swap(date_format: str) -> str:
    for one, other in _SWAPPED.items():
        if one in date_format:
            return date_format.replace(one, other)
    return date_format


def typed_issues(engine: Engine, table: str) -> list[Refused]:
    """Return the rows of a table that hold a value nobody can read."""
    rows = engine.rows(
        query_of(
            f'select source_file, source_row, parcours_issue_column, parcours_issue_value from "typed_{table}" '
            "where parcours_issue_column is not null order by source_file, source_row"
        )
    )
    return [Refused(file, row, "unreadable_value", value, column) for file, row, column, value in rows]


# -- rows kept, left out, repeated -------------------------------------------------------------------------------


def join_rows(engine: Engine, source: Source) -> None:
    """Make ``joined_rows``: the source's query, or its main file as it is."""
    tables = [MAIN, *source.lookups]
    if source.query is None:
        engine.make("joined_rows", exp.select("*").from_("main"), lazily=True)
        return
    place = f"{source.shown_as}: query"
    columns = {table: _offered(engine, table) for table in tables}
    files = {table: ", ".join(path.name for path in paths) for table, paths in source.lookups.items()}
    files[MAIN] = ", ".join(path.name for path in source.files)
    tree = query(source.query, place, columns, files)
    try:
        engine.make("joined_rows", tree, lazily=False)
    except engine.errors as error:
        raise sql_error(place, error) from None
    missing = {"source_file", "source_row"} - set(engine.columns("joined_rows"))
    if missing:
        raise ParcoursError(f"{place}: the result has no {' and '.join(sorted(missing))}. Select main.* in it.")
    main_rows = engine.row(exp.select("count(*) as n").from_("main"))["n"]
    facts = engine.row(
        exp.select("count(*) as n", "count(distinct (source_file, source_row)) as different").from_("joined_rows")
    )
    if facts["n"] != facts["different"]:
        raise ParcoursError(
            f"{place}: the join repeats rows: {facts['different']} rows of the main file became {facts['n']}, and what "
            f"they are worth would count again. {repeated_keys(engine, source.lookups, tree)} Join tables that have "
            "one row per key: aggregate them first, or correct the file."
        )
    if facts["n"] != main_rows:
        raise ParcoursError(
            f"{place}: the join loses rows: {main_rows} rows of the main file became {facts['n']}. "
            "Use left joins, and `leave_out:` for rows that should not count."
        )


def _offered(engine: Engine, table: str) -> list[str]:
    return [name for name in engine.columns(table) if not name.startswith(UTC_TWIN)]


def sql_error(place: str, error: Exception) -> ParcoursError:
    """Return what the engine said of a rule, with the place of the rule; a value that it quotes as its shape."""
    said = str(error).splitlines()[0]
    if type(error).__name__ not in _OF_NAMES:
        said = re.sub(r"""(["'])(.+?)\1""", lambda quoted: f"{quoted[1]}{shape(quoted[2])}{quoted[1]}", said)
    return ParcoursError(f"{place}: {said}")


def row_columns(engine: Engine) -> list[str]:
    """Return the columns that rules over the joined rows may use."""
    return _offered(engine, "joined_rows")


def same_columns(source: Source, columns: Sequence[str]) -> list[str]:
    """Return the columns that two rows must have alike to be the same.

    Raises
    ------
    ParcoursError
        If a declared one is not there.
    """
    if source.duplicates == "none":
        return ["source_file", "source_row"]
    if source.duplicates == "all_columns":
        return [name for name in columns if name not in ("source_file", "source_row")]
    for name in source.duplicates:
        if name not in columns:
            raise ParcoursError(f"{source.shown_as}: duplicates: no column {name!r}.{nearest(name, columns)}")
    return list(source.duplicates)


def judge_rows(
    engine: Engine, source: Source, refusals: Sequence[tuple[exp.Expr, exp.Expr]] = (), by_file: bool = False
) -> None:
    """Make ``judged_rows``: which rows are kept, filtered (by a declared rule or by `refusals`) or duplicates.

    `by_file` looks for duplicates within each file only.
    """
    columns = row_columns(engine)
    cases = [
        (expression(rule, f"{source.shown_as}: leave_out.{reason}", columns), exp.Literal.string(reason))
        for reason, rule in source.leave_out.items()
    ]
    same = [*same_columns(source, columns), *(["source_file"] if by_file else [])]
    newest = [expression(sql, f"{source.shown_as}: latest_by", columns) for sql in source.latest_by]
    engine.make(
        "judged_rows",
        filtered_by=first_case([*cases, *refusals]),
        same=[exp.column(name, quoted=True) for name in same],
        apart=[] if newest else [sqlglot.parse_one("parcours_filtered_by is null", read=DIALECT)],
        latest=[exp.Ordered(this=one, desc=True, nulls_first=False) for one in newest],
    )
