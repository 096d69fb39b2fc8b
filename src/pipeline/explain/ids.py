"""From the name of a number – `kpis/nps/nesters`, or its place in a map.json – to its row in a table of results."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.errors import ParcoursError, nearest
from pipeline.results import read_table
from pipeline.tables import EVERYBODY, Table
from pipeline.workspace import Workspace

ARROWS = ("→", "->")  # between two stages of a transition; one sign and a keyboard's
WITHHELD = ("n <", "withheld")


@dataclass(frozen=True)
class Number:
    """One row of a result table.

    Parameters
    ----------
    table
        Its contract.
    row
        Column → value; an empty cell is None.
    """

    table: Table
    row: dict[str, Any]

    @property
    def name(self) -> str:
        """The id of the number: the table, its key, the group last."""
        return "/".join([self.table.name, *_key_of(self.row, self.table), self.group])

    @property
    def group(self) -> str:
        """The group, `all` for all customers."""
        group = str(self.row["group"])
        return "all" if group == EVERYBODY else group

    @property
    def is_withheld(self) -> bool:
        """Whether too few customers are behind it to show it."""
        return str(self.row.get("note") or "").startswith(WITHHELD)


def find(workspace: Workspace, name: str, known: Sequence[Table]) -> Number:
    """Return the number of that name.

    Parameters
    ----------
    name
        ``<table>/<key …>[/<group>]``, the group being ``all`` where it is left out, or ``<map.json>#/<pointer>``.
    known
        Tables whose numbers can be explained.

    Raises
    ------
    ParcoursError
        If there is no such number, with the nearest.
    """
    if ".map.json#" in name:
        return _of_map(workspace, name, known)
    for arrow in ARROWS:
        name = name.replace(arrow, "/")
    first, *parts = name.split("/")
    table = next((one for one in known if one.name == first), None)
    if table is None:
        raise ParcoursError(
            f"{name}: {first!r} is no table whose numbers are explained.{nearest(first, [one.name for one in known])}"
        )
    frame = _read(workspace, table)
    columns = [column for column in table.key if column not in ("grouping", "group")]
    group = parts[len(columns)] if len(parts) > len(columns) else "all"
    wanted = [*parts[: len(columns)], EVERYBODY if group in ("all", EVERYBODY) else group]
    rows = [Number(table, row) for row in _records(frame)]
    found = [one for one in rows if [*_key_of(one.row, table), str(one.row["group"])] == wanted]
    if len(found) == 1 and len(parts) <= len(columns) + 1:
        return found[0]
    expected = "/".join([table.name, *(f"<{column}>" for column in columns), "<group>"])
    raise ParcoursError(f"{name}: no such number; expected {expected}.{nearest(name, [one.name for one in rows])}")


def _of_map(workspace: Workspace, name: str, known: Sequence[Table]) -> Number:
    """Return the number at a place of a map: the one it says it is ``from``."""
    file, _, pointer = name.partition("#")
    path = workspace.path(f"data/draw/{file.rpartition('/')[2]}")
    if not path.is_file():
        maps = [one.name for one in path.parent.glob("*.map.json")]
        raise ParcoursError(f"{file}: no such map in data/draw.{nearest(path.name, maps)}")
    node: Any = json.loads(path.read_text(encoding="utf-8"))
    origin = node.get("from")
    for part in filter(None, pointer.split("/")):
        places = list(map(str, range(len(node)))) if isinstance(node, list) else list(node) if node else []
        if part not in places:
            raise ParcoursError(f"{name}: nothing there at {part!r}.{nearest(part, places)}")
        node = node[int(part)] if isinstance(node, list) else node[part]
        if isinstance(node, dict):
            origin = node.get("from") or (node.get("measure") or {}).get("from") or origin
    table = next((one for one in known if origin and one.path == origin["table"]), None)
    if table is None or not isinstance(origin["key"], dict):
        where = f" It comes from {origin['table']}." if origin else ""
        raise ParcoursError(f"{name}: no single number of a table that is explained stands there.{where}")
    for row in _records(_read(workspace, table)):
        if all(str(row[column]) == str(value) for column, value in origin["key"].items()):
            return Number(table, row)
    raise ParcoursError(f"{name}: its row is no longer in {table.path}. Draw the map anew: dvc repro.")


def _read(workspace: Workspace, table: Table) -> pd.DataFrame:
    path = workspace.path(table.path)
    if not path.is_file():
        raise ParcoursError(f"{table.path}: no such file; `dvc repro` makes it.")
    return read_table(path, table)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _key_of(row: dict[str, Any], table: Table) -> list[str]:
    return [str(row[column]) for column in table.key if column not in ("grouping", "group")]
