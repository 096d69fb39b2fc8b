"""The names of a file's columns: each once, none empty, none that the pipeline needs for itself."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.landing.raw_file import FILE, ROW, RawFile

MOST = 10_000
_RESERVED = ("parcours_", "utc__")


def column_names(found: Sequence[str], file: RawFile) -> list[str]:
    """Return the columns' names as rules will write them.

    Blanks and line breaks in a name are one blank, an empty name is ``unnamed_<place>``, and with
    ``repeated_columns: number`` a name that stands again is ``name_2``, ``name_3`` and so on; case does not count.

    Raises
    ------
    ParcoursError
        If a name stands twice and nothing is declared, is reserved or cannot be written.
    """
    if len(found) > MOST:
        raise file.error(
            f"{len(found)} different columns; at most {MOST} are read. If keys of JSON objects are data, such as ids, "
            f"keep the objects as text: `json_columns:` in {file.layout.shown_as}."
        )
    names = [" ".join(name.split()) or f"unnamed_{i}" for i, name in enumerate(found, start=1)]
    taken = {name.lower() for name in names}
    seen: dict[str, int] = {}
    for i, name in enumerate(names):
        if not name.isprintable():
            raise file.error(f"header: the column name {name[:60]!r} holds signs that cannot be written. Rename it.")
        if name.lower() in (ROW, FILE) or name.lower().startswith(_RESERVED):
            raise file.error(f"header: the column name {name!r} is kept for the pipeline. Rename it.")
        if name.lower() in seen:
            if file.layout.repeated_columns == "error":
                raise file.error(
                    f"header: the column {name!r} stands twice (columns {seen[name.lower()] + 1} and {i + 1}; case "
                    f"does not count). Rename one of them in the export, or declare `repeated_columns: number` in "
                    f"{file.layout.shown_as}: the second becomes {_numbered(name, taken)!r}."
                )
            names[i] = _numbered(name, taken)
            taken.add(names[i].lower())
        seen.setdefault(name.lower(), i)
    return names


def _numbered(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name}_{number}".lower() in taken:
        number += 1
    return f"{name}_{number}"
