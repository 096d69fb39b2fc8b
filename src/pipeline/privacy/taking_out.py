"""The writing half of `parcours erase`: files without the person, all or none, and what is left to do by hand."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from pipeline.database import DatabaseTable, database_tables
from pipeline.files import whole_file
from pipeline.kept import forget
from pipeline.keys import key_bytes
from pipeline.normalise import normaliser
from pipeline.params import Params
from pipeline.privacy.database_rows import deletion, without_table_rows
from pipeline.privacy.erasure import SHORTEST_ANYWHERE, Found, Person
from pipeline.privacy.erasure_log import CUSTOMER, LOG, fingerprint, write_log
from pipeline.privacy.records import can_be_rewritten, write_without
from pipeline.privacy.search import pattern, texts_of
from pipeline.workspace import Workspace


def erase(workspace: Workspace, params: Params, person: Person, found: Found, on: date) -> list[str]:
    """Take the records out of the raw files, write the log, and return what is left to do by hand.

    The files take their places together when all are written and read again; the log first, so that a search after a
    broken run knows whom to look for.

    Raises
    ------
    ParcoursError
        If a file cannot be written without touching what others have in it; then no file was changed.
    """
    tables = {table.snapshot.resolve(): table for table in database_tables(workspace)}
    own: defaultdict[Path, list[tuple[DatabaseTable, Collection[int]]]] = defaultdict(list)
    by_hand = []
    forget(workspace)  # keyed hashes of the person lie among what was kept for the next run
    with workspace.temporary() as temporary, ExitStack() as places:
        written: dict[Path, Path] = {}
        for path, numbers in found.records.items():
            table = tables.get(path.resolve())
            if table is not None and table.file is not None:
                own[table.file].append((table, numbers))
            elif table is not None:
                by_hand.append(_statement(table, numbers))
            if not can_be_rewritten(path):
                by_hand.append(_rows_by_hand(path, found, workspace))
                continue
            written[path] = _staged(temporary, len(written), path)
            reading, layout = found.readings[path]
            write_without(path, written[path], numbers, reading, layout, _asker(params, found))
        for file, gone in own.items():
            written[file] = _staged(temporary, len(written), file)
            without_table_rows(file, written[file], gone)
            shutil.copymode(file, written[file])
        for path, new in written.items():
            by_hand += _still_in(_shown(path, workspace), new, params, found)
            shutil.move(new, places.enter_context(whole_file(path)))
        key = key_bytes(params.workspace.key, workspace)
        tied = [(kind, fingerprint(key, kind, one)) for kind, hashes in person.hashes.items() for one in hashes]
        tied += [(CUSTOMER, fingerprint(key, CUSTOMER, str(code))) for code in person.customers]
        # entered last, so that it is the first to take its place
        write_log(places.enter_context(whole_file(workspace.root / LOG)), workspace, on, sorted(tied))
    return by_hand


def _staged(temporary: Path, number: int, path: Path) -> Path:
    folder = temporary / str(number)
    folder.mkdir()
    return folder / path.name


def _asker(params: Params, found: Found) -> Callable[[str], bool]:
    """Return whether a text is one of the person's identifiers, in any form that its kind allows."""
    rules = [(normaliser(params.identifiers[kind]), _long(values)) for kind, values in found.values.items()]
    return lambda text: any(normalise(text)[0] in values for normalise, values in rules)


def _long(values: Collection[str]) -> set[str]:
    return {one for one in values if len(one) >= SHORTEST_ANYWHERE}


def _still_in(shown: str, written: Path, params: Params, found: Found) -> Iterator[str]:
    """Yield a line for each part of a written file that has an identifier of the person outside their records."""
    wanted = [
        (kind, pattern(value, "digits" in params.identifiers[kind].normalise))
        for kind, values in found.values.items()
        for value in sorted(_long(values))
    ]
    told = set()
    for part, text in texts_of(written):
        small = text.lower()
        for kind in (kind for kind, one in wanted if one.search(small)):
            if (part, kind) not in told:
                told.add((part, kind))
                where = f"{shown} ({part})" if part else shown
                mend = "Refresh the workbook's pivot tables" if "pivotCache" in part else "Take it out there"
                yield f"{where}: an identifier of theirs ({kind}) also stands outside their records. {mend}."


def _rows_by_hand(path: Path, found: Found, workspace: Workspace) -> str:
    rows = ", ".join(map(str, sorted(found.records[path], reverse=True)))
    return (
        f"{_shown(path, workspace)}: nothing writes this kind of workbook back as it was. Open it; in the sheet "
        f"{found.readings[path][0].part!r} delete these rows, in this order: {rows}; save it."
    )


def _statement(table: DatabaseTable, numbers: Collection[int]) -> str:
    return (
        f"{table.shown_as}: {table.key}: the database that {table.database} names is not ours to change, and the next "
        f"`parcours obtain` would bring the person back. Have this run there:\n{deletion(table, numbers)}"
    )


def _shown(path: Path, workspace: Workspace) -> str:
    return path.relative_to(workspace.root).as_posix()
