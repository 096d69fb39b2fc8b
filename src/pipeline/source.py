"""source.yaml as typed objects: what a folder of data/raw holds and which events a row gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.declarations import Section
from pipeline.errors import ParcoursError, nearest
from pipeline.privacy.declared import NOTHING_DECLARED, SourcePrivacy, source_privacy
from pipeline.tables import ACTORS, CHANNELS, EVENTS

TYPES = ("text", "number", "integer", "boolean", "timestamp")
FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".xes": "xes",
}  # fmt: skip
MAIN = "main"


@dataclass(frozen=True)
class Score:
    """A survey answer and the ends of its scale."""

    value: str
    low: float
    high: float
    is_reversed: bool


@dataclass(frozen=True)
class EventRule:
    """One event that a row may give."""

    touchpoint: str
    occurred_at: str
    when: str | None
    actor: str
    channel: str
    value: str | None
    score: Score | None
    attributes: Mapping[str, str]
    key: str  # where it stands in source.yaml, for errors


@dataclass(frozen=True)
class Source:
    """A source description.

    `files` and `lookups` are paths that exist; `shown_as` is how errors name the file.
    """

    name: str
    shown_as: str
    files: tuple[Path, ...]
    lookups: Mapping[str, tuple[Path, ...]]
    delimiter: str
    encoding: str
    decimal: str
    null_values: tuple[str, ...]
    time_zone: str
    date_formats: tuple[str, ...]
    types: Mapping[str, str]
    query: str | None
    leave_out: Mapping[str, str]
    duplicates: tuple[str, ...] | str  # all_columns, none, or the columns that make a duplicate
    identifiers: Mapping[str, str]
    events: tuple[EventRule, ...]
    privacy: SourcePrivacy = NOTHING_DECLARED


def format_of(path: Path) -> str:
    """Return csv, parquet, jsonl or xes from a file's name (``.gz`` aside).

    Raises
    ------
    ParcoursError
        If the ending is another.
    """
    name = path.name.removesuffix(".gz")
    for ending, kind in FORMATS.items():
        if name.lower().endswith(ending):
            return kind
    raise ParcoursError(f"{path.name}: cannot read this kind of file. Expected one of {', '.join(FORMATS)} (also .gz).")


def load(folder: Path, name: str, default_zone: str, kinds: Mapping[str, object]) -> Source:
    """Read and validate ``data/raw/<name>/source.yaml``.

    Parameters
    ----------
    folder
        The source's folder.
    name
        Its name, as in params.yaml.
    default_zone
        Zone of naive times where the source names none.
    kinds
        Kinds of identifier declared in params.yaml.

    Raises
    ------
    ParcoursError
        If the file is missing, a key is unknown, or a file it names is not there.
    """
    shown_as = f"data/raw/{name}/source.yaml"
    if not folder.is_dir():
        raise ParcoursError(
            f"params.yaml: sources: no folder data/raw/{name}. Make it, with a source.yaml and its files."
        )
    top = Section.read(folder / "source.yaml", shown_as)
    channel = top.choice("channel", CHANNELS)
    identifiers = top.mapping("identifiers")
    for kind in identifiers:
        if kind not in kinds:
            raise top.fail("identifiers", f"the kind {kind!r} is not declared in params.yaml.{nearest(kind, kinds)}")
    shared = top.mapping("attributes", {})
    lookups = top.section("lookups", {})
    events = tuple(_event(section, channel, shared) for section in top.sections("events"))
    source = Source(
        name=name,
        shown_as=shown_as,
        files=_files(folder, top, "files"),
        lookups={table: _files(folder, lookups, table) for table in lookups.content},
        delimiter=_delimiter(top),
        encoding=top.text("encoding", "utf-8"),
        decimal=top.choice("decimal", (".", ","), "."),
        null_values=top.texts("null_values", ()),
        time_zone=_zone(top, default_zone),
        date_formats=top.texts("date_format", ()),
        types=_types(top.section("types", {})),
        query=top.text("query", None),
        leave_out=top.mapping("leave_out", {}),
        duplicates=_duplicates(top),
        identifiers=identifiers,
        events=events,
        privacy=source_privacy(top, {name for event in events for name in event.attributes}),
    )
    if not source.events:
        raise top.fail("events", "at least one event is expected.")
    for table in lookups.content:
        lookups.identifier_name(table)
    if MAIN in source.lookups:
        raise top.fail("lookups", f"{MAIN!r} is the name of the main file; call the lookup something else.")
    if source.lookups and source.query is None:
        raise top.fail("lookups", "without a `query:` nothing reads them. Join them, or leave them out.")
    top.close()
    return source


def _files(folder: Path, section: Section, name: str) -> tuple[Path, ...]:
    found: list[Path] = []
    for pattern in section.texts(name):
        if pattern.startswith("/") or ".." in Path(pattern).parts:
            raise section.fail(name, f"{pattern!r} leaves the source's folder; put the file into it.")
        paths = sorted(folder.glob(pattern))
        if not paths:
            there = [path.name for path in folder.iterdir() if path.name != "source.yaml"]
            raise section.fail(name, f"no file {pattern!r} in data/raw/{folder.name}.{nearest(pattern, there)}")
        found += [path for path in paths if path not in found]
    return tuple(found)


def _delimiter(section: Section) -> str:
    value = section.get("delimiter", ",")
    if value in ("\\t", "tab"):
        return "\t"
    if not isinstance(value, str) or len(value) != 1:
        raise section.fail("delimiter", f"expected one character (or tab), got {value!r}.")
    return value


def _zone(section: Section, default: str) -> str:
    zone = section.text("time_zone", default)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise section.fail("time_zone", f"{zone!r} is no time zone. Expected a name such as Europe/Paris.") from None
    return str(zone)


def _types(section: Section) -> dict[str, str]:
    return {str(name): section.choice(name, TYPES) for name in section.content}


def _duplicates(section: Section) -> tuple[str, ...] | str:
    value = section.get("duplicates", None)
    if value is None:
        return "all_columns"
    if isinstance(value, list):
        return section.texts("duplicates")
    return str(section.choice("duplicates", ("all_columns", "none")))


def _event(section: Section, channel: str, shared: Mapping[str, str]) -> EventRule:
    attributes = {**shared, **section.mapping("attributes", {})}
    for name in attributes:
        if name in EVENTS.columns or name.startswith("id_"):
            raise section.fail(f"attributes.{name}", "this name is taken by the event table; choose another.")
        section.identifier_name(name)
    rule = EventRule(
        touchpoint=section.identifier("touchpoint"),
        occurred_at=section.text("occurred_at"),
        when=section.text("when", None),
        actor=section.choice("actor", ACTORS, "customer"),
        channel=section.choice("channel", CHANNELS, channel),
        value=section.text("value", None),
        score=_score(section.section("score")) if section.get("score", None) is not None else None,
        attributes=attributes,
        key=section.path,
    )
    section.close()
    return rule


def _score(section: Section) -> Score:
    scale = section.get("scale")
    if not (isinstance(scale, list) and len(scale) == 2 and all(isinstance(end, int | float) for end in scale)):
        raise section.fail("scale", f"expected the two ends of the scale, such as [1, 5], got {scale!r}.")
    if scale[0] >= scale[1]:
        raise section.fail(
            "scale", f"the low end comes first, got {scale!r}. For a score where low is good: reversed: true."
        )
    score = Score(section.text("value"), float(scale[0]), float(scale[1]), section.truth("reversed", False))
    section.close()
    return score
