"""`parcours source add`: puts a ready description into a source's folder and says what is left to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import TZPATH

import pyarrow.parquet

from pipeline.declarations import IDENTIFIER, Section
from pipeline.errors import ParcoursError, nearest
from pipeline.files import whole_file
from pipeline.landing import FILE, ROW, Layout, is_readable, land, read_layout
from pipeline.source.catalogue import Ready, find, recognise

_NORMALISED = {
    "email": "[trim, lower]",
    "handle": "[trim, lower]",
    "card": "[trim, no_leading_zeros]",
}
NO_COUNTRY = "XX"
_FIRST_RECORDS = 2_000


def add(name: str, folder: Path) -> str:
    """Copy a ready description to a folder's source.yaml; return what to tell of files, columns and params.yaml.

    Parameters
    ----------
    name
        Of the description, such as ``zendesk_ticket``.
    folder
        ``data/raw/<source>`` of a workspace; made if it is not there.

    Raises
    ------
    ParcoursError
        If there is no such description, the folder has a source.yaml, or its name cannot name a source.
    """
    ready = find(name)
    target = folder / "source.yaml"
    if not IDENTIFIER.match(folder.name):
        raise ParcoursError(f"{folder}: its last part names the source: small letters, digits and _, a letter first.")
    if target.exists():
        raise ParcoursError(f"{target}: is there already, and was not touched. Name another folder: data/raw/NAME.")
    with whole_file(target) as partial:
        partial.write_text(ready.text, encoding="utf-8", newline="\n")
    lines = [
        f"Wrote {target}: {ready.vendor}, {ready.export}. Its first lines say what to adapt.",
        "Files:",
        *(f"  {pattern}: {found}" for pattern, found in _found(ready, folder).items()),
        "In params.yaml:",
        f"  sources: […, {folder.name}]",
    ]
    if ready.identifiers:
        country = country_of(folder)
        lines += ["  identifiers:", *(f"    {line}" for line in kinds_for_params(ready.identifiers, country))]
    return "\n".join([*lines, "Then: parcours check"])


def kinds_for_params(kinds: Iterable[str], country: str | None = None) -> list[str]:
    """Return the lines that declare kinds of identifier in params.yaml.

    Parameters
    ----------
    kinds
        Kinds of identifier.
    country
        Two letters: where phone numbers without a country's code were written down. None: a placeholder, which
        `parcours check` refuses until somebody says it.

    Examples
    --------
    >>> kinds_for_params(["phone", "order"], "FR")
    ['phone: {normalise: [e164], country: FR, hub_limit: 50}', 'order: {normalise: [trim], hub_limit: 50}']
    """
    return [_kind(kind, country) for kind in kinds]


def _kind(kind: str, country: str | None) -> str:
    if kind != "phone":
        return f"{kind}: {{normalise: {_NORMALISED.get(kind, '[trim]')}, hub_limit: 50}}"
    line = f"phone: {{normalise: [e164], country: {country or NO_COUNTRY}, hub_limit: 50}}"
    return line if country else f"{line}   # {NO_COUNTRY}: the country of numbers written without a code, such as FR"


def country_of(place: Path) -> str | None:
    """Return the country of the workspace that a place lies in, two letters: that of its time zone, if it is one's.

    Notes
    -----
    From the table of zones (zone.tab of the IANA time zone database) that comes with every copy of the zones.
    """
    for folder in place.resolve().parents:
        if (folder / "params.yaml").is_file():
            top = Section.read(folder / "params.yaml", "params.yaml")
            zone = top.section("workspace", {}).text("time_zone", None)
            return _countries().get(zone) if zone else None
    return None


def _countries() -> dict[str, str]:
    """Return the country of each time zone: the system's table, else that of the package `tzdata`."""
    tables: list[Traversable] = [Path(folder) / "zone.tab" for folder in TZPATH]
    with suppress(ModuleNotFoundError):
        tables.append(files("tzdata") / "zoneinfo" / "zone.tab")
    for table in tables:
        if table.is_file():
            rows = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
            return {row[2]: row[0] for row in rows}
    return {}


def ready_for(path: Path) -> str | None:
    """Return the ready description of the vendor whose export a file is, its columns tell; None: it is nobody's.

    Above it stands how many of the columns that it reads are there.
    """
    if not path.is_file() or not path.stat().st_size or not is_readable(path):
        return None
    found = recognise(columns_of(path, Layout(f"{path.parent}/source.yaml", repeated_columns="number")))
    if found is None:
        return None
    ready = found.ready
    missing = f" Not here: {', '.join(found.missing)}." if found.missing else ""
    share = f"{len(found.present)} of the {found.looked_for} columns of {ready.name} are here ({found.share:.0%})"
    head = [
        f"{share}.{missing}",
        f"What follows is this ready description; into a folder: parcours source add {ready.name} data/raw/NAME",
        f"Should it be another's export: parcours describe --guess {path.name}",
        "",
    ]
    text = re.sub(r"^files: .*$", lambda _: f"files: {json.dumps(path.name)}", ready.text, count=1, flags=re.MULTILINE)
    return "\n".join(f"# {line}".rstrip() for line in head) + "\n" + text


def columns_of(path: Path, layout: Layout) -> list[str]:
    """Return the names of a raw file's columns, read as `clean` would read them."""
    with TemporaryDirectory() as temporary:
        landed = Path(temporary) / "landed.parquet"
        land(path, layout, landed, _FIRST_RECORDS)
        names = pyarrow.parquet.read_schema(landed).names
    return [name for name in names if name not in (ROW, FILE)]


def _found(ready: Ready, folder: Path) -> dict[str, str]:
    """Return, for each file that the description names, whether it is there and has the columns that are read."""
    layout = read_layout(Section.read(folder / "source.yaml", str(folder / "source.yaml")))
    told: dict[str, str] = {}
    here = {path.name for path in folder.iterdir() if path.is_file()} - {"source.yaml", layout.header_file}
    for pattern, wanted in ready.expected().items():
        paths = [path for path in sorted(folder.glob(pattern)) if path.name in here]
        if not paths:
            told[pattern] = "not there yet"
        for path in paths:
            columns = columns_of(path, layout)
            missing = [name for name in wanted if name.lower() not in {column.lower() for column in columns}]
            told[path.name] = (
                " ".join(f"no column {name!r}.{nearest(name, columns)}" for name in missing)
                or f"all {len(wanted)} columns are there"
            )
    return told | dict.fromkeys(
        sorted(here - told.keys()), "no name that the description expects; correct `files:` there"
    )
