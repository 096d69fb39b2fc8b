"""A run killed at any moment leaves whole outputs only, and the next run gives the bytes of one never killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline import workspaces
from pipeline.workspace import PASSING, Workspace

LAST = "estimate"


def command(workspace: Workspace, out: Path) -> list[str]:
    python = [sys.executable, "-m", "pipeline", "run", "--workspace", str(workspace.root)]
    return [*python, "--out", str(out), "--until", LAST]


def outputs(folder: Path) -> dict[str, bytes]:
    """Return what lies under data/, without names that begin with a dot: work under way."""
    found = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder): path for path in found}
    return {str(name): path.read_bytes() for name, path in named.items() if not any(p[0] == "." for p in name.parts)}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("killed") / "shop"
    workspaces.create(root)
    return Workspace.at(root)


@pytest.fixture(scope="module")
def never_killed(shop: Workspace, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], float]:
    out = tmp_path_factory.mktemp("never")
    begin = time.monotonic()
    subprocess.run(command(shop, out), check=True, capture_output=True)
    return outputs(out), time.monotonic() - begin


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.55, 0.85])
def test_killed_and_started_again(
    shop: Workspace, never_killed: tuple[dict[str, bytes], float], tmp_path: Path, share: float
) -> None:
    whole, seconds = never_killed
    with subprocess.Popen(command(shop, tmp_path), stderr=subprocess.DEVNULL, start_new_session=True) as running:
        time.sleep(share * seconds)
        os.killpg(running.pid, signal.SIGKILL)
    left = outputs(tmp_path)
    assert {name for name, content in left.items() if content != whole[name]} == set()
    subprocess.run(command(shop, tmp_path), check=True, capture_output=True)
    assert outputs(tmp_path) == whole
    assert not list(tmp_path.glob(f"{PASSING}*"))
