"""What a report needs, read from a workspace: small tables, a few numbers, one picture."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import tables
from pipeline.errors import ParcoursError
from pipeline.monthly import ledger
from pipeline.results import read_table
from pipeline.workspace import Workspace

REPORTED = (
    tables.TRANSITIONS, tables.REACHING, tables.CHECKS, tables.FUNNEL, tables.TIME_IN_STAGE, tables.SURVIVAL,
    tables.LOSSES,    tables.KPIS, tables.KPI_VIEWS, tables.KPI_STAGES, tables.RETENTION, tables.OBJECTIVES,
    tables.TOUCHPOINTS, tables.EFFORT, tables.EMOTIONS, tables.TEXT_AGREEMENT, tables.THEMES, tables.COVERAGE,
    tables.CAMPAIGN_COSTS, tables.IDENTITY_EFFECTS, tables.TYPICAL_PATHS, tables.PERSONA_CARDS, tables.HYPOTHESES,
    tables.OPPORTUNITIES, tables.MOMENTS, tables.ACTIONS, tables.CONSERVATION, tables.REJECTS, tables.NOBODY,
    tables.FILTERED, tables.MASKED, tables.QUARANTINE, tables.CONFLICTS,
)  # fmt: skip
OTHER_MAPS = ("future_state", "day_in_the_life", "planned")  # besides the current state; folded in the report
PICTURES = ("losses", "feelings", "control")  # companions that `draw` makes of each persona
# What makes a folder a workspace, for whoever looks for one from inside it.
MARKS = ("dvc.yaml", "params.yaml")
NUMBERS = ("clean/clean", "identify/identify", "reconstruct/reconstruct", "estimate/estimate", "assess/assess")


@dataclass(frozen=True)
class Results:
    """Everything the reports of one workspace say, and nothing of the size of events.

    Parameters
    ----------
    frames
        Name of a table of `pipeline.tables` → its rows.
    numbers
        Name of a verb → what its JSON file holds.
    digest
        Short fingerprint of all of it: two reports with the same one say the same.
    planted
        Of a simulated brand, what is true of it: only the page that compares says so. None for a real one.
    screened
        Candidates that `parcours screen` locked, and their fate; None where nothing was screened.
    monthly
        Sums by month, from which months are compared.
    ledger
        Looks at months that `parcours compare` entered; None where there is none.
    swept
        What each threshold of probabilistic links would make of the customers; None where no names are compared.
    """

    frames: Mapping[str, pd.DataFrame]
    numbers: Mapping[str, Mapping[str, Any]]
    digest: str
    planted: pd.DataFrame | None = None
    screened: pd.DataFrame | None = None
    monthly: pd.DataFrame | None = None
    ledger: pd.DataFrame | None = None
    swept: pd.DataFrame | None = None

    def of(self, table: tables.Table, grouping: str, group: str) -> pd.DataFrame:
        """Return a table's rows for one group."""
        frame = self.frames[table.name]
        return frame[(frame["grouping"] == grouping) & (frame["group"] == group)]


def read_results(workspace: Workspace) -> Results:
    """Read what the earlier DVC stages of a workspace wrote.

    Raises
    ------
    ParcoursError
        If a file is missing, naming the verb that writes it.
    """
    digest = hashlib.sha256()

    def found(relative: str) -> Path:
        path = workspace.path(relative)
        if not path.is_file():
            verb = relative.split("/")[1]  # every folder of data/ is named for the verb that writes it
            raise ParcoursError(
                f"{relative} is missing in {workspace.out}. The DVC stage '{verb}' writes it: "
                f"run `dvc repro`, or `parcours {verb}` for that one alone."
            )
        digest.update(relative.encode() + path.read_bytes())
        return path

    frames = {table.name: read_table(found(table.path), table) for table in REPORTED}
    numbers = {
        name.split("/")[0]: json.loads(found(f"data/{name}.json").read_text(encoding="utf-8")) for name in NUMBERS
    }
    made_sometimes = (tables.PLANTED, tables.SCREENING, tables.MONTHLY, tables.THRESHOLD_SWEEP)
    planted, screened, monthly, swept = (_read_where_made(workspace, table) for table in made_sometimes)
    looks = workspace.root / ledger.FILE
    entered = ledger.read(looks) if looks.is_file() else None
    return Results(frames, numbers, digest.hexdigest()[:12], planted, screened, monthly, entered, swept)


def _read_where_made(workspace: Workspace, table: tables.Table) -> pd.DataFrame | None:
    path = workspace.path(table.path)
    return read_table(path, table) if path.is_file() else None


@dataclass(frozen=True)
class Drawn:
    """A persona's map, the name of the data snapshot that stands on it, its other maps by type, its other pictures."""

    svg: str
    snapshot: str
    others: Mapping[str, str]
    pictures: Mapping[str, str] = field(default_factory=dict)


def read_map(workspace: Workspace, persona: str, language: str) -> Drawn | None:
    """Return the map of a persona, or nothing where it was not drawn."""
    picture = workspace.path(f"data/draw/{persona}.{language}.svg")
    numbers = workspace.path(f"data/draw/{persona}.map.json")
    if not (picture.is_file() and numbers.is_file()):
        return None
    snapshot = json.loads(numbers.read_text(encoding="utf-8"))["snapshot"]
    others, pictures = (
        {
            name: path.read_text(encoding="utf-8")
            for name in names
            if (path := workspace.path(f"data/draw/{persona}.{name}.{language}.svg")).is_file()
        }
        for names in (OTHER_MAPS, PICTURES)
    )
    return Drawn(picture.read_text(encoding="utf-8"), snapshot, others, pictures)


def find_workspace(start: Path | str | None = None) -> Path:
    """Return the workspace around a folder: the nearest one upwards that holds dvc.yaml and params.yaml.

    A notebook finds its workspace wherever it is started from, without a relative path in it.

    Parameters
    ----------
    start
        Where to look first; default: the working directory.

    Raises
    ------
    ParcoursError
        If no folder up to the root holds both.
    """
    begin = Path(start if start is not None else Path.cwd()).resolve()
    for folder in (begin, *begin.parents):
        if all((folder / mark).is_file() for mark in MARKS):
            return folder
    raise ParcoursError(
        f"{begin}: neither here nor in a folder above are {' and '.join(MARKS)}, so this is no workspace. "
        "Open the notebook inside one, or name the workspace's folder."
    )
