"""A further month, and whatever else changes: what was read before is not read again, and every byte is that of a full run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

import small_workspace as shop
from pipeline import clean, identify, reconstruct
from pipeline.cli import main as parcours
from pipeline.kept import FOLDER
from pipeline.source import rows
from pipeline.workspace import Workspace

HEADER = "visitor,email,at,page\n"
# Of January's rows two give no event: one is refused for its date, one has no page.
JANUARY = (
    "v1,ana@shop.example,2026-01-05 10:00:00,home\nv2,,2026-01-06 10:00:00,home\nv7,,2026-01-08 10:00:00,\n"
    "v8,,1900-01-01 10:00:00,home\nv9,undefined,2026-01-07 10:00:00,home\n"
)
FEBRUARY = (
    "v1,,2026-02-05 10:00:00,basket\ntablet,bob@shop.example,2026-02-06 10:00:00,home\n"
    "tablet,cleo@shop.example,2026-02-07 10:00:00,home\nv3,,nonsense,home\n"
)
MARCH = (
    "v4,dan@shop.example,2026-03-05 10:00:00,home\nv2,,2026-03-29 10:00:00,basket\n"
    "v9,undefined,2026-03-30 09:00:00,home\n"
)
MONTHS = {"01": JANUARY, "02": FEBRUARY, "03": MARCH}
ORDERS = "order,email,at,amount,late_days,delivered_at,score\n"
PARAMS: dict[str, Any] = {
    "engine": {"threads": 1, "memory_limit": "500 MB"},
    "window": {"start": "2026-01-01", "cut_off": "2026-04-01"},
    "identifiers": {"email": {"normalise": ["trim", "lower"]}, "device": {"hub_limit": 3}},
}
APRIL = "web/visits_2026-04.csv"


def write(workspace: Workspace, name: str, text: str) -> None:
    (workspace.root / "data/raw" / name).write_text(text, encoding="utf-8")


def change_params(workspace: Workspace, /, **changes: Any) -> None:
    path = workspace.root / "params.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}, sort_keys=False))


def run(workspace: Workspace) -> dict[str, bytes]:
    """Run what reads raw files and what stands on it; return every output file's bytes."""
    for verb in (clean, identify, reconstruct):
        verb.main(workspace, shop.load(workspace))
    made = (workspace.path(f"data/{verb}") for verb in ("clean", "identify", "reconstruct"))
    files = (path for folder in made for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(workspace.root).as_posix(): path.read_bytes() for path in files}


def rows_of(workspace: Workspace, sql: str) -> list[tuple]:
    return duckdb.sql(sql.replace("$data", str(workspace.path("data")))).fetchall()


def identified(workspace: Workspace) -> dict[str, Any]:
    return json.loads(workspace.path("data/identify/identify.json").read_text())


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the raw files that are read."""
    seen: list[str] = []
    landed = rows.land

    def land(path: Path, *others: Any) -> Any:
        seen.append(path.name)
        return landed(path, *others)

    monkeypatch.setattr(rows, "land", land)
    return seen


@pytest.fixture(scope="module")
def three_months(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three months, run once."""
    folder = tmp_path_factory.mktemp("months") / "w"
    web = {**shop.WEB_SOURCE, "files": "visits_*.csv"}
    orders = {**shop.ORDERS_SOURCE, "files": "orders_*.csv", "duplicates": ["order"]}
    workspace = shop.make(folder, PARAMS, web_source=web, orders_source=orders, visits=None, orders=None)
    for month, text in MONTHS.items():
        write(workspace, f"web/visits_2026-{month}.csv", HEADER + text)
        order = f"o{month},ana@shop.example,2026-{month}-10 10:30:00,20.50,2,2026-{month}-14 12:00:00,2\n"
        write(workspace, f"orders/orders_2026-{month}.csv", ORDERS + order)
    run(workspace)
    return workspace


@pytest.fixture
def workspace(three_months: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the three months and of what was kept of them."""
    return Workspace.at(shutil.copytree(three_months.root, tmp_path / "w"))


def a_new_month(workspace: Workspace) -> None:
    change_params(workspace, window={"start": "2026-01-01", "cut_off": "2026-05-01"})
    write(workspace, APRIL, HEADER + "v5,eve@shop.example,2026-04-05 10:00:00,home\nv9,n/a,2026-04-06 10:00:00,home\n")
    write(workspace, "orders/orders_2026-04.csv", ORDERS + "o04,eve@shop.example,2026-04-10 10:30:00,9.50,0,,\n")


def a_merge(workspace: Workspace) -> None:
    write(workspace, APRIL, HEADER + "v1,dan@shop.example,2026-03-31 10:00:00,home\n")


def a_hub(workspace: Workspace) -> None:
    visits = "".join(f"tablet,guest{i}@shop.example,2026-03-31 10:0{i}:00,home\n" for i in range(2))
    write(workspace, APRIL, HEADER + visits)


def late_rows(workspace: Workspace) -> None:
    # January's rows again, with and without an event, and one that is new
    write(workspace, "web/visits_2026-02_late.csv", HEADER + JANUARY + "v1,,2026-02-01 10:00:00,home\n")
    february = workspace.root / "data/raw/orders/orders_2026-02.csv"
    twice = "o01,ana@shop.example,2026-01-10 10:30:00,20.50,2,,\n"  # January's order once more, otherwise written
    write(workspace, "orders/orders_2026-02.csv", february.read_text() + twice)


def a_moved_cut_off(workspace: Workspace) -> None:
    change_params(workspace, window={"start": "2026-01-01", "cut_off": "2026-04-20"})


STATUS = "select count(*) from '$data/reconstruct/journeys/*.parquet' where status = 'censored'"
DUPLICATES = "select source, cast(sum(duplicate) as int) from '$data/clean/conservation.csv' group by 1 order by 1"
CASES: dict[Callable[[Workspace], None], tuple[set[str], Callable[[Workspace], Any], Any, Any]] = {
    # what changes: the files read again, a question, its answer before and after
    a_new_month: ({"visits_2026-04.csv", "orders_2026-04.csv"}, lambda w: identified(w)["customers"], 5, 6),
    a_merge: ({"visits_2026-04.csv"}, lambda w: identified(w)["customers"], 5, 4),
    a_hub: ({"visits_2026-04.csv"}, lambda w: identified(w)["hubs"], 0, 1),
    late_rows: (
        {"visits_2026-02_late.csv", "orders_2026-02.csv"},
        lambda w: rows_of(w, DUPLICATES),
        [("orders", 0), ("web", 0)],
        [("orders", 1), ("web", 5)],
    ),
    a_moved_cut_off: (set(), lambda w: rows_of(w, STATUS), [(2,)], [(0,)]),
}


@pytest.mark.parametrize("change", CASES, ids=lambda change: change.__name__)
def test_what_did_not_change_is_not_read_and_every_byte_is_that_of_a_full_run(
    three_months: Workspace, workspace: Workspace, tmp_path: Path, read: list[str], change: Callable[[Workspace], None]
) -> None:
    new, question, before, after = CASES[change]
    assert question(three_months) == before
    change(workspace)
    inputs = shutil.copytree(workspace.root, tmp_path / "fresh", ignore=lambda _, names: {".parcours"} & {*names})
    shutil.rmtree(inputs / "data/clean")
    incremental = run(workspace)
    assert set(read) == new
    assert question(workspace) == after
    read.clear()
    assert run(Workspace.at(inputs)) == incremental
    assert len(read) == len(list((inputs / "data/raw").rglob("*.csv")))  # each of them, once


def test_a_damaged_piece_is_made_again(three_months: Workspace, workspace: Workspace, read: list[str]) -> None:
    damaged = sorted(workspace.path(FOLDER).iterdir())
    for piece in damaged[:3]:
        (piece / "events.parquet").write_bytes((piece / "events.parquet").read_bytes()[:-9] + b"otherwise")
    (damaged[3] / "facts.json").write_text("{")
    (damaged[4] / "facts.json").write_text((damaged[4] / "facts.json").read_text().replace("2026-0", "2025-0"))
    clean.main(workspace, shop.load(workspace))
    assert len(read) == 5
    for file in ("events/web.parquet", "conservation.csv", "rejects.csv"):
        made = workspace.path(f"data/clean/{file}").read_bytes()
        assert made == three_months.path(f"data/clean/{file}").read_bytes()


def test_only_what_the_last_run_needed_is_kept_and_nothing_where_it_is_switched_off(workspace: Workspace) -> None:
    a_merge(workspace)
    (workspace.root / "data/raw/web/visits_2026-01.csv").unlink()
    clean.main(workspace, shop.load(workspace))
    assert len(list(workspace.path(FOLDER).iterdir())) == 6
    change_params(workspace, engine={**PARAMS["engine"], "keep": False})
    clean.main(workspace, shop.load(workspace))
    assert not list(workspace.path(FOLDER).iterdir())


def test_other_parameters_another_key_or_description_are_other_pieces(workspace: Workspace, read: list[str]) -> None:
    change_params(workspace, identifiers={**PARAMS["identifiers"], "device": {"normalise": ["lower"]}})
    clean.main(workspace, shop.load(workspace))
    assert {name.split("_")[0] for name in read} == {"visits"}  # orders name no device
    read.clear()
    change_params(workspace, workspace={**shop.PARAMS["workspace"], "key": {"public": "another"}})
    clean.main(workspace, shop.load(workspace))
    assert len(read) == 6
    read.clear()
    description = workspace.root / "data/raw/orders/source.yaml"
    description.write_text(description.read_text().replace("order_placed", "order_sent"))
    clean.main(workspace, shop.load(workspace))
    assert {name.split("_")[0] for name in read} == {"orders"}


def test_nothing_raw_is_kept_and_erasing_somebody_takes_all_of_it_away(workspace: Workspace) -> None:
    kept = workspace.path(FOLDER)
    cells = [str(row) for file in kept.glob("*/*.parquet") for row in duckdb.read_parquet(str(file)).fetchall()]
    text = "\n".join([*cells, *(file.read_text() for file in kept.glob("*/facts.json"))])
    assert "page_seen" in text
    assert not [raw for raw in ("ana@", "bob", "tablet", "'v1'", "undefined", "nonsense") if raw in text]
    arguments = ["--workspace", str(workspace.root), "--email", "ana@shop.example"]
    assert parcours(["erase", *arguments, "--yes"]) == 0
    assert not kept.exists()


def test_a_source_whose_texts_people_wrote_is_read_as_a_whole(workspace: Workspace, read: list[str]) -> None:
    """What is masked depends on all of its files: whether a column is a category, and how many texts differ."""
    source = {**shop.WEB_SOURCE, "files": "visits_*.csv"}
    source["events"] = [{**event, "attributes": {"verbatim": "page"}} for event in source["events"]]
    (workspace.root / "data/raw/web/source.yaml").write_text(yaml.safe_dump(source))
    write(workspace, APRIL, HEADER + "v1,,2026-03-31 10:00:00,write to ana@shop.example\n")
    clean.main(workspace, shop.load(workspace))
    read.clear()
    clean.main(workspace, shop.load(workspace))
    assert sorted(read) == [f"visits_2026-0{month}.csv" for month in (1, 2, 3, 4)]
    assert rows_of(workspace, "select kind, events from '$data/clean/masked.csv'") == [("email", 1)]
