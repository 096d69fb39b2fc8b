"""`parcours describe`: looks at an export and proposes a source.yaml that `clean` accepts, with reasons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow.parquet
import yaml

from pipeline.database import SQLITE, largest_table, take_snapshot
from pipeline.describe.guesses import ANSWERED, ID, MONEY, SCORE, channel_of, happening_of, has, identifiers_of, slug
from pipeline.describe.profile import SAMPLE, Profile, profile
from pipeline.errors import ParcoursError
from pipeline.landing import FILE, READERS, ROW, Layout, Reading, land
from pipeline.source.add import country_of, kinds_for_params, ready_for

_MOST_EVENTS = 30


@dataclass(frozen=True)
class Export:
    """One file and what its columns seem to hold."""

    path: Path
    reading: Reading
    columns: tuple[Profile, ...]

    def column(self, name: str) -> Profile | None:
        return next((column for column in self.columns if column.name == name), None)


def describe(paths: Sequence[Path], is_guess: bool = False) -> str:
    """Return a source.yaml proposed for one export; further files become its lookups.

    A vendor's export, known by its columns, gets that vendor's ready description.

    Parameters
    ----------
    paths
        The export first, then tables to join to it.
    is_guess
        Guess from the values, even where a ready description fits.

    Raises
    ------
    ParcoursError
        If a file is missing, empty or of an unknown kind.
    """
    ready = None if is_guess else ready_for(paths[0])
    if ready is not None:
        return ready
    exports = [look(path) for path in paths]
    return _Proposal(exports[0], exports[1:]).text()


def look(path: Path) -> Export:
    """Read the first rows of a file with the readers of `clean` and judge each column."""
    if not path.is_file():
        raise ParcoursError(
            f"{path}: no such file. Expected one of {', '.join([*READERS, *SQLITE])} (docs/formats.md)."
        )
    if path.stat().st_size == 0:
        raise ParcoursError(f"{path}: the file is empty (0 bytes). Export it again.")
    with TemporaryDirectory() as folder:
        landed = Path(folder) / "landed.parquet"
        if path.name.endswith(SQLITE):
            table = largest_table(path)
            take_snapshot(table, landed)
            return Export(path, Reading("sqlite", part=table.table), _profiles(landed))
        reading = land(path, Layout(f"{path.parent}/source.yaml"), landed).reading
        return Export(path, reading, _profiles(landed))


def _profiles(landed: Path) -> tuple[Profile, ...]:
    relation = duckdb.read_parquet(str(landed))
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    batches = pyarrow.parquet.ParquetFile(landed).iter_batches(SAMPLE)
    first = next(batches, None)
    cells = first.to_pydict() if first is not None else {name: [] for name in types}
    return tuple(profile(name, cells[name], kind) for name, kind in types.items() if name not in (ROW, FILE))


# -- the proposal ----------------------------------------------------------------------------------------------


class _Proposal:
    """A source.yaml in the making: lines of YAML, each guess with what it rests on."""

    def __init__(self, main: Export, lookups: Sequence[Export]) -> None:
        self.main, self.lookups = main, lookups
        self.joins = [(export, join) for export in lookups if (join := _join(main, export))]
        self.lost = [export for export in lookups if not _join(main, export)]
        own = {column.name for column in main.columns}
        joined = [replace(column) for export, _ in self.joins for column in export.columns if column.name not in own]
        self.columns = [*main.columns, *joined]
        self.times = [column for column in self.columns if column.type == "timestamp"]
        # What a lookup dates, its own source tells; here it would be counted once for every row it joins.
        self.dated = [column for column in self.times if column.name in own] or self.times
        self.kinds = identifiers_of(self.columns)
        taken = {name for name, _ in self.kinds.values()}
        self.happening = happening_of(self.columns, taken, len(self.dated))
        # XES repeats what belongs to the case on each of its events: summed, it would count as often.
        own_numbers = [c for c in main.columns if c.type in ("number", "integer") and not c.name.startswith("case:")]
        numbers = [column for column in own_numbers if column.name not in taken]
        self.value = next((column for column in numbers if has(column, MONEY)), None)
        self.score = next((column for column in numbers if has(column, SCORE)), None)
        used = taken | {column.name for column in (self.happening, self.value, self.score) if column}
        self.attributes = [
            c for c in self.columns if c.is_category and c.name not in used and slug(c.name) not in _KEPT
        ]

    def text(self) -> str:
        if not self.times:
            raise ParcoursError(
                f"{self.main.path}: no column looks like a time, so no event can be dated. Columns: "
                f"{', '.join(column.name for column in self.columns)}. Export the moment of each row too, "
                f"or write source.yaml by hand and declare its format (date_format)."
            )
        lines = [f"# Proposed by `parcours describe` from {self.main.path.name}. Check every guess."]
        lines += [*self._file_lines(), *self._type_lines(), *self._query_lines()]
        lines += self._identifier_lines() + self._attribute_lines() + ["events:"]
        lines += self._events()
        return "\n".join(lines + self._for_params()) + "\n"

    def _file_lines(self) -> list[str]:
        channel, reason = channel_of(self.main.path.name.split(".")[0], self.main.columns)
        lines = [f"channel: {channel}  # {reason}", *_read_lines(self.main)]
        lines += [f"{key}: {_yaml(value)}  # detected" for key, value in self.main.reading.found().items()]
        if any(column.decimal == "," and column.type == "number" for column in self.columns):
            lines.append('decimal: ","')
        return lines

    def _type_lines(self) -> list[str]:
        lines = []
        if all(column.has_offset for column in self.times):
            lines.append("# The times carry their own offset, so no time_zone is needed.")
        else:
            lines.append("# time_zone: Europe/Paris  # of these times, which do not say; default: workspace.time_zone")
        formats = list(dict.fromkeys(form for column in self.times for form in column.formats))
        if formats:
            if any(not column.formats and not column.typed for column in self.times):
                formats += ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]  # once formats are declared, ISO has to be one of them
            listed = ", ".join(f'"{form}"' for form in formats)
            lines.append(f"date_format: {listed if len(formats) == 1 else f'[{listed}]'}")
        lines += [
            f"# AMBIGUOUS: {column.name} fits {column.formats[0]} and {column.swapped} alike (no day above 12): which?"
            for column in self.times
            if column.swapped
        ]
        typed = {
            c.name: c.type for c in self.columns if c.type != "text" and not c.typed and not self._is_identifier(c)
        }
        if typed:
            lines.append("types: {" + ", ".join(f"{_yaml(name)}: {kind}" for name, kind in typed.items()) + "}")
        return lines

    def _is_identifier(self, column: Profile) -> bool:
        return any(column.name == name for name, _ in self.kinds.values())

    def _query_lines(self) -> list[str]:
        lines = [
            f"# {export.path.name}: no column in common whose values are unique there, so it is not joined."
            for export in self.lost
        ]
        if not self.joins:
            return lines
        names = [slug(export.path.name.split(".")[0]) for export, _ in self.joins]
        listed = (f"{name}: {_yaml(export.path.name)}" for name, (export, _) in zip(names, self.joins, strict=True))
        lines.append(f"lookups: {{{', '.join(listed)}}}")
        own = {column.name for column in self.main.columns}
        selected = ["main.*"]
        joins = []
        for name, (export, key) in zip(names, self.joins, strict=True):
            selected += [f"{name}.{_sql(c.name)}" for c in export.columns if c.name not in own]
            own |= {column.name for column in export.columns}
            joins.append(f"  left join {name} on {name}.{_sql(key)} = main.{_sql(key)}")
        return [*lines, "query: |", f"  select {', '.join(selected)}", "  from main", *joins]

    def _identifier_lines(self) -> list[str]:
        if not self.kinds:
            return [
                "# No column looks like an identifier: put the one that says whose event a row is.",
                "identifiers: {}",
            ]
        return ["identifiers:"] + [
            f"  {kind}: {_expression(name)}  # {reason}" for kind, (name, reason) in self.kinds.items()
        ]

    def _attribute_lines(self) -> list[str]:
        if not self.attributes:
            return []
        return ["attributes:  # keep what rules and hypotheses need"] + [
            f"  {slug(c.name)}: {_expression(c.name)}  # {_values(c)}" for c in self.attributes
        ]

    def _events(self) -> list[str]:
        if self.happening is not None:
            return self._events_by_value(self.happening)
        lines = [
            f"  # {column.name} could name touchpoints: an event per value, each with `when: {_sql(column.name)} = '…'`"
            for column in self.attributes
            if len(self.dated) == 1 and column.name in {one.name for one in self.main.columns}
        ]
        # Money changes hands when a thing begins; people judge it when they are asked, else when it is over.
        answered = [column for column in self.dated if has(column, ANSWERED)]
        asked = (answered or self.dated)[-1]
        for column in self.dated:
            lines += [
                f"  - touchpoint: {self._touchpoint(column)}",
                f"    occurred_at: {_expression(column.name)}  # {column.filled} of {column.rows} rows have it",
                *(self._value_line() if column is self.dated[0] else []),
                *(self._score_line() if column is asked else []),
            ]
        return lines

    def _touchpoint(self, time: Profile) -> str:
        if len(self.dated) == 1:
            return slug(self.main.path.name.split(".")[0])
        return slug(re.sub(r"_(at|on|date|time|timestamp|datetime|le)$", "", slug(time.name)))

    def _events_by_value(self, happening: Profile) -> list[str]:
        when = max(self.dated, key=lambda column: (column.filled, column.distinct))
        lines = [f"  # {happening.name} says what happened; {when.name} when."]
        for value, count in happening.values[:_MOST_EVENTS]:
            quoted = value.replace("'", "''")
            lines += [
                f"  - touchpoint: {slug(value)}  # {count} rows",
                "    when: " + _yaml(f"{_sql(happening.name)} = '{quoted}'"),
                f"    occurred_at: {_expression(when.name)}",
                *self._value_line(),
                *self._score_line(),
            ]
        return lines

    def _value_line(self) -> list[str]:
        if self.value is None:
            return []
        return [f"    value: {_expression(self.value.name)}  # money? {_range(self.value)}"]

    def _score_line(self) -> list[str]:
        if self.score is None:
            return []
        low, high = _scale(self.score)
        return [f"    score: {{value: {_expression(self.score.name)}, scale: [{low}, {high}]}}  # {_range(self.score)}"]

    def _for_params(self) -> list[str]:
        source = self.main.path.parent.name or "this_folder"
        lines = ["", "# In params.yaml:", f"#   sources: [{source}]"]
        if self.kinds:
            lines.append("#   identifiers:")
        return lines + [f"#     {line}" for line in kinds_for_params(self.kinds, country_of(self.main.path))]


def _read_lines(export: Export) -> list[str]:
    if export.reading.format != "sqlite":
        return [f"files: {_yaml(export.path.name)}"]
    file, table = _yaml(export.path.name), _yaml(export.reading.part or "")
    return [
        f"read: {{database: {file}, table: {table}}}  # the table with the most rows",
        "# `parcours obtain` takes its snapshot; before that, let DVC know: parcours init . --upgrade",
    ]


_KEPT = {
    "event_id", "occurred_at", "source", "position", "channel", "touchpoint", "actor", "value", "score", "emotion",
    "source_file", "source_row",
}  # fmt: skip


def _join(main: Export, other: Export) -> str | None:
    """Return the column that both have and that is unique in the other file, so that a join keeps each main row."""
    shared = [column for column in other.columns if main.column(column.name) and column.is_unique]
    shared.sort(key=lambda column: not has(column, ID))
    return shared[0].name if shared else None


def _values(column: Profile) -> str:
    shown = ", ".join(_short(value) for value, _ in column.values[:5])
    return f"{column.distinct} values: {shown}{' …' if column.distinct > 5 else ''}"


def _short(value: str) -> str:
    flat = " ".join(value.split())
    return flat if len(flat) <= 24 else flat[:23] + "…"


def _range(column: Profile) -> str:
    numbers = []
    for value, _ in column.values:
        try:
            numbers.append(float(value.replace("\u202f", "").replace(" ", "").replace(",", ".")))
        except ValueError:
            continue
    return f"for example {min(numbers):g} … {max(numbers):g}" if numbers else "empty so far"


def _scale(column: Profile) -> tuple[int, int]:
    numbers = [float(value.replace(",", ".")) for value, _ in column.values if re.match(r"-?\d+([.,]\d+)?\Z", value)]
    highest, lowest = max(numbers, default=5), min(numbers, default=1)
    for low, high in ((1, 5), (0, 10), (1, 7), (0, 100)):
        if low <= lowest and highest <= high:
            return low, high
    return int(lowest), int(highest) + 1


def _sql(name: str) -> str:
    """Return a column's name as SQL, in quotes where it needs them."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) and name.lower() not in _reserved():
        return name
    return '"' + name.replace('"', '""') + '"'


def _reserved() -> set[str]:
    rows = duckdb.execute(
        "select keyword_name from duckdb_keywords() where keyword_category <> 'unreserved'"
    ).fetchall()
    return {row[0] for row in rows}


def _expression(name: str) -> str:
    """Return a column's name as SQL, as a YAML value."""
    return _yaml(_sql(name))


def _yaml(text: str) -> str:
    """Return text as YAML that reads back as the same text, with quotes only where they are needed."""
    try:
        is_plain = yaml.safe_load(text) == text and yaml.safe_load(f"[{{k: {text}}}]") == [{"k": text}]
    except yaml.YAMLError:
        is_plain = False
    return text if is_plain else "'" + text.replace("'", "''") + "'"
