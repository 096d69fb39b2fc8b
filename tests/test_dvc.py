"""DVC stages: one template for all workspaces, what re-runs and what does not, the same bytes with and without DVC."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline import closure, tables, workspaces
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[1]
WORKSPACES = [REPOSITORY, *sorted(path.parent for path in (REPOSITORY / "examples").glob("*/params.yaml"))]
NAMES = [path.name if path != REPOSITORY else "root" for path in WORKSPACES]
# Attribute of Params → the block of params.yaml it is read from, where the two differ.
BLOCKS = {
    "silence": "journeys", "goal": "journeys", "window_start": "window", "cut_off": "window", "assess_level": "assess",
    "assess_correction": "assess", "smallest_margin": "assess", "emotion_threshold": "draw", "starts_with": "journeys", "named": "names",
    "clusters": "personas",
}  # fmt: skip
WATCHED_WHERE_DECLARED = {"clean": {"identity"}}  # of it identity.probabilistic.blocking alone: tests/matching
# Threads and memory change no result; the path is where the file lies; the others are names in the module params.
NEVER_WATCHED = {"engine", "threads", "memory_limit", "path", "Params", "load"}


def stages_of(workspace: Path) -> dict[str, Any]:
    return yaml.safe_load((workspace / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def outputs_of(stage: dict[str, Any]) -> dict[str, dict[str, Any]]:
    entries = stage.get("outs", []) + stage.get("metrics", [])
    return {name: options for one in entries for name, options in (one if isinstance(one, dict) else {one: {}}).items()}


# -- dvc.yaml --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workspace", WORKSPACES, ids=NAMES)
def test_dvc_yaml_is_what_the_template_and_the_code_say(workspace: Path) -> None:
    """Where this fails, code was added or moved: ``parcours init <workspace> --upgrade`` writes dvc.yaml anew."""
    assert (workspace / "dvc.yaml").read_text(encoding="utf-8") == workspaces.dvc_yaml(workspace)


@pytest.mark.parametrize("workspace", WORKSPACES, ids=NAMES)
def test_every_stage_is_a_verb_in_order(workspace: Path) -> None:
    stages = stages_of(workspace)
    assert list(stages) == workspaces.verbs_of(workspace)
    checked_first = {"clean": ["parcours check", "parcours clean"]}  # every mistake before any work
    assert [stage["cmd"] for stage in stages.values()] == [
        checked_first.get(verb, f"parcours {verb}") for verb in stages
    ]
    for stage in stages.values():
        for dependency in stage["deps"]:
            is_made = dependency.startswith("data/")
            assert is_made or (workspace / dependency).is_file(), f"{dependency} is not there"
        assert not any(str(key).startswith("engine") for key in stage.get("params", []))


def test_every_table_is_the_output_of_one_stage() -> None:
    owners = {name: verb for verb, stage in stages_of(REPOSITORY).items() for name in outputs_of(stage)}
    for table in tables.ALL.values():
        if table is tables.SCREENING and not (REPOSITORY / "candidates.yaml").is_file():
            continue  # nothing was screened here
        if table in (tables.AGREEMENT, tables.PROBABLE_LINKS, tables.THRESHOLD_SWEEP):
            continue  # nobody labelled pairs here, and no names are compared
        folder = table.path.split("/")[1]
        assert owners.get(table.path) == {"truth": "simulate"}.get(folder, folder), table.path


def test_raw_files_are_outputs_one_by_one() -> None:
    """A folder as output would make DVC delete the source.yaml in it."""
    for workspace in WORKSPACES:
        stages = stages_of(workspace)
        brought = {**outputs_of(stages.get("obtain", {})), **outputs_of(stages.get("simulate", {}))}
        assert any(name.startswith("data/raw/") for name in brought)
        for name, options in brought.items():
            assert Path(name).suffix
            assert Path(name).name != "source.yaml"
            assert (name == "data/raw/manifest.csv") == ("persist" in options)


def test_results_kept_in_git_are_not_ignored_and_the_others_are() -> None:
    for verb, stage in stages_of(REPOSITORY).items():
        for name, options in outputs_of(stage).items():
            command = ["git", "check-ignore", "--quiet", "--no-index", name]
            is_ignored = subprocess.run(command, cwd=REPOSITORY, check=False).returncode == 0
            assert is_ignored == (options.get("cache", True)), f"{verb}: {name}"


@pytest.mark.parametrize("verb", workspaces.verbs_of(REPOSITORY))
def test_every_parameter_a_stage_reads_is_watched(verb: str) -> None:
    watched = set(stages_of(REPOSITORY)[verb].get("params", []))
    unwatched = {name for name in read_parameters(verb) if not {name, name.split(".")[0]} & watched}
    unwatched -= WATCHED_WHERE_DECLARED.get(verb, set())
    assert unwatched == set()


def read_parameters(verb: str) -> set[str]:
    """Return what a verb's code reads through an object `params`: blocks of params.yaml, and keys in two of them."""
    found = set()
    for file in closure.code_of(verb):
        if file.suffix != ".py" or {"params.py", "params"} & set(file.parts):  # what reads the file reads all of it
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        inner = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and "params" in (
                getattr(node.value, "id", ""),
                getattr(node.value, "attr", ""),
            ):
                block = BLOCKS.get(node.attr, node.attr)
                key = inner.get(id(node)) if block in ("workspace", "estimate") else None
                found.add(f"{block}.{key}" if key else block)
    return found - NEVER_WATCHED


# -- run for real ----------------------------------------------------------------------------------------------


def run(*command: object, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment["PYTHONPATH"] = str(REPOSITORY / "src")
    result = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result


def files_under(folder: Path) -> dict[str, bytes]:
    kept = [path for part in ("data", "reports") for path in (folder / part).rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept if "raw" not in path.parts}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new workspace in git, run by DVC; English only, to save time."""
    folder = tmp_path_factory.mktemp("dvc") / "shop"
    workspaces.create(folder)
    params = folder / "params.yaml"
    params.write_text(
        params.read_text(encoding="utf-8").replace("languages: [fr, en]", "languages: [en]"), encoding="utf-8"
    )
    workspaces.upgrade(folder)
    run("git", "init", "--quiet", ".", cwd=folder)
    run("dvc", "init", "--quiet", cwd=folder)
    run("dvc", "config", "core.analytics", "false", cwd=folder)
    run("dvc", "config", "core.check_update", "false", cwd=folder)
    run("dvc", "repro", cwd=folder)
    commit(folder, "first run")
    return folder


def commit(folder: Path, message: str) -> None:
    run("git", "add", "--all", cwd=folder)
    run(
        "git",
        "-c",
        "user.name=test",
        "-c",
        "user.email=test@example.org",
        "commit",
        "--quiet",
        "-m",
        message,
        cwd=folder,
    )


@pytest.mark.slow
def test_a_second_repro_does_nothing_and_git_stays_clean(shop: Path) -> None:
    before = (shop / "dvc.lock").read_bytes()
    assert "Running stage" not in run("dvc", "repro", cwd=shop).stdout
    assert (shop / "dvc.lock").read_bytes() == before
    assert run("git", "status", "--short", cwd=shop).stdout == ""
    assert (shop / "data" / "raw" / "orders" / "source.yaml").is_file()


@pytest.mark.slow
def test_the_same_bytes_without_dvc_and_with_other_threads(shop: Path, tmp_path: Path) -> None:
    root = tmp_path / "inputs"
    shutil.copytree(shop, root, ignore=shutil.ignore_patterns(".git", ".dvc", "reports", "clean", "identify"))
    text = (root / "params.yaml").read_text(encoding="utf-8")
    (root / "params.yaml").write_text(text.replace("threads: 2", "threads: 1"), encoding="utf-8")
    run("parcours", "run", "--workspace", root, "--out", tmp_path / "out", cwd=tmp_path)
    with_dvc, without = files_under(shop), files_under(tmp_path / "out")
    assert sorted(without) == sorted(with_dvc)
    assert [name for name, content in without.items() if content != with_dvc[name]] == []


@pytest.mark.slow
def test_a_changed_hypothesis_runs_assess_and_what_follows(shop: Path) -> None:
    path = shop / "params.yaml"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text.replace("smallest_effect: 0.05", "smallest_effect: 0.06"), encoding="utf-8")
        status = json.loads(run("dvc", "status", "--json", cwd=shop).stdout)
        assert sorted(status) == ["assess", "draw", "report"]
        assert "0.06" in run("dvc", "params", "diff", cwd=shop).stdout
        shown = run("dvc", "repro", "assess", cwd=shop).stdout
        assert [line for line in shown.splitlines() if line.startswith("Running")] == ["Running stage 'assess':"]
        assert "assess.json" in run("dvc", "metrics", "show", cwd=shop).stdout
    finally:
        path.write_text(text, encoding="utf-8")
        run("git", "checkout", "--quiet", "dvc.lock", cwd=shop)
        run("dvc", "repro", "--quiet", cwd=shop)
    assert run("git", "status", "--short", cwd=shop).stdout == ""


@pytest.mark.slow
def test_threads_are_no_parameter(shop: Path) -> None:
    path = shop / "params.yaml"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text.replace("threads: 2", "threads: 4"), encoding="utf-8")
        assert json.loads(run("dvc", "status", "--json", cwd=shop).stdout) == {}
    finally:
        path.write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_plots_and_metrics_show_without_a_network(shop: Path, tmp_path: Path) -> None:
    assert (
        "kpis.conversion.estimate" in run("dvc", "metrics", "show", "--json", cwd=shop).stdout
        or "conversion" in run("dvc", "metrics", "show", cwd=shop).stdout
    )
    run("dvc", "config", "plots.html_template", workspaces.TEMPLATES / "plots.html", cwd=shop)
    try:
        run("dvc", "plots", "show", "--out", tmp_path / "plots", cwd=shop)
    finally:
        run("git", "checkout", "--quiet", ".dvc/config", cwd=shop)
    page = (tmp_path / "plots" / "index.html").read_text(encoding="utf-8")
    pictures = yaml.safe_load((shop / "dvc.yaml").read_text(encoding="utf-8"))["plots"]
    assert page.count("<img") == len(pictures)
    assert "http" not in page


@pytest.mark.slow
@pytest.mark.parametrize("verb", [verb for verb in workspaces.VERBS if verb not in ("obtain", "simulate", "report")])
def test_what_a_verb_loads_and_opens_is_in_its_list(shop: Path, tmp_path: Path, verb: str) -> None:
    """The list is made by reading the code; here the running verb says what it really used."""
    root = tmp_path / "copy"
    shutil.copytree(shop, root, ignore=shutil.ignore_patterns(".git", ".dvc"))
    code = (
        "import json, sys\n"
        "opened = set()\n"
        "sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == 'open' else None)\n"
        "from pipeline.cli import main\n"
        "status = main(sys.argv[1:])\n"
        "loaded = [module.__file__ for name, module in sys.modules.items() if name.split('.')[0] == 'pipeline']\n"
        "print(json.dumps([status, sorted(set(filter(None, loaded)) | opened)]))\n"
    )
    status, used = json.loads(run(sys.executable, "-c", code, verb, cwd=root).stdout.splitlines()[-1])
    assert status == 0
    own = {Path(name) for name in used if Path(name).is_relative_to(closure.PACKAGE) and Path(name).suffix != ".pyc"}
    own = {path for path in own if path.is_file() and path.stat().st_size and "sql" not in path.name[-4:-3]}
    started_by = {closure.PACKAGE / f"{name}.py" for name in ("__main__", "closure")} | {*closure.PACKAGE.glob("cli/*")}
    assert own - started_by <= set(closure.code_of(verb))


@pytest.mark.slow
def test_a_report_stage_that_fails_leaves_the_last_good_reports(shop: Path) -> None:
    before = files_under(shop)
    command = [sys.executable, "-m", "dvc", "repro", "--force", "--single-item", "report"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    with Workspace.at(shop).held():  # as `parcours run` would, at the same time
        result = subprocess.run(command, cwd=shop, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "another run is writing here" in result.stderr
    assert files_under(shop) == before
    assert run("git", "status", "--short", cwd=shop).stdout == ""
