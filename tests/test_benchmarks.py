"""Benchmarks compare the same answers: what can be asked without the peers' own environment is asked here."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

EVENTS = 2000


@pytest.fixture(scope="module")
def benchmarks(repository: Path) -> Path:
    return repository / "benchmarks"


@pytest.fixture(scope="module")
def log(benchmarks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = importlib.util.spec_from_file_location("made_events", benchmarks / "made_events.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("log")
    module.make_events(folder, EVENTS)
    return folder


def answer(script: Path, task: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(script.parents[2] / "src")}
    done = subprocess.run(
        [sys.executable, str(script), task, str(folder)], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_script_compiles(benchmarks: Path) -> None:
    scripts = [*benchmarks.glob("*.py"), *(benchmarks / "peers").glob("*.py")]
    assert len(scripts) > 8
    for path in scripts:
        compile(path.read_text(encoding="utf-8"), str(path), "exec")


@pytest.mark.parametrize("task", ["matrix", "funnel", "variants"])
def test_parcours_and_sql_by_hand_agree(benchmarks: Path, log: Path, task: str) -> None:
    ours, theirs = (answer(benchmarks / f"peers/in_{tool}.py", task, log) for tool in ("parcours", "duckdb"))
    assert ours == theirs
    if task == "matrix":
        rows = [line.split(",") for line in ours.splitlines()]
        count = {side: sum(int(n) for *ends, n in rows if ends[side == "to"] == name) for side, name in
                 (("from", "(start)"), ("to", "(end)"))}  # fmt: skip
        assert count["from"] == count["to"] > 0
        assert sum(int(n) for origin, target, n in rows if target != "(end)") == EVENTS


def test_parcours_and_polars_agree(benchmarks: Path, log: Path) -> None:
    pytest.importorskip("polars", reason="Polars is in the environment of `make bench` only")
    ours, theirs = (answer(benchmarks / f"peers/in_{tool}.py", "matrix", log) for tool in ("parcours", "polars"))
    assert ours == theirs
