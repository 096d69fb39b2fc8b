"""Ready descriptions of vendors' exports: what `sources/*.yaml` holds, found by name or by an export's columns.

Each file there is a source.yaml that works as it is. Its `about:` says whose export it describes, which columns it
reads, where their names come from, and which traps of that vendor it handles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.declarations import Section
from pipeline.errors import ParcoursError, nearest

FOLDER = Path(__file__).parents[1] / "sources"
MIN_SHARE = 0.8  # of the columns looked for: with fewer, an export is not said to be that vendor's


@dataclass(frozen=True)
class Ready:
    """A ready description: a source.yaml and what it says of itself."""

    name: str
    text: str
    vendor: str
    export: str
    channel: str
    files: tuple[str, ...]
    lookups: Mapping[str, tuple[str, ...]]
    columns: tuple[str, ...]  # of the files, as far as the description reads them
    known_by: tuple[str, ...]  # further columns that tell the export from others
    lookup_columns: Mapping[str, tuple[str, ...]]
    optional_columns: tuple[str, ...]  # of these, null where a file lacks them
    columns_from: str
    traps: tuple[str, ...]
    identifiers: tuple[str, ...]
    touchpoints: tuple[str, ...]

    def expected(self) -> dict[str, tuple[str, ...]]:
        """Return each file (or pattern) with the columns it must have."""
        found = {pattern: tuple(c for c in self.columns if c not in self.optional_columns) for pattern in self.files}
        for table, patterns in self.lookups.items():
            found |= dict.fromkeys(patterns, self.lookup_columns[table])
        return found


@dataclass(frozen=True)
class Recognised:
    """The description that fits an export, and which of its columns the export has; optional ones may be missing."""

    ready: Ready
    present: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def looked_for(self) -> int:
        """Number of columns looked for: those that the description reads, and those it is known by."""
        return len(self.present) + len(self.missing)

    @property
    def share(self) -> float:
        """Share of them that the export has."""
        return len(self.present) / self.looked_for


@cache
def all_ready() -> tuple[Ready, ...]:
    """Return every ready description, by name."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.yaml")))


def _read(path: Path) -> Ready:
    top = Section.read(path, f"src/pipeline/sources/{path.name}")
    about = top.section("about")
    lookups = top.section("lookups", {})
    lookup_columns = about.section("lookup_columns", {})
    ready = Ready(
        name=path.stem,
        text=path.read_text(encoding="utf-8"),
        vendor=about.text("vendor"),
        export=about.text("export"),
        channel=top.text("channel"),
        files=top.texts("files"),
        lookups={table: lookups.texts(table) for table in lookups.content},
        columns=about.texts("columns"),
        known_by=about.texts("known_by", ()),
        lookup_columns={table: lookup_columns.texts(table) for table in lookup_columns.content},
        optional_columns=top.texts("optional_columns", ()) + top.texts("json_columns", ()),
        columns_from=about.text("columns_from"),
        traps=about.texts("traps"),
        identifiers=tuple(top.mapping("identifiers", {})),
        touchpoints=tuple(dict.fromkeys(event.text("touchpoint") for event in top.sections("events", ()))),
    )
    about.close()
    return ready


def find(name: str) -> Ready:
    """Return one ready description.

    Raises
    ------
    ParcoursError
        If there is none of that name; a vendor's name gives the list of its exports.
    """
    known = {ready.name: ready for ready in all_ready()}
    if name in known:
        return known[name]
    of_vendor = [other for other in known if other.startswith(f"{name}_")]
    if of_vendor:
        raise ParcoursError(
            f"{name}: which export? One source is one export, in a folder of its own: {', '.join(of_vendor)}."
        )
    raise ParcoursError(
        f"{name!r}: no ready description has this name.{nearest(name, known)} All: parcours source list"
    )


def recognise(columns: Iterable[str]) -> Recognised | None:
    """Return the description whose columns an export has, if there is one.

    The one with most of its columns there is taken, where that is at least `MIN_SHARE` of them. Columns that several
    descriptions read, such as ``id``, count for less: for one over the number of those descriptions.

    Examples
    --------
    >>> found = recognise(["ResponseId", "RecordedDate", "Status", "RecipientEmail", "NPS", "Q2"])
    >>> found.ready.name, found.missing, round(found.share, 2)
    ('qualtrics_csv', ('ExternalReference',), 0.83)
    >>> recognise(["id", "created_at", "email"])
    """
    names = {name.lower() for name in columns}
    names |= {name.partition(".")[0] for name in names}  # nested JSON arrives as dotted columns
    readers = Counter(name.lower() for ready in all_ready() for name in (*ready.columns, *ready.known_by))
    fitting = [found for ready in all_ready() if (found := _compared(ready, names)).share >= MIN_SHARE]
    return max(fitting, key=lambda found: sum(1 / readers[name.lower()] for name in found.present), default=None)


def _compared(ready: Ready, names: set[str]) -> Recognised:
    spared = [name for name in ready.optional_columns if name not in ready.known_by]
    looked_for = dict.fromkeys((*ready.columns, *ready.known_by))
    present = tuple(name for name in looked_for if name.lower() in names)
    missing = tuple(name for name in looked_for if name not in (*present, *spared))
    return Recognised(ready, present, missing)


def listing() -> str:
    """Return the table of `parcours source list`: a line per description, and where its columns' names come from."""
    head = ("name", "vendor", "export", "channel", "column names from", "files")
    rows = [head]
    for ready in all_ready():
        files = [*ready.files, *(pattern for patterns in ready.lookups.values() for pattern in patterns)]
        rows.append((ready.name, ready.vendor, ready.export, ready.channel, ready.columns_from, ", ".join(files)))
    widths = [max(len(row[i]) for row in rows) for i in range(len(head) - 1)]
    lines = ["  ".join([*(row[i].ljust(width) for i, width in enumerate(widths)), row[-1]]) for row in rows]
    return "\n".join(lines)


def markdown() -> str:
    """Return the table of docs/sources.md: what each description gives, whom it names, and the traps it handles."""
    lines = [
        "| name | vendor, export | channel | touchpoints | identifiers | traps handled | column names from |",
        "|---|---|---|---|---|---|---|",
    ]
    for ready in all_ready():
        touchpoints = ", ".join(f"`{name}`" for name in ready.touchpoints) or "none: sums over people"
        identifiers = ", ".join(f"`{name}`" for name in ready.identifiers) or "none"
        cells = (
            f"`{ready.name}`", f"{ready.vendor}, {ready.export}", ready.channel, touchpoints, identifiers,
            "; ".join(ready.traps), ready.columns_from,
        )  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |")
    return "\n".join(lines)
