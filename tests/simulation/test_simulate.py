"""The command: an empty folder becomes a workspace; the truth says what is made; nothing of others is touched."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from pipeline import check, closure, params, run, simulate, workspaces
from pipeline.cli import main
from pipeline.errors import ParcoursError
from pipeline.simulation import command
from pipeline.simulation.truth import Truth
from pipeline.workspace import Workspace

PACKAGED = workspaces.TEMPLATES / "clairval" / "truth.yaml"
TRUTH_FILES = ["dirt.csv", "identifiers.parquet", "people.parquet", "planted.csv", "transitions.csv"]


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a truth in which nobody makes more than four visits: soon made."""
    path = tmp_path_factory.mktemp("truth") / "brief.yaml"
    declared = yaml.safe_load(PACKAGED.read_text("utf-8"))
    declared["people"]["visits_at_most"] = 4
    path.write_text(yaml.safe_dump(declared, sort_keys=False, allow_unicode=True), "utf-8")
    return path


@pytest.fixture(scope="module")
def made(brief: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what the command made of a folder that was not there."""
    folder = tmp_path_factory.mktemp("simulate") / "brand"
    assert main(["simulate", str(folder), "--scale", "120", "--truth", str(brief), "--seed", "un « essai »"]) == 0
    return folder


def files_under(folder: Path) -> dict[str, bytes]:
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name != ".parcours/run.lock"}


@pytest.mark.slow
def test_an_empty_folder_becomes_a_workspace(made: Path) -> None:
    assert workspaces.is_current(made)
    assert workspaces.verbs_of(made)[:2] == ["simulate", "clean"]
    assert sorted(path.name for path in (made / "data/truth").iterdir()) == TRUTH_FILES
    truth = Truth.read(made / "truth.yaml", "truth.yaml")
    assert (truth.customers, truth.seed, truth.months) == (120, "un « essai »", 12)
    assert len(pd.read_parquet(made / "data/truth/people.parquet")) == 120
    workspace = Workspace.at(made)
    check.check(workspace, params.load(workspace))


def test_the_stage_makes_the_same_bytes_as_the_command(made: Path) -> None:
    """What the command line changed stands in the new workspace's truth.yaml: `dvc repro` finds nothing new."""
    before = files_under(made)
    run.main(Workspace.at(made), until="simulate")
    assert files_under(made) == before


def test_dvc_is_told_of_every_file_and_of_no_description(made: Path) -> None:
    stage = yaml.safe_load((made / "dvc.yaml").read_text("utf-8"))["stages"]["simulate"]
    declared = {name for one in stage["outs"] for name in (one if isinstance(one, dict) else [one])}
    written = {name for name in files_under(made) if name.startswith("data/")}
    assert declared == {name for name in written if not name.endswith("source.yaml")}
    assert "truth.yaml" in stage["deps"]


def test_the_code_of_the_stage_is_all_that_the_world_and_the_exports_read() -> None:
    names = {path.relative_to(closure.PACKAGE).as_posix() for path in closure.code_of("simulate")}
    queries = {path.relative_to(closure.PACKAGE).as_posix() for path in (closure.PACKAGE / "simulation/sql").glob("*")}
    assert queries <= names
    assert {"templates/clairval/names.yaml", "templates/clairval/verbatims.yaml"} <= names
    assert not [name for name in names if "sources" in name or name.endswith("params.yaml")]
    assert not [path for path in closure.code_of("clean") if "simulation" in path.parts or "clairval" in path.parts]


def test_true_transitions_add_up(made: Path) -> None:
    table = pd.read_csv(made / "data/truth/transitions.csv")
    assert table.groupby(["persona", "from_stage"])["p"].sum().to_numpy() == pytest.approx(1)


def test_nothing_is_planted_in_the_null_brand(brief: Path, made: Path, tmp_path: Path) -> None:
    """The same people with the same identifiers and habits, but no effect."""
    changes = {"customers": 120, "seed": "un « essai »", "is_null": True}
    command.run(tmp_path / "null", brief, changes)
    planted = pd.read_csv(tmp_path / "null/data/truth/planted.csv")
    assert (planted["planted"] == 0).all()
    assert (planted["truth"].fillna(0) == 0).all()
    assert (pd.read_csv(made / "data/truth/planted.csv")["planted"] != 0).sum() == 9
    name = "data/truth/people.parquet"
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "null" / name), pd.read_parquet(made / name))


def test_files_of_a_larger_brand_do_not_stay_behind(made: Path, tmp_path: Path) -> None:
    del made
    stale = tmp_path / "data/raw/web/web_001.parquet"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"")
    own = stale.with_name("web_notes.parquet")
    own.write_bytes(b"")
    simulate.remove_others(tmp_path, 1)
    assert not stale.exists()
    assert own.exists()


def test_a_folder_that_holds_something_else_is_not_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")
    assert main(["simulate", str(tmp_path)]) == 2
    assert "nothing in it was touched" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_wrong_truth_leaves_nothing_behind(tmp_path: Path) -> None:
    text = PACKAGED.read_text("utf-8")
    (tmp_path / "truth.yaml").write_text(text.replace("email_typo: 0.01", "email_typo: 1.01"), "utf-8")
    with pytest.raises(ParcoursError, match=r"identity.email_typo: 1.01 lies outside 0 … 1"):
        command.run(tmp_path / "brand", tmp_path / "truth.yaml", {})
    assert not (tmp_path / "brand").exists()


def test_the_truth_of_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ParcoursError, match="no such file"):
        command.run(tmp_path / "brand", tmp_path / "none.yaml", {})
