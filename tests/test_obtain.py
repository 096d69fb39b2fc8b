"""`obtain`: what it takes, what it says when files are missing, and that it writes all or nothing."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from pipeline import manifest, obtain
from pipeline.errors import ParcoursError
from pipeline.workspace import Workspace

DECLARED = """\
origins:
  shop: {title: Shop orders, publisher: The Shop, licence: CC BY 4.0, address: https://example.org/orders}
files:
  - {name: orders.csv, origin: shop, to: [orders, reviews], complete: 3}
  - {name: log.xes.gz, also_called: [events.xes.gz], origin: shop, to: [log]}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "obtain.yaml").write_text(DECLARED, encoding="utf-8")
    return Workspace.at(root)


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    monkeypatch.setenv(obtain.FOLDER_VARIABLE, str(folder))
    return folder


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def written(workspace: Workspace) -> list[str]:
    return sorted(path.relative_to(workspace.root).as_posix() for path in workspace.root.rglob("*") if path.is_file())


def manifest_rows(workspace: Workspace) -> list[dict[str, str]]:
    with (workspace.root / manifest.PATH).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_missing_files_say_what_to_download_and_write_nothing(workspace: Workspace, outside: Path) -> None:
    put(outside, "orders.csv", "order\n1\n")
    with pytest.raises(ParcoursError) as caught:
        obtain.obtain(workspace)
    message = str(caught.value)
    for part in ("log.xes.gz", "The Shop", "CC BY 4.0", "https://example.org/orders", "data/download", "PARCOURS_DATA"):
        assert part in message
    assert "orders.csv" not in message  # that one is there
    assert written(workspace) == ["obtain.yaml"]


def test_one_copy_is_taken_byte_for_byte_from_any_subfolder(workspace: Workspace, outside: Path) -> None:
    text = '\ufefforder,comment\r\n1,"two\r\nlines"\r\n2,\r\n3,x\r\n'
    put(outside, "archive/orders.csv", text)
    put(outside, "events.xes.gz", "log")
    obtain.obtain(workspace)
    assert (workspace.raw("reviews") / "orders.csv").read_bytes() == text.encode()
    assert (workspace.raw("log") / "log.xes.gz").read_bytes() == b"log"
    orders, *_ = [row for row in manifest_rows(workspace) if row["file"] == "data/raw/orders/orders.csv"]
    assert (orders["origin"], orders["records"], orders["is_complete"]) == ("archive/orders.csv", "3", "yes")
    assert orders["sha256"] == manifest.sha256_of(outside / "archive" / "orders.csv")
    assert not manifest.is_sample(workspace)
    assert sorted([*obtain.outputs(workspace), "data/raw/manifest.csv", "obtain.yaml"]) == written(workspace)


def test_samples_follow_one_another_under_one_header(workspace: Workspace, outside: Path) -> None:
    put(outside, "b/orders.csv", '"order"\n"2"\n')
    put(outside, "a/orders.csv", "\ufefforder\r\n1\r\n2\r\n")
    put(outside, "log.xes.gz", "log")
    obtain.obtain(workspace)
    assert (workspace.raw("orders") / "orders.csv").read_bytes() == b"order\n1\n2\n2\n"
    # together they have as many records as the edition, but they may repeat one another: still a sample
    assert manifest.is_sample(workspace)


def test_downloads_in_the_workspace_serve_where_no_folder_is_named(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(obtain.FOLDER_VARIABLE, raising=False)
    put(workspace.root, "data/download/orders.csv", "order\n1\n")
    put(workspace.root, "data/download/log.xes.gz", "log")
    obtain.obtain(workspace)
    assert (workspace.raw("orders") / "orders.csv").is_file()


def test_samples_with_other_columns_are_refused(workspace: Workspace, outside: Path) -> None:
    put(outside, "a/orders.csv", "order\n1\n")
    put(outside, "b/orders.csv", "order,price\n1,2\n")
    put(outside, "log.xes.gz", "log")
    with pytest.raises(ParcoursError, match=r"b/orders\.csv: its columns .*price.* are not those of a/orders\.csv"):
        obtain.obtain(workspace)
    assert written(workspace) == ["obtain.yaml"]


def test_two_logs_of_one_name_are_refused(workspace: Workspace, outside: Path) -> None:
    put(outside, "orders.csv", "order\n1\n")
    put(outside, "a/log.xes.gz", "log")
    put(outside, "b/log.xes.gz", "another")
    with pytest.raises(ParcoursError, match=r"several different files are called log\.xes\.gz"):
        obtain.obtain(workspace)
    shutil.copyfile(outside / "a" / "log.xes.gz", outside / "b" / "log.xes.gz")
    obtain.obtain(workspace)


def test_an_unknown_key_is_refused(workspace: Workspace) -> None:
    (workspace.root / "obtain.yaml").write_text(DECLARED.replace("also_called", "also_caled"), encoding="utf-8")
    with pytest.raises(ParcoursError, match="also_caled: unknown key"):
        obtain.load(workspace)


def test_a_package_that_is_not_installed_is_named(workspace: Workspace) -> None:
    text = "package: no_such_package\ntables: {orders/orders.csv: select * from orders}\n"
    (workspace.root / "obtain.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ParcoursError, match="'no_such_package' is not installed"):
        obtain.obtain(workspace)
    assert written(workspace) == ["obtain.yaml"]
