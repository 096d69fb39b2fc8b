"""Copies of the four real workspaces, run in a folder of their own so that nothing in the repository changes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pipeline import clean, identify, obtain, params, reconstruct, segment
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[2]
BESIDE = REPOSITORY.parent / "shared" / "data"


def outside_data() -> Path:
    """Return the folder of data that may not be shipped, or skip the test with the reason."""
    given = os.environ.get(obtain.FOLDER_VARIABLE, "").strip()
    folder = Path(given) if given else BESIDE
    if not folder.is_dir():
        pytest.skip(
            "data: the raw files of this workspace may not be shipped with Parcours: set PARCOURS_DATA to the folder that "
            "holds them (the workspace's README says where to download them)"
        )
    return folder


def copied(relative: str, target: Path) -> Workspace:
    """Return a copy of a workspace: what is declared, without data."""
    root = REPOSITORY / relative
    names = ["params.yaml", "obtain.yaml"]
    names += [path.relative_to(root).as_posix() for path in sorted(root.glob("data/raw/*/source.yaml"))]
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, target / name)
    return Workspace.at(target)


def run_to_personas(workspace: Workspace) -> Workspace:
    """Run a workspace from its raw data to its personas."""
    declared = params.load(workspace)
    for stage in (obtain, clean, identify, reconstruct, segment):
        stage.main(workspace, declared)
    return workspace


def obtained(relative: str, target: Path) -> Workspace:
    """Return a copy of a workspace on outside data, run to its personas; skip where its files are not there."""
    folder = outside_data()
    workspace = copied(relative, target)
    missing = [one.names[0] for one in obtain.load(workspace).files if not obtain.copies(one, folder)]
    if missing:
        pytest.skip(f"not in the folder of outside data: {', '.join(missing)}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(obtain.FOLDER_VARIABLE, str(folder))
        return run_to_personas(workspace)
