"""`parcours explain`: one number of a report, a map or a table, traced back to rows of raw files."""

from __future__ import annotations

import inspect
import json
import subprocess
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata
from typing import Any

import pandas as pd
from sqlglot import exp

from pipeline import closure
from pipeline.engine import open_engine
from pipeline.errors import ParcoursError, nearest
from pipeline.explain.ids import Number, find
from pipeline.explain.registry import EXPLAINED, Origin, Window, origin_of
from pipeline.params import Params
from pipeline.pictures.catalogue import FIGURES, IN_REPORTS
from pipeline.tables import EVENTS, IDENTITIES, JOURNEYS, PERSONAS, STEPS, VISITS, Table
from pipeline.workspace import Workspace

READ = (STEPS, VISITS, JOURNEYS, PERSONAS)
# Pictures whose name is not their table's.
DRAWN_FROM = {
    "forest": "hypotheses", "losses": "transitions", "feelings": "emotions", "scores": "kpi_stages",
    "control": "monthly", "month_change": "monthly",
}  # fmt: skip


def main(workspace: Workspace, params: Params, name: str, shown: int) -> None:
    """Print all that is known of a number, or which numbers stand in a picture.

    Parameters
    ----------
    name
        Id of a number, such as ``kpis/nps/nesters``, a place in a map, or the file name of a picture.
    shown
        How many raw rows are listed; all of them are counted.
    """
    if name.endswith((".svg", ".png", ".map.json")):
        print("\n".join(picture(workspace, params, name.rpartition("/")[2])))
        return
    number = find(workspace, name, EXPLAINED)
    origin = origin_of(number, params)
    rows = None if number.is_withheld else raw_rows(workspace, params, origin)
    print("\n".join([*told(number, origin), *_rows_told(rows, shown)]))


def raw_rows(workspace: Workspace, params: Params, origin: Origin) -> pd.DataFrame:
    """Return the raw row of each event behind a number.

    Returns
    -------
    DataFrame
        role, source, source_file, source_row (a header being record 1). Role: ``counted`` and ``not counted`` are
        the units of a number (answers, journeys, visits), ``shown by`` the event that shows that one is counted;
        of a hypothesis the units are ``exposed`` or ``not exposed``.
    """
    facts = workspace.path("data/reconstruct/reconstruct.json")
    if not facts.is_file():
        raise ParcoursError(f"{facts}: no such file; `dvc repro` (or `dvc pull`) brings what a number is traced by.")
    with workspace.temporary() as temporary, open_engine(params.engine, temporary) as engine:
        for table in (*READ, EVENTS):
            engine.read(table, workspace.path(table.path), check=False)
        engine.make("customer_personas", exp.select("customer_id", "persona").from_("personas"), lazily=True)
        origin.select(engine, _window(json.loads(facts.read_text(encoding="utf-8"))))
        return engine.frame("raw_rows")


def _window(facts: dict[str, Any]) -> Window:
    return datetime.fromisoformat(facts["window_start"]), datetime.fromisoformat(facts["cut_off"])


def told(number: Number, origin: Origin) -> Iterator[str]:
    """Yield the lines that say what a number is and how it was made."""
    key = ", ".join(f"{name}={number.row[name]}" for name in number.table.key)
    yield number.name
    yield f"  row         {number.table.path}: {key}"
    for name, column in number.table.columns.items():
        if name not in number.table.key and number.row[name] is not None:
            yield f"  {name:<18}{_shown(number.row[name]):<16}{column.meaning}"
    yield f"  DVC stage   {number.table.path.split('/')[1]}"
    yield f"  code        {', '.join(f'src/pipeline/{file}' for file in origin.code)}"
    yield f"  version     {version()}"
    yield "  formula     " + "\n              ".join(line for one in origin.formula for line in formula_of(one))
    yield f"  filter      {origin.filter}"
    yield from (f"  params.yaml {key}: {value}" for key, value in origin.parameters.items())
    yield f"  read from   {_upstream()}"


def _shown(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def formula_of(function: Any) -> Iterator[str]:
    """Yield what a function's docstring says: its first line, and its notes."""
    text = inspect.getdoc(function) or ""
    module = function.__module__.removeprefix("pipeline.").replace(".", "/")
    yield f"{text.splitlines()[0]} ({function.__name__} in src/pipeline/{module}.py)"
    _, _, rest = text.partition("\nNotes\n-----\n")
    notes = rest.split("\n\nExamples\n", maxsplit=1)[0].strip()
    yield from (f"  {line}" for line in notes.splitlines() if line)


def version() -> str:
    """Return the version of this package and, in its repository, the commit and whether files differ from it."""
    text = f"parcours {metadata.version('parcours')}"
    git = ["git", "-C", str(closure.REPOSITORY)]
    try:
        commit = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True)
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--", "src"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):  # installed, or no git
        return text
    return f"{text}, commit {commit.stdout.strip()}" + (" and changes that are not committed" if changed.stdout else "")


def _upstream() -> str:
    def listed(*tables: Table) -> str:
        return ", ".join(table.path for table in tables)

    return f"{listed(*READ)}; these from {listed(EVENTS, IDENTITIES)}; these from data/raw"


def _rows_told(rows: pd.DataFrame | None, shown: int) -> Iterator[str]:
    if rows is None:
        yield "  raw rows    too few customers are behind this number to show it; their rows are not listed either"
        return
    counts = rows.groupby("role", sort=True).size()
    yield f"  raw rows    {', '.join(f'{n} {role}' for role, n in counts.items()) or 'none'}"
    for (source, file), own in rows.groupby(["source", "source_file"], sort=True):
        yield f"    data/raw/{source}/{file}: {len(own)} events in {own['source_row'].nunique()} rows"
    for row in rows.head(shown).itertuples():
        yield f"      {row.role:<12}{row.source}/{row.source_file} row {row.source_row}"
    if len(rows) > shown:
        yield f"      … {len(rows) - shown} more: --rows {len(rows)}"


def picture(workspace: Workspace, params: Params, file: str) -> Iterator[str]:
    """Yield which numbers stand in a picture of data/draw, each with its id.

    Raises
    ------
    ParcoursError
        If there is no such picture.
    """
    name, *parts = file.removesuffix(".map.json").split(".")
    name = parts[0] if parts and parts[0] in IN_REPORTS else name
    personas = [persona.id for persona in params.personas]
    if name in FIGURES:
        table = DRAWN_FROM.get(name, name)
        yield f"{file}: drawn by the DVC stage draw (src/pipeline/pictures) from every row of {table}."
        yield f"Its numbers: parcours explain {table}/…"
        return
    path = workspace.path(f"data/draw/{name}.map.json")
    if name not in personas or not path.is_file():
        raise ParcoursError(f"{file}: no such picture in data/draw.{nearest(name, [*personas, *FIGURES])}")
    yield f"{file}: drawn by the DVC stage draw (src/pipeline/pictures/journey_map.py) from data/draw/{path.name}."
    for pointer, origin in _origins(json.loads(path.read_text(encoding="utf-8")), ""):
        key = origin["key"].items() if isinstance(origin["key"], dict) else [("rows", "all")]
        yield f"  {path.name}#{pointer}  {origin['table']}: {', '.join(f'{k}={v}' for k, v in key)}"


def _origins(node: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, item in items:
        if name == "from" and isinstance(item, dict):
            yield pointer, item
        else:
            yield from _origins(item, f"{pointer}/{name}")
