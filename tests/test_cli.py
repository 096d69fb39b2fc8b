"""The command line: help like a manual page, errors one can act on, the right exit status."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import cli, workspaces

COMMANDS = [
    *workspaces.VERBS,
    "check",
    "features",
    "fingerprint",
    "run",
    "init",
    "describe",
    "source",
    "screen",
    "power",
    "prove",
    "verify",
    "explain",
    "compare",
]


def parcours(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "shop"
    workspaces.create(folder)
    return folder


def test_help_names_every_dvc_stage_in_order() -> None:
    assert tuple(cli.VERBS) == workspaces.VERBS
    shown = parcours("--help").stdout
    positions = [shown.index(f"\n    {command}") for command in COMMANDS if command != "fingerprint"]
    assert positions == sorted(positions)
    assert "examples:" in shown
    assert "exit status:" in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_explains_and_ends_in_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main([command, "--help"])
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: parcours {command}")
    assert f"parcours {command}" in shown[shown.index("examples:") :]
    assert max(map(len, shown.splitlines())) <= 100


def test_version_is_the_distribution_s(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == "parcours 0.1.0\n"


def test_start_up_imports_no_engine() -> None:
    code = "import sys, pipeline.cli; print({'duckdb', 'pandas', 'matplotlib'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown == "set()\n"


def test_a_folder_that_is_no_workspace(tmp_path: Path) -> None:
    result = parcours("clean", cwd=tmp_path)
    assert result.returncode == 2
    assert "no params.yaml" in result.stderr
    assert "parcours init" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_mistake_in_params_is_one_clear_error(shop: Path, tmp_path: Path) -> None:
    text = (shop / "params.yaml").read_text(encoding="utf-8")
    (tmp_path / "params.yaml").write_text(text.replace("stages:", "stagse:"), encoding="utf-8")
    result = parcours("clean", "--workspace", tmp_path)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("parcours clean: params.yaml: stages: this key is missing")
    assert "stagse" in result.stderr
    assert not (tmp_path / "data").exists()


def test_a_fault_of_ours_keeps_its_traceback(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import clean

    def fault(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(clean, "main", fault)
    with pytest.raises(ZeroDivisionError):
        cli.main(["clean", "--workspace", str(shop)])


def test_check_passes_on_a_new_workspace(shop: Path) -> None:
    result = parcours("check", "--workspace", shop)
    assert (result.returncode, result.stderr) == (0, "")
    assert "2 hypotheses" in result.stdout


def test_check_says_when_dvc_yaml_is_old(shop: Path) -> None:
    current = (shop / "dvc.yaml").read_text(encoding="utf-8")
    (shop / "dvc.yaml").write_text(current.replace("parcours clean", "parcours cleanse"), encoding="utf-8")
    assert "--upgrade" in parcours("check", "--workspace", shop).stderr
    assert parcours("init", shop, "--upgrade").stdout == "Written anew: dvc.yaml.\n"
    assert (shop / "dvc.yaml").read_text(encoding="utf-8") == current
    assert parcours("init", shop, "--upgrade").stdout == "Already up to date.\n"


def test_check_refuses_what_dvc_cannot_watch(shop: Path) -> None:
    path = shop / "params.yaml"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text.replace("window: {}", "window: {start: 2025-01-01}"), encoding="utf-8")
        assert (
            'params.yaml: window.start: DVC reads no dates. Put it in quotes: "2025-01-01"'
            in parcours("check", "--workspace", shop).stderr
        )
        path.write_text(text.replace("window: {}", "#"), encoding="utf-8")
        assert "params.yaml: window: this key is missing" in parcours("check", "--workspace", shop).stderr
    finally:
        path.write_text(text, encoding="utf-8")


def test_features_lists_what_rules_may_use(shop: Path) -> None:
    result = parcours("features", "--workspace", shop)
    assert result.returncode == 0
    for name in ("days_late", "device", "orders", "city"):
        assert name in result.stdout


def test_init_touches_no_folder_that_holds_anything(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    result = parcours("init", tmp_path)
    assert result.returncode == 2
    assert "not empty" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_init_gives_the_same_workspace_each_time_but_for_its_key(shop: Path, tmp_path: Path) -> None:
    assert parcours("init", tmp_path / "again").returncode == 0
    first = {path.relative_to(shop): path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    again = tmp_path / "again"
    second = {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()}
    first.pop(Path(".parcours/run.lock"), None)  # left by the stages that other tests ran
    key = Path(".parcours/key")
    assert first.pop(key) != second.pop(key)
    assert first == second
    assert (again / key).stat().st_mode & 0o077 == 0


def test_upgrade_of_no_workspace(tmp_path: Path) -> None:
    result = parcours("init", tmp_path, "--upgrade")
    assert result.returncode == 2
    assert "no params.yaml" in result.stderr


def test_a_reader_that_stops_reading_is_no_fault(shop: Path) -> None:
    command = f"{sys.executable} -m pipeline features --workspace {shop} | head -n 1"
    result = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert "Traceback" not in result.stderr


def test_run_until_a_stage_with_outputs_elsewhere(shop: Path, tmp_path: Path) -> None:
    result = parcours("run", "--workspace", shop, "--out", tmp_path, "--until", "identify")
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "data" / "identify" / "identities.parquet").is_file()
    assert not (tmp_path / "data" / "reconstruct").exists()
    assert not (shop / "data" / "clean").exists()
    assert [line.split()[0] for line in result.stderr.splitlines()] == ["clean", "identify"]


def test_fingerprint_tells_keys_apart_and_gives_nothing_away(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shop / "params.yaml"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text.replace("{file: .parcours/key}", "{secret: SHOP_KEY}"), encoding="utf-8")
        monkeypatch.delenv("SHOP_KEY", raising=False)
        assert "SHOP_KEY is not set" in parcours("fingerprint", "--workspace", shop).stderr
        prints = []
        for key in ("one long secret text", "another long secret text"):
            monkeypatch.setenv("SHOP_KEY", key)
            assert cli.main(["fingerprint", "--workspace", str(shop)]) == 0
            prints.append((shop / "data" / "key_fingerprint.txt").read_text(encoding="utf-8"))
        assert prints[0] != prints[1]
        assert all(len(one.strip()) == 16 for one in prints)
        assert "fingerprint" in workspaces.dvc_yaml(shop)
    finally:
        path.write_text(text, encoding="utf-8")
