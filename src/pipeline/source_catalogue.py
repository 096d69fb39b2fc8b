"""Ready descriptions of vendors' exports: what `sources/*.yaml` holds, found by name or by an export's columns.

Each file there is a source.yaml that works as it is. Its `about:` says whose export it describes, which columns it
reads, where their names come from, and which traps of that vendor it handles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.declarations import Section
from pipeline.errors import ParcoursError, nearest

FOLDER = Path(__file__).parent / "sources"
MIN_SHARE = 0.75  # of a description's columns: with fewer, an export is not said to be that vendor's


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
    lookup_columns: Mapping[str, tuple[str, ...]]
    optional_columns: tuple[str, ...]
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
    """The description that fits an export, and how much of it the export has."""

    ready: Ready
    missing: tuple[str, ...]

    @property
    def present(self) -> int:
        """Number of the description's columns that the export has."""
        return len(self.ready.columns) - len(self.missing)

    @property
    def share(self) -> float:
        """The same, as a share of all its columns."""
        return self.present / len(self.ready.columns)


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
        lookup_columns={table: lookup_columns.texts(table) for table in lookup_columns.content},
        optional_columns=top.texts("optional_columns", ()),
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
        raise ParcoursError(f"{name}: which export? One source is one export, in a folder of its own: {', '.join(of_vendor)}.")
    raise ParcoursError(f"{name!r}: no ready description has this name.{nearest(name, known)} All: parcours source list")


def recognise(columns: Iterable[str]) -> Recognised | None:
    """Return the description whose columns an export has, if there is one.

    The one with most of its columns there is taken, where that is at least `MIN_SHARE` of them. Columns that several
    descriptions read, such as ``id``, count for less: for one over the number of those descriptions.

    Examples
    --------
    >>> found = recognise(["ResponseId", "RecordedDate", "Status", "RecipientEmail", "ExternalReference", "NPS", "Q2"])
    >>> found.ready.name, found.missing, found.share
    ('qualtrics_csv', ('CES', 'CSAT'), 0.75)
    >>> recognise(["id", "created_at", "email"])
    """
    present = {name.lower() for name in columns}
    readers: dict[str, int] = {}
    for ready in all_ready():
        for name in ready.columns:
            readers[name.lower()] = readers.get(name.lower(), 0) + 1

    def weight(found: Recognised) -> float:
        return sum(1 / readers[name.lower()] for name in found.ready.columns if name not in found.missing)

    fitting = [
        found
        for ready in all_ready()
        if (found := Recognised(ready, tuple(c for c in ready.columns if c.lower() not in present))).share >= MIN_SHARE
    ]
    return max(fitting, key=weight, default=None)


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
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)
