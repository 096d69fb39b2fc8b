"""The command `parcours simulate`: a new workspace, or the raw files of one that is there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline import params, workspaces
from pipeline.errors import ParcoursError
from pipeline.simulate import DECLARATION, simulate
from pipeline.simulation.dirt import DirtRates
from pipeline.simulation.identifiers import IdentityRates
from pipeline.simulation.truth import Truth
from pipeline.workspace import Workspace


def run(folder: Path, truth_file: Path | None, changes: Mapping[str, int | str | bool]) -> list[str]:
    """Make a brand's exports in a folder and return what to say of it.

    Parameters
    ----------
    folder
        A workspace; new or empty, it becomes one.
    truth_file
        What is true; None: the folder's truth.yaml, else the package's.
    changes
        Keys of that file (customers, months, seed, is_null) and other values for them.

    Raises
    ------
    ParcoursError
        If the folder holds anything and is no workspace, or the truth cannot be read.
    """
    is_new = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not is_new and not (folder / "params.yaml").is_file():
        raise ParcoursError(
            f"{folder}: is not empty and has no params.yaml, and nothing in it was touched. Expected a new or an empty "
            "folder, or a workspace."
        )
    text = changed(_text_of(truth_file, folder), changes)
    truth = _read(text, str(truth_file or DECLARATION))
    if is_new:
        workspaces.create_simulated(folder, text)
    simulate(folder, truth, engine=params.load(Workspace.at(folder)).engine)
    if is_new:
        return [f"Made {folder}: {truth.customers} simulated customers. Next:", *workspaces.steps(folder)]
    lines = [f"Written: data/raw and data/truth of {truth.customers} simulated customers."]
    if (truth_file or changes) and (folder / DECLARATION).is_file():
        lines.append(f"Note: `dvc repro` makes again what {DECLARATION} says; write it there to keep it.")
    return lines


def changed(text: str, changes: Mapping[str, int | str | bool]) -> str:
    r"""Return a truth.yaml with other values at its top level; comments stay.

    Examples
    --------
    >>> changed("brand: B\\ncustomers: 20000   # many\\n", {"customers": 50, "is_null": True})
    'brand: B\\ncustomers: 50   # many\\nis_null: true\\n'
    """
    for name, value in changes.items():
        line = f"{name}: {json.dumps(value, ensure_ascii=False)}"
        pattern = re.compile(rf"^{name}:[ ]*(?:\"[^\"]*\"|[^#\n]*?)(?=\s*(?:#|$))", re.MULTILINE)
        text, n = pattern.subn(lambda _, line=line: line, text, count=1)  # type: ignore[misc]
        text += "" if n else f"{line}\n"
    return text


def _text_of(truth_file: Path | None, folder: Path) -> str:
    if truth_file is not None and not truth_file.is_file():
        raise ParcoursError(f"--truth {truth_file}: no such file.")
    if truth_file is None and (folder / DECLARATION).is_file():
        truth_file = folder / DECLARATION
    if truth_file is not None:
        return truth_file.read_text(encoding="utf-8")
    return files("pipeline").joinpath("templates/clairval/truth.yaml").read_text(encoding="utf-8")


def _read(text: str, shown_as: str) -> Truth:
    with TemporaryDirectory() as folder:
        path = Path(folder) / DECLARATION
        path.write_text(text, encoding="utf-8")
        truth = Truth.read(path, shown_as)
    IdentityRates.read(truth.identity)  # a wrong rate is said before anything is written
    DirtRates.read(truth.dirt)
    return truth
