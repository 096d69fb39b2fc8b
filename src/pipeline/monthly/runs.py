"""The monthly table of a run: of a folder, or of a revision in git."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pandas as pd

from pipeline.errors import ParcoursError
from pipeline.results import read_table
from pipeline.tables import MONTHLY
from pipeline.workspace import Workspace


def read_run(workspace: Workspace, name: str) -> pd.DataFrame:
    """Return the monthly table of a run.

    Parameters
    ----------
    workspace
        Whose history in git is meant.
    name
        A folder – a workspace, or one with monthly.csv in it – or a git revision (HEAD, a tag, a commit).

    Raises
    ------
    ParcoursError
        If there is no such table.
    """
    for path in (Path(name) / MONTHLY.path, Path(name) / Path(MONTHLY.path).name):
        if path.is_file():
            return read_table(path, MONTHLY)
    if Path(name).is_dir():
        raise ParcoursError(f"{name}: neither {MONTHLY.path} nor monthly.csv is in it. `dvc repro` there makes it.")
    command = ["git", "-C", str(workspace.root), "show", f"{name}:./{MONTHLY.path}"]
    try:
        shown = subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = error.stderr.decode(errors="replace").strip() if isinstance(error, subprocess.CalledProcessError) else ""
        raise ParcoursError(
            f"{name}: neither a folder nor a git revision that holds {MONTHLY.path}. {said}\n"
            "Results are compared with those of an earlier run that was committed, or kept in a folder."
        ) from None
    return read_table(io.BytesIO(shown.stdout), MONTHLY)
