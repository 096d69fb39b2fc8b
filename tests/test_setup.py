"""The set-up keeps its promises: one lock, no addresses, the same packages for conda users, local hooks only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version


@pytest.fixture(scope="module")
def project(repository: Path) -> dict:
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def lock(repository: Path) -> str:
    return (repository / "requirements.lock").read_text(encoding="utf-8")


def locked_versions(lock: str) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", lock, re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(Version(version))
    return found


def declared(project: dict) -> list[Requirement]:
    # the lock is of what everybody installs; Spark (300 MB, and Java) is for those who have a cluster
    groups = (project["dependencies"], project["optional-dependencies"]["dev"])
    return [Requirement(text) for group in groups for text in group]


def test_lock_names_no_address(lock: str) -> None:
    for word in ("//", "@ ", "--index", "--extra-index", "--find-links", "--trusted-host", "file:"):
        assert word not in lock


def test_every_locked_package_has_a_hash(lock: str) -> None:
    blocks = [block for block in re.split(r"^(?=\S)", lock, flags=re.MULTILINE) if block.strip()]
    assert len(blocks) > 100
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_lock_satisfies_every_declared_dependency(project: dict, lock: str) -> None:
    locked = locked_versions(lock)
    for requirement in declared(project):
        versions = locked.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement.name} is not in requirements.lock: make lock"
        assert all(version in requirement.specifier for version in versions), f"{requirement}: make lock"


def test_no_other_lock_is_kept(repository: Path) -> None:
    assert [
        name for name in ("uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock") if (repository / name).exists()
    ] == []


def test_what_is_installed_is_what_is_locked(lock: str) -> None:
    locked = locked_versions(lock)
    for name in ("dvc", "duckdb", "pandas", "sqlglot", "papermill", "pytest", "statsmodels"):
        assert Version(metadata.version(name)) in locked[name]


def test_conda_environment_is_the_same(repository: Path, project: dict) -> None:
    environment = yaml.safe_load((repository / "environment.yml").read_text(encoding="utf-8"))
    python, pip, packages = environment["dependencies"]
    assert Requirement(python).specifier == Requirement(f"python{project['requires-python']}").specifier
    assert pip == "pip"
    assert packages == {"pip": ["--requirement requirements.lock"]}
    assert environment["name"] == project["name"]


def test_licence_is_apache_2(repository: Path, project: dict) -> None:
    text = (repository / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert project["license"] == "Apache-2.0"


def test_hooks_fetch_nothing(repository: Path) -> None:
    content = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {entry["repo"] for entry in content["repos"]} == {"local"}
    for hook in (hook for entry in content["repos"] for hook in entry["hooks"]):
        assert hook["language"] == "system"
        assert hook["entry"].startswith(".venv/bin/")
        assert (Path(sys.executable).parent / Path(hook["entry"].split()[0]).name).exists()


def test_dvc_asks_no_network(repository: Path) -> None:
    config = (repository / ".dvc" / "config").read_text(encoding="utf-8")
    for line in ("analytics = false", "check_update = false", "autostage = false"):
        assert line in config
    template = re.search(r"html_template = (.+)", config)
    assert template
    page = (repository / ".dvc" / template[1]).resolve().read_text(encoding="utf-8")
    assert "//" not in page
    assert "{plot_divs}" in page


def test_make_help_lists_every_target(repository: Path) -> None:
    shown = subprocess.run(["make", "help"], cwd=repository, capture_output=True, text=True, check=True).stdout
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    listed = re.findall(r"^  make (\S+)", shown, re.MULTILINE)
    assert sorted(listed) == sorted(phony[1].split())
    assert {"repro", "test", "lab", "help", "check"} <= set(listed)


def test_a_skip_fails_where_none_is_allowed(tmp_path: Path, repository: Path) -> None:
    (tmp_path / "conftest.py").write_text((repository / "tests" / "conftest.py").read_text(encoding="utf-8"))
    (tmp_path / "test_skips.py").write_text(
        "import pytest\n"
        "def test_browser(): pytest.skip('browser: none')\n"
        "def test_data(): pytest.skip('data: not shipped')\n"
        "@pytest.mark.xfail(strict=True)\ndef test_known(): assert False\n"
    )
    (tmp_path / "test_whole_file.py").write_text("import pytest\npytest.importorskip('no_such_package')\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--continue-on-collection-errors",
        str(tmp_path),
        "--rootdir",
        str(tmp_path),
    ]
    free = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment(None))
    assert "3 skipped, 1 xfailed" in free.stdout
    strict = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment("data"))
    assert strict.returncode != 0
    assert "browser: none" in strict.stdout
    assert "no_such_package" in strict.stdout
    assert "1 error" in strict.stdout


def _environment(allowed: str | None) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PARCOURS_", "PYTEST_"))}
    return environment if allowed is None else {**environment, "PARCOURS_ALLOW_SKIPS": allowed}
