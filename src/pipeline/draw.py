"""DVC stage draw: result tables → one journey map per persona and language, and the companion pictures.

`maps_of` gathers every number of a map, each beside the table and row it comes from; the pictures are
drawn from nothing else. A suppressed row leaves its note and no number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import Any

import pandas as pd

from pipeline import tables
from pipeline.errors import ParcoursError
from pipeline.files import whole_folder, write_json
from pipeline.map_contents.current import current_state
from pipeline.map_contents.day import moments
from pipeline.map_contents.future import future
from pipeline.map_contents.head import Frames, head, of_persona
from pipeline.map_contents.plan import planned
from pipeline.params import Params, Persona
from pipeline.params.actions import FILE as ACTIONS
from pipeline.params.actions import Action, read_actions
from pipeline.pictures.catalogue import FIGURES, IN_REPORTS, OF_A_GROUP
from pipeline.pictures.charts import save_svg
from pipeline.pictures.day_map import day_map
from pipeline.pictures.future_map import future_map
from pipeline.pictures.journey_map import journey_map
from pipeline.pictures.planned_map import planned_map
from pipeline.pictures.svg import png
from pipeline.tables import Table
from pipeline.workers import side_by_side
from pipeline.workspace import Workspace

# Read by this stage; conservation only for the count of rows.
READ = (
    tables.CONSERVATION, tables.PERSONA_CARDS, tables.TRANSITIONS, tables.FUNNEL, tables.TIME_IN_STAGE,
    tables.SURVIVAL, tables.KPIS, tables.TOUCHPOINTS, tables.EMOTIONS, tables.THEMES, tables.HYPOTHESES,
    tables.OPPORTUNITIES, tables.MOMENTS, tables.OBJECTIVES, tables.RHYTHM, tables.EFFORT, tables.DEVIATIONS,
    tables.MONTHLY, tables.KPI_STAGES,
)  # fmt: skip
DRAWN_BY = {
    "current_state": journey_map, "day_in_the_life": day_map, "future_state": future_map, "planned": planned_map,
}  # fmt: skip


def main(workspace: Workspace, params: Params) -> None:
    """Draw the map of every persona in every language, as SVG, PNG and JSON, and the companion pictures."""
    frames = read_tables(workspace)
    facts = json.loads(workspace.path("data/reconstruct/reconstruct.json").read_text(encoding="utf-8"))
    snapshot = snapshot_hash(workspace)
    actions = read_actions(workspace.root, params)
    languages, pictures = params.workspace.languages, list[Map | Companion]()
    with whole_folder(workspace.path("data/draw")) as folder:
        for persona in params.personas:
            for kind, content in maps_of(frames, params, persona, facts, snapshot, actions).items():
                name = persona.id if kind == "current_state" else f"{persona.id}.{kind}"
                write_json(content, folder / f"{name}.map.json")
                pictures += [Map(name, language, content) for language in languages]
        for name, language in product(FIGURES, languages):
            pictures.append(Companion(name, language, frames, params))
        for persona, name, language in product(params.personas, IN_REPORTS, languages):
            pictures.append(Companion(name, language, frames, params, persona.id))
        for _, files in side_by_side(drawn, pictures, "draw", "picture"):
            for name, written in files.items():
                (folder / name).write_bytes(written)


@dataclass(frozen=True)
class Map:
    """A map to draw."""

    name: str
    language: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Companion:
    """A companion picture to draw, of everybody or of one persona."""

    name: str
    language: str
    frames: Frames
    params: Params
    persona: str | None = None


def drawn(picture: Map | Companion) -> dict[str, bytes]:
    """Return the files of a picture by name."""
    if isinstance(picture, Map):
        name = f"{picture.name}.{picture.language}"
        svg = DRAWN_BY[picture.content["map_type"]](picture.content, picture.language)
        return {f"{name}.svg": svg.encode(), f"{name}.png": png(svg)}
    buffer = BytesIO()
    if picture.persona is None:
        prefix, figure = "", FIGURES[picture.name](picture.frames, picture.params, picture.language)
    else:
        draw, table = OF_A_GROUP[picture.name]
        prefix = f"{picture.persona}."
        figure = draw(picture.frames[table], picture.params, picture.language, picture.persona)
    save_svg(figure, buffer)
    return {f"{prefix}{picture.name}.{picture.language}.svg": buffer.getvalue()}


def read_tables(workspace: Workspace) -> dict[str, pd.DataFrame]:
    """Read the result tables that maps are drawn from, with the types of their contracts.

    Raises
    ------
    ParcoursError
        If a table is missing or lacks a column of its contract.
    """
    return {table.name: read_table(table, workspace) for table in READ}


def read_table(table: Table, workspace: Workspace) -> pd.DataFrame:
    """Read one CSV table; empty cells of text are None, of numbers not-a-number."""
    path = workspace.path(table.path)
    if not path.is_file():
        raise ParcoursError(f"{table.path}: the file is missing. Run the DVC stage that makes it (`dvc repro`) first.")
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    for name, column in table.columns.items():
        if name not in frame:
            raise ParcoursError(f"{table.path}: no column {name!r}, which its contract demands. Run `dvc repro` again.")
        if column.type == tables.TEXT:
            # files.write_csv puts an apostrophe before what a spreadsheet would take for a formula
            frame[name] = frame[name].str.replace(r"^'(?=[=+\-@])", "", regex=True).replace("", None)
        else:
            frame[name] = pd.to_numeric(frame[name].replace("", None))
    return frame


def snapshot_hash(workspace: Workspace) -> str:
    """Return 12 digits that name the results drawn: a hash of the bytes of every table read."""
    digest = hashlib.sha256()
    for path in ("data/reconstruct/reconstruct.json", *(table.path for table in READ)):
        digest.update(path.encode() + b"\0" + workspace.path(path).read_bytes() + b"\0")
    if (workspace.root / ACTIONS).is_file():
        digest.update((workspace.root / ACTIONS).read_bytes())
    return digest.hexdigest()[:12]


def maps_of(
    frames: Frames,
    params: Params,
    persona: Persona,
    facts: Mapping[str, Any],
    snapshot: str,
    actions: Sequence[Action] = (),
) -> dict[str, dict[str, Any]]:
    """Return the contents of a persona's maps by type; see `map_contents.current` for what is given.

    The planned map exists where params.yaml plans a journey.
    """
    common, own = head(frames, params, persona, facts, snapshot), of_persona(frames, persona)
    current = current_state(frames, params, persona, facts, snapshot, actions)
    maps = {
        "current_state": current,
        "day_in_the_life": {**common, "map_type": "day_in_the_life", **moments(own["rhythm"])},
        "future_state": {**common, "map_type": "future_state", **future(current, own, params, persona)},
    }
    if params.planned.touchpoints:
        found = planned(own["deviations"], own["touchpoints"], own["emotions"], params)
        maps["planned"] = {**common, "map_type": "planned", **found}
    return maps
