"""Benchmarks compare the same answers: what can be asked without the peers' own environment is asked here."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

EVENTS = 2000
Ask = Callable[[str, str], list[list[str]]]


@pytest.fixture(scope="module")
def log(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    runpy.run_path(str(repository / "benchmarks/made_events.py"))["make_events"](folder, EVENTS)
    return folder


@pytest.fixture
def ask(repository: Path, log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    def answer(tool: str, task: str) -> list[list[str]]:
        monkeypatch.setattr(sys, "argv", [tool, task, str(log)])
        monkeypatch.syspath_prepend(str(repository / "benchmarks/peers"))
        runpy.run_path(str(repository / f"benchmarks/peers/in_{tool}.py"), run_name="__main__")
        return [line.split(",") for line in capsys.readouterr().out.splitlines()]

    return answer


def test_every_script_compiles(repository: Path) -> None:
    scripts = sorted((repository / "benchmarks").glob("*.py")) + sorted((repository / "benchmarks/peers").glob("*.py"))
    assert len(scripts) > 8
    for path in scripts:
        compile(path.read_text(encoding="utf-8"), str(path), "exec")


def test_a_matrix_has_each_event_once_and_an_end_for_each_start(ask: Ask) -> None:
    rows = ask("parcours", "matrix")
    starts = sum(int(n) for origin, _, n in rows if origin == "(start)")
    ends = sum(int(n) for _, target, n in rows if target == "(end)")
    assert starts == ends > 0
    assert sum(int(n) for _, target, n in rows if target != "(end)") == EVENTS


@pytest.mark.parametrize("task", ["matrix", "funnel", "variants", "tables"])
def test_parcours_and_sql_by_hand_agree(ask: Ask, task: str) -> None:
    assert ask("parcours", task) == ask("duckdb", task) != []


def test_tables_answer_as_events_do(ask: Ask, log: Path) -> None:
    if not (log / "data/reconstruct").exists():
        ask("parcours", "tables")
    for task in ("matrix", "funnel", "variants"):
        assert ask("parcours", f"{task}_of_steps") == ask("parcours", task)
    intervals = [row for row in ask("parcours", "intervals") if row[0] == "all"]
    assert intervals
    assert all(float(low) <= float(p) <= float(high) for *_, p, low, high in intervals)


@pytest.mark.parametrize("task", ["matrix", "funnel", "variants"])
def test_parcours_and_polars_agree(ask: Ask, task: str) -> None:
    pytest.importorskip("polars", reason="peers: Polars is in the environment of `make bench` only")
    assert ask("polars", task) == ask("parcours", task)


def test_both_engines_tells_each_kind_of_difference(repository: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.syspath_prepend(str(repository / "benchmarks"))
    compare = runpy.run_path(str(repository / "benchmarks/both_engines.py"))["differences"]
    one, other = tmp_path / "one", tmp_path / "other"
    rows = pa.table({"n": pa.array([1, 2], pa.int64()), "share": [0.1, None], "name": ["a", "b"]})
    same = rows.set_column(0, "n", pa.array([1, 2], pa.int32())).set_column(1, "share", pa.array([0.1 + 1e-12, None]))
    files = {"same": same, "order": rows.take([1, 0]), "value": rows.set_column(1, "share", pa.array([0.1001, None]))}
    for folder in (one, other):
        (folder / "segment").mkdir(parents=True)
        for name, table in files.items():
            pyarrow.parquet.write_table(rows if folder == one else table, folder / f"segment/{name}.parquet")
    (one / "segment/lone.csv").write_text("n\n1\n", encoding="utf-8")
    assert compare(one, other, ["segment"]) == [
        "segment/lone.csv: only on DuckDB",
        *(f"segment/order.parquet: {name}" for name in ("n", "share", "name")),
        "segment/value.parquet: share",
    ]
