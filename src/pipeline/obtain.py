"""DVC stage `obtain`: brings a workspace's raw files from outside, as its obtain.yaml says.

Three kinds: tables of an installed package, written to data/raw by a query each; files that somebody has to
download, taken from the folder in the environment variable PARCOURS_DATA or from data/download/; and snapshots of
tables of a database, which each source.yaml declares itself.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import packages_distributions, version
from importlib.resources import as_file, files
from pathlib import Path

from sqlglot import exp

from pipeline import manifest
from pipeline.database import DatabaseTable, database_tables, take_snapshot
from pipeline.declarations import Section
from pipeline.engine import Engine
from pipeline.errors import ParcoursError
from pipeline.expressions import query
from pipeline.manifest import NO, UNKNOWN, YES, Taken
from pipeline.params import EngineParams, Params
from pipeline.workspace import Workspace

DECLARATION = "obtain.yaml"
FOLDER_VARIABLE = "PARCOURS_DATA"
DOWNLOADS = "data/download"
_RAW = "data/raw"
# One thread: the package's tables are small, and results do not depend on it anyway.
_ENGINE = EngineParams("duckdb", 1, "2 GB")


@dataclass(frozen=True)
class Origin:
    """Who publishes files, under which licence, and where they are downloaded."""

    title: str
    publisher: str
    licence: str
    address: str


@dataclass(frozen=True)
class Wanted:
    """One file that has to be downloaded.

    Parameters
    ----------
    names
        The publisher's name for it first, then others it is known by.
    origin
        Where it comes from.
    sources
        Folders of data/raw that get it, under its first name.
    complete
        Records that the publisher's edition has; None: not said.
    """

    names: tuple[str, ...]
    origin: Origin
    sources: tuple[str, ...]
    complete: int | None


@dataclass(frozen=True)
class Declared:
    """What obtain.yaml says: tables of a package (path in data/raw → query), or files to download."""

    package: str | None
    tables: Mapping[str, str]
    files: tuple[Wanted, ...]


def main(workspace: Workspace, params: Params) -> None:
    """Bring the raw files of a workspace; nothing in params.yaml bears on that."""
    del params
    obtain(workspace)


def obtain(workspace: Workspace) -> None:
    """Write the raw files that come from outside, and their manifest; all of them or none.

    Raises
    ------
    ParcoursError
        If obtain.yaml is wrong, the package is not installed, or files are missing: then the message says what to
        download, from whom and under which licence.
    """
    tables = _database_tables(workspace)
    # without anything to obtain, `load` says what is missing
    declared = load(workspace) if _is_declared(workspace) or not tables else Declared(None, {}, ())
    with Workspace.at(workspace.root).temporary() as temporary:
        taken = [_from_database(table, temporary) for table in tables]
        if declared.package is not None:
            taken += _from_package(declared.package, declared.tables, temporary)
        elif declared.files:
            taken += _from_folder(declared.files, _folder_with(declared.files, workspace), temporary)
        for file in sorted({one.file for one in taken}):
            target = workspace.root / file
            target.parent.mkdir(parents=True, exist_ok=True)
            (temporary / file).replace(target)
    manifest.write(taken, workspace.root / manifest.PATH)


def outputs(workspace: Workspace) -> list[str]:
    """Return the raw files that `obtain` writes, as paths in the workspace; none where nothing comes from outside."""
    written = [_snapshot(table) for table in _database_tables(workspace)]
    if not _is_declared(workspace):
        return sorted(written)
    declared = load(workspace)
    written += [f"{_RAW}/{path}" for path in declared.tables]
    return sorted(written + [_target(wanted, source) for wanted in declared.files for source in wanted.sources])


def _database_tables(workspace: Workspace) -> list[DatabaseTable]:
    return database_tables(workspace) if (workspace.root / "params.yaml").is_file() else []


def _is_declared(workspace: Workspace) -> bool:
    return (workspace.root / DECLARATION).is_file()


def load(workspace: Workspace) -> Declared:
    """Read and validate a workspace's obtain.yaml.

    Raises
    ------
    ParcoursError
        At the first key that is missing, unknown or not what was expected.
    """
    top = Section.read(workspace.root / DECLARATION, DECLARATION)
    package = top.text("package", None)
    tables = top.mapping("tables", {} if package is None else top.get("tables"))
    origins = {}
    for name in (section := top.section("origins", {})).content:
        inner = section.section(str(name))
        origins[name] = Origin(*(inner.text(key) for key in ("title", "publisher", "licence", "address")))
        inner.close()
    wanted = tuple(_wanted(section, origins) for section in top.sections("files", ()))
    if bool(tables) == bool(wanted):
        raise top.fail("files", "expected either a package with `tables:`, or `files:` to download.")
    top.close()
    return Declared(package, tables, wanted)


def _wanted(section: Section, origins: Mapping[str, Origin]) -> Wanted:
    wanted = Wanted(
        (section.text("name"), *section.texts("also_called", ())),
        origins[section.choice("origin", origins)],
        section.texts("to"),
        section.whole("complete", None, low=1),
    )
    section.close()
    return wanted


def _target(wanted: Wanted, source: str) -> str:
    return f"{_RAW}/{source}/{wanted.names[0]}"


# -- tables of a database --------------------------------------------------------------------------------------


def _snapshot(table: DatabaseTable) -> str:
    return f"{_RAW}/{table.folder.name}/{table.snapshot.name}"


def _from_database(table: DatabaseTable, temporary: Path) -> Taken:
    path = temporary / _snapshot(table)
    path.parent.mkdir(parents=True, exist_ok=True)
    records = take_snapshot(table, path)
    return _taken(_snapshot(table), f"{table.database}: {table.table}", path, records, UNKNOWN)


# -- tables of a package ---------------------------------------------------------------------------------------


def _from_package(package: str, tables: Mapping[str, str], temporary: Path) -> list[Taken]:
    """Write each table by its query over the package's Parquet files."""
    try:
        root = files(package) / "data"
    except ModuleNotFoundError:
        raise ParcoursError(
            f"{DECLARATION}: package: {package!r} is not installed. Install what requirements.lock says, for example "
            "by `make setup`."
        ) from None
    release = version(packages_distributions()[package][0])
    taken = []
    with as_file(root) as folder, Engine(_ENGINE, temporary, [folder]) as engine:
        parts = {path.stem: path for path in sorted(folder.glob("*.parquet"))}
        for name, path in parts.items():
            engine.view(name, path)
        for target, text in tables.items():
            tree = query(text, f"{DECLARATION}: tables.{target}", dict.fromkeys(parts, ()))
            path = temporary / _RAW / target
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_table(engine, tree, path)
            records = int(engine.row(exp.select("count(*) as n").from_(exp.Subquery(this=tree)))["n"])
            read = {table.name for table in tree.find_all(exp.Table)} & parts.keys()
            taken += [
                _taken(f"{_RAW}/{target}", f"{package} {release}: {name}.parquet", parts[name], records, UNKNOWN)
                for name in sorted(read)
            ]
    return taken


def _write_table(engine: Engine, tree: exp.Expr, path: Path) -> None:
    if path.suffix == ".parquet":
        engine.write(tree, path)
    else:
        engine.frame(tree).to_csv(path, index=False, lineterminator="\n")


# -- files that somebody downloaded ----------------------------------------------------------------------------


def _folder_with(wanted: Sequence[Wanted], workspace: Workspace) -> Path:
    """Return the first folder that holds every file."""
    folders = [workspace.root / DOWNLOADS]
    if given := os.environ.get(FOLDER_VARIABLE, "").strip():
        folders.insert(0, Path(given).expanduser())
    for folder in folders:
        if all(copies(one, folder) for one in wanted):
            return folder
    raise ParcoursError(_what_to_download(wanted, folders))


def _what_to_download(wanted: Sequence[Wanted], folders: Sequence[Path]) -> str:
    missing = [one for one in wanted if not copies(one, folders[0])]
    lines = ["The raw data of this workspace are not here; they may not be shipped with Parcours. Missing files:"]
    for origin in dict.fromkeys(one.origin for one in missing):
        lines.append(f"  {origin.title}, by {origin.publisher} (licence: {origin.licence}); download: {origin.address}")
        lines += [f"    - {one.names[0]}" for one in missing if one.origin == origin]
    lines.append(
        f"Unpack them (subfolders are fine) into {DOWNLOADS}/ of this workspace, or into the folder named in the "
        f"environment variable {FOLDER_VARIABLE}, and run `parcours obtain` again. "
        f"Looked in: {', '.join(str(folder) for folder in folders)}."
    )
    return "\n".join(lines)


def copies(wanted: Wanted, folder: Path) -> list[Path]:
    """Return every copy of a file below a folder, in the order of their paths."""
    found = {path for name in wanted.names for path in folder.rglob(name) if path.is_file()}
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _from_folder(wanted: Sequence[Wanted], folder: Path, temporary: Path) -> list[Taken]:
    taken = []
    for one in wanted:
        found = copies(one, folder)
        first, *others = (temporary / _target(one, source) for source in one.sources)
        first.parent.mkdir(parents=True, exist_ok=True)
        records = _join(found, first, folder)
        is_complete = _is_complete(records, one.complete)
        for other in others:
            other.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(first, other)
        for source in one.sources:
            taken += [
                _taken(_target(one, source), path.relative_to(folder).as_posix(), path, number, is_complete)
                for path, number in zip(found, records, strict=True)
            ]
    return taken


def _is_complete(records: Sequence[int | None], complete: int | None) -> str:
    if complete is None:
        return UNKNOWN
    # Copies may repeat one another, so two halves are not taken for a whole; one whole copy is enough.
    return YES if max(number or 0 for number in records) >= complete else NO


def _taken(file: str, origin: str, path: Path, records: int | None, is_complete: str) -> Taken:
    return Taken(file, origin, path.stat().st_size, manifest.sha256_of(path), records, is_complete)


def _join(found: Sequence[Path], target: Path, folder: Path) -> list[int | None]:
    """Write one file from its copies and return the records of each (none for what is no table).

    One copy is taken byte for byte. Several tables of the same columns (samples) follow one another under one
    header; which records repeat is for the source's `duplicates:` to say.
    """
    is_table = target.name.endswith(".csv")
    if not is_table and len({manifest.sha256_of(path) for path in found}) > 1:
        listed = ", ".join(path.relative_to(folder).as_posix() for path in found)
        raise ParcoursError(f"{folder}: several different files are called {target.name}: {listed}. Leave one of them.")
    if len(found) == 1 or not is_table:
        shutil.copyfile(found[0], target)
        return [sum(1 for _ in _records(path)) - 1 if is_table else None for path in found]
    numbers: list[int | None] = []
    header = next(_records(found[0]), [])
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        for path in found:
            rows = _records(path)
            if (columns := next(rows, None)) != header:
                raise ParcoursError(
                    f"{path.relative_to(folder)}: its columns {columns} are not those of "
                    f"{found[0].relative_to(folder)}: {header}. Leave one of the two out of {folder}."
                )
            number = 0
            for row in rows:
                writer.writerow(row)
                number += 1
            numbers.append(number)
    return numbers


def _records(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.reader(stream)
