"""Runs that fail and runs that meet: the last good reports stay, and nothing is mixed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import run, workspaces
from pipeline.errors import ParcoursError
from pipeline.workspace import Workspace


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    """A new workspace with the reports of an earlier run."""
    root = tmp_path / "shop"
    workspaces.create(root)
    (root / "reports").mkdir()
    for name in ("index.html", "phone.fr.html"):
        (root / "reports" / name).write_text(f"the last good {name}", encoding="utf-8")
    return Workspace.at(root)


def files_in(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_a_broken_source_leaves_the_last_good_reports_and_says_so(
    shop: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_in(shop.path("reports"))
    orders = next(path for path in shop.raw("orders").iterdir() if path.suffix == ".csv")
    header, _, rows = orders.read_text(encoding="utf-8").partition("\n")
    orders.write_text(header.replace("order", "odrer") + "\n" + rows, encoding="utf-8")
    command = [sys.executable, "-m", "pipeline", "run", "--workspace", str(shop.root)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "data/raw/orders/source.yaml" in result.stderr  # where
    assert f"{shop.path('reports').absolute()} is as the run of 2" in result.stderr
    assert files_in(shop.path("reports")) == before


def test_a_second_run_is_refused_at_once(shop: Workspace) -> None:
    before = files_in(shop.path("reports"))
    with shop.held(), pytest.raises(ParcoursError, match="another run is writing here; nothing was touched"):
        run.main(shop)
    assert not shop.path("data/clean").exists()
    assert files_in(shop.path("reports")) == before


def test_outputs_elsewhere_are_another_matter(shop: Workspace, tmp_path: Path) -> None:
    with shop.held(), Workspace.at(shop.root, tmp_path / "elsewhere").held():
        pass


def test_a_run_that_was_killed_holds_nothing(shop: Workspace) -> None:
    code = (
        "import sys, time\nfrom pipeline.workspace import Workspace\n"
        "with Workspace.at(sys.argv[1]).held():\n    print('held', flush=True)\n    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(shop.root)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ParcoursError, match="another run"), shop.held():
            pass
        os.kill(other.pid, signal.SIGKILL)
    with shop.held():
        pass
