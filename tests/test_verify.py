"""`parcours verify`: a result that was tampered with is found and named; what cannot be computed is said."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
import yaml

import small_workspace
from pipeline import cli, run
from pipeline.verify.differences import differences
from pipeline.verify.recorded import md5_of
from pipeline.workspace import Workspace

OUTPUTS = {
    "clean": ["data/clean/conservation.csv", "data/clean/clean.json"],
    "identify": ["data/identify/identities.parquet"],
    "estimate": ["data/estimate/kpis.csv", "data/estimate/funnel.csv"],
}
run_all = run.main


def until_estimate(workspace: Workspace, without: list[str]) -> None:
    run_all(workspace, until="estimate", without=without)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small shop with its results and a dvc.lock as DVC writes it, which is tested in test_dvc.py."""
    workspace = small_workspace.make(tmp_path_factory.mktemp("verify") / "shop")
    run_all(workspace, until="estimate")
    stages = {stage: {"outs": [entry(workspace.root, path) for path in paths]} for stage, paths in OUTPUTS.items()}
    raw = {"path": "data/raw", "md5": md5_of(workspace.root / "data/raw")}
    params = {"params.yaml": {"journeys.silence": "5 d", "kpis": small_workspace.PARAMS["kpis"]}}
    stages["clean"] |= {"deps": [raw], "params": params}
    (workspace.root / "dvc.lock").write_text(yaml.safe_dump({"schema": "2.0", "stages": stages}), encoding="utf-8")
    return workspace.root


def entry(root: Path, path: str) -> dict[str, object]:
    return {"path": path, "hash": "md5", "md5": hashlib.md5((root / path).read_bytes()).hexdigest()}


@pytest.fixture
def shop(ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(run, "main", until_estimate)
    return Path(shutil.copytree(ran, tmp_path / "shop"))


def verify(shop: Path) -> int:
    return cli.main(["verify", "--workspace", str(shop)])


def test_a_fresh_clone_without_outputs_is_the_same(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for stage in ("clean", "identify", "reconstruct", "segment", "estimate"):
        shutil.rmtree(shop / "data" / stage)
    assert verify(shop) == 0
    assert "Same: all 5 outputs" in capsys.readouterr().out
    assert not (shop / "data/clean").exists()


def test_a_tampered_number_is_found_and_named(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kpis = shop / "data/estimate/kpis.csv"
    rows = kpis.read_text(encoding="utf-8").splitlines()
    names, values = rows[0].split(","), rows[1].split(",")
    true = float(values[names.index("estimate")])
    values[names.index("estimate")] = f"{true + 0.125}"
    kpis.write_text("\n".join([rows[0], ",".join(values), *rows[2:]]) + "\n", encoding="utf-8")
    assert verify(shop) == 1
    shown = capsys.readouterr().out
    assert "Differs: 1 of 5 outputs: data/estimate/kpis.csv." in shown
    assert "what lies here is not what dvc.lock records; computed again it is" in shown
    assert "estimate: 1 rows, most 0.125 (grouping=all, group=(all), kpi=conversion:" in shown


def test_another_input_is_named_beside_what_it_changed(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    orders = shop / "data/raw/orders/orders.csv"
    orders.write_text(orders.read_text(encoding="utf-8") + "o4,new@shop.example,2026-02-01 10:00:00,1,0,,\n")
    assert verify(shop) == 1
    shown = capsys.readouterr().out
    assert "differs  data/clean/conservation.csv" in shown
    assert "computed again it is not what dvc.lock records" in shown
    assert "raw: 1 rows, most 1 (source=orders, source_file=orders.csv: 3, recomputed 4)" in shown
    assert "Not as when dvc.lock was written:\n  data/raw\n" in shown


def test_what_cannot_be_computed_is_no_difference(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(shop / "data/raw")
    assert verify(shop) == 2
    assert "data/raw: is missing, and the DVC stage clean reads it" in capsys.readouterr().err
    (shop / "dvc.lock").unlink()
    assert verify(shop) == 2
    assert "nothing is recorded to compare with" in capsys.readouterr().err


def test_md5_of_a_folder_is_that_of_dvc_add(tmp_path: Path) -> None:
    """`dvc add` of DVC 3.67.1 wrote this md5 for this folder."""
    for name, text in {"a.txt": "a", "b/c.txt": "c", "b.txt": "z"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="ascii")
    assert md5_of(tmp_path) == "fbee70fb8be1e3a2cfc04d284fc23a47.dir"
    assert md5_of(tmp_path / "nothing") is None


def test_differences_of_other_forms(tmp_path: Path) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    before.write_text('{"kpis": {"nps": {"n": 4}}, "list": [1, 2]}', encoding="utf-8")
    after.write_text('{"kpis": {"nps": {"n": 6}}, "list": [1, 2]}', encoding="utf-8")
    found = differences(before, after, "data/estimate/estimate.json")
    assert found == ["value: 1 rows, most 2 (key=/kpis/nps/n: 4, recomputed 6)"]
    assert differences(before, after, "data/raw/web/visits.json") == ["43 bytes before, 43 recomputed"]
