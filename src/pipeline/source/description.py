"""source.yaml as typed objects: what a folder of data/raw holds and which events a row gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.campaign_days import Campaigns, read_campaigns
from pipeline.database import read_table
from pipeline.declarations import Section
from pipeline.errors import ParcoursError, nearest
from pipeline.landing.layout import Layout, read_layout
from pipeline.matching.fields import read_person_fields
from pipeline.privacy.declared import NOTHING_DECLARED, SourcePrivacy, source_privacy
from pipeline.tables import ACTORS, CHANNELS, EVENTS

# Microseconds in one unit of a count since 1970.
UNIX_UNITS = {"unix_seconds": 1_000_000, "unix_milliseconds": 1_000, "unix_microseconds": 1}
TYPES = ("text", "number", "integer", "boolean", "timestamp", *UNIX_UNITS)
MAIN = "main"
# Columns that sql/rule_events.sql works with.
_WORKING = ("issue", "issue_value", "raw_score", "raw_value", "rule")


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
    layout: Layout
    decimal: str
    time_zone: str
    date_formats: tuple[str, ...]
    types: Mapping[str, str]
    query: str | None
    leave_out: Mapping[str, str]
    duplicates: tuple[str, ...] | str  # all_columns, none, or the columns that make a duplicate
    identifiers: Mapping[str, str]
    events: tuple[EventRule, ...]
    latest_by: tuple[str, ...] = ()  # which of duplicates is the newest, and counts; none: the first counts
    optional_columns: tuple[str, ...] = ()  # of the main file; where it lacks one, that column is null
    only_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # files → columns that the others may lack
    is_aggregate: bool = False  # rows are sums over people: they give no events and name nobody
    campaigns: Campaigns | None = None  # where an aggregate tells what campaigns cost
    privacy: SourcePrivacy = NOTHING_DECLARED
    person_fields: Mapping[str, str] = field(default_factory=dict)  # empty unless persons are to be compared


def load(folder: Path, name: str, default_zone: str, kinds: Mapping[str, object], with_persons: bool = False) -> Source:
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
    with_persons
        Whether persons are to be compared; if not, `person_fields` are left out, so that nothing can read them.

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
    is_aggregate = top.truth("aggregate", False)
    shared = top.mapping("attributes", {})
    lookups = top.section("lookups", {})
    events = tuple(_event(section, channel, shared) for section in top.sections("events", ()))
    source = Source(
        name=name,
        shown_as=shown_as,
        files=_main_files(folder, top),
        lookups={table: _files(folder, lookups, table) for table in lookups.content},
        layout=read_layout(top),
        decimal=top.choice("decimal", (".", ","), "."),
        time_zone=_zone(top, default_zone),
        date_formats=top.texts("date_format", ()),
        types=_types(top.section("types", {})),
        query=top.text("query", None),
        leave_out=top.mapping("leave_out", {}),
        duplicates=_duplicates(top),
        identifiers=_identifiers(top, kinds, is_aggregate),
        events=events,
        latest_by=top.texts("latest_by", ()),
        optional_columns=top.texts("optional_columns", ()),
        only_in=_only_in(top),
        is_aggregate=is_aggregate,
        campaigns=read_campaigns(top.section("campaigns")) if "campaigns" in top.content else None,
        privacy=source_privacy(top, {name for event in events for name in event.attributes}),
        person_fields=read_person_fields(top, is_aggregate, with_persons),
    )
    _refuse_unlike_events(top, source)
    _refuse_unknown_files(top, source)
    for table in lookups.content:
        lookups.identifier_name(table)
    if source.latest_by and isinstance(source.duplicates, str):
        raise top.fail("latest_by", "of which rows? Name the columns that make two rows the same: duplicates: [id].")
    if MAIN in source.lookups:
        raise top.fail("lookups", f"{MAIN!r} is the name of the main file; call the lookup something else.")
    if source.lookups and source.query is None:
        raise top.fail("lookups", "without a `query:` nothing reads them. Join them, or leave them out.")
    top.get("campaigns", None)
    top.get("about", None)  # what a ready description says of itself, for `parcours source`
    top.close()
    return source


def _refuse_unlike_events(top: Section, source: Source) -> None:
    """Refuse events in a table of sums, and a table of events without any."""
    if not source.is_aggregate and not source.events:
        raise top.fail("events", "at least one event is expected. A table of sums, such as costs: aggregate: true")
    if source.is_aggregate and source.events:
        raise top.fail("events", "an aggregate has no events: its rows are sums over people. Leave them out.")
    if source.campaigns is not None and not source.is_aggregate:
        raise top.fail("campaigns", "costs are sums over people, in a source of their own: aggregate: true")
    if source.is_aggregate and source.identifiers:
        raise top.fail("identifiers", "an aggregate names nobody: its rows are sums over people. Leave them out.")


def _only_in(top: Section) -> dict[str, tuple[str, ...]]:
    section = top.section("only_in", {})
    return {str(pattern): section.texts(pattern) for pattern in section.content}


def _refuse_unknown_files(top: Section, source: Source) -> None:
    names = [path.name for paths in (source.files, *source.lookups.values()) for path in paths]
    for pattern in source.only_in:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise top.fail("only_in", f"no file of this source is called {pattern!r}.{nearest(pattern, names)}")


def _identifiers(top: Section, kinds: Mapping[str, object], is_aggregate: bool) -> dict[str, str]:
    identifiers = top.mapping("identifiers", {}) if is_aggregate else top.mapping("identifiers")
    for kind in identifiers:
        if kind not in kinds:
            raise top.fail("identifiers", f"the kind {kind!r} is not declared in params.yaml.{nearest(kind, kinds)}")
    return identifiers


def _main_files(folder: Path, top: Section) -> tuple[Path, ...]:
    if "read" not in top.content:
        return _files(folder, top, "files")
    if "files" in top.content:
        raise top.fail("read", "a source reads `files:` or a database, not both. Make two sources.")
    return _files(folder, top, "read")


def _files(folder: Path, section: Section, name: str) -> tuple[Path, ...]:
    if isinstance(section.get(name), dict):  # a table of a database: clean reads the snapshot that obtain took
        table = read_table(section.section(name), folder)
        if not table.snapshot.is_file():
            raise section.fail(name, f"no snapshot of {table.table} yet. Take it: parcours obtain (DVC runs it).")
        return (table.snapshot,)
    found: list[Path] = []
    for pattern in section.texts(name):
        if pattern.startswith("/") or ".." in Path(pattern).parts:
            raise section.fail(name, f"{pattern!r} leaves the source's folder; put the file into it.")
        paths = sorted(folder.glob(pattern))
        if not paths:
            there = [path.name for path in folder.iterdir() if path.name != "source.yaml"]
            raise section.fail(name, f"no file {pattern!r} in data/raw/{folder.name}.{nearest(pattern, there)}")
        found += [path for path in paths if path not in found]
    names = [path.name for path in found]
    if repeated := next((one for one in names if names.count(one) > 1), None):
        raise section.fail(name, f"two files are called {repeated}, and rows are named by their file. Rename one.")
    return tuple(found)


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
        if name in EVENTS.columns or name in _WORKING or name.startswith(("id_", "parcours_")):
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
