"""`parcours explain`: the raw rows behind a number, recounted from the files, give the number."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import small_workspace
from pipeline import cli, explain, run
from pipeline import params as parameters
from pipeline.errors import ParcoursError
from pipeline.explain.ids import find
from pipeline.explain.registry import EXPLAINED, origin_of
from pipeline.results import read_table
from pipeline.workspace import Workspace
from small_workspace import both

KPIS = [
    {"id": "conversion", "kind": "conversion", "name": both("Conversion")},
    {"id": "basket", "kind": "mean_value", "when": "is_goal", "name": both("Basket")},
    {"id": "csat", "kind": "top_box", "when": "touchpoint = 'order_delivered'", "top": 4, "name": both("CSAT")},
    {"id": "again", "kind": "return", "when": "is_goal", "within": "20 d", "name": both("Again")},
]
LATE = {
    "id": "late", "claim": both("Late."), "index": "every order_delivered", "exposure": "late_days > 0",
    "exposure_window": "0 d", "outcome": {"kind": "binary", "when": "is_goal"}, "outcome_window": "10 d",
    "direction": "lower", "smallest_effect": 0.1, "adjust_for": [], "stage": "experience", "owner": "logistics",
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    declared = {"kpis": KPIS, "hypotheses": [LATE], "assess": {"level": 0.10, "smallest_margin": 1}}
    orders = small_workspace.ORDERS_CSV.replace("5.25,0,,", "5.25,0,2026-01-05 12:00:00,4")  # Bob answers, too
    workspace = small_workspace.make(tmp_path_factory.mktemp("explain") / "shop", declared, orders=orders)
    run.main(workspace, until="assess")
    return workspace


def rows_behind(shop: Workspace, name: str) -> pd.DataFrame:
    params = parameters.load(shop)
    return explain.raw_rows(shop, params, origin_of(find(shop, name, EXPLAINED), params))


def estimate_of(shop: Workspace, kpi: str, group: str) -> float:
    rows = read_table(shop.path("data/estimate/kpis.csv"), EXPLAINED[0])
    return float(rows[(rows["kpi"] == kpi) & (rows["group"] == group)]["estimate"].iloc[0])


def raw(shop: Workspace, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the raw records, read with nothing of the pipeline: record 1 is the header."""
    (file,) = (rows["source"] + "/" + rows["source_file"]).unique()
    return pd.read_csv(shop.root / "data/raw" / file).iloc[rows["source_row"] - 2]


def test_a_mean_and_a_share_recounted_from_the_raw_rows_are_the_printed_ones(shop: Workspace) -> None:
    orders = raw(shop, rows_behind(shop, "kpis/basket/buyers"))
    assert orders["amount"].mean() == pytest.approx(estimate_of(shop, "basket", "buyers"))
    answers = raw(shop, rows_behind(shop, "kpis/csat"))
    assert (answers["score"] >= 4).mean() == pytest.approx(estimate_of(shop, "csat", "(all)"))


def test_a_conversion_lists_each_journey_and_the_order_that_shows_it(shop: Workspace) -> None:
    """Ana's first journey and Bob's end in an order; Ana's later order opens a journey of its own; v3 only looks."""
    rows = rows_behind(shop, "kpis/conversion/all")
    counted = rows[rows["role"] == "counted"]
    others = rows[rows["role"] == "not counted"]
    assert len(counted) / (len(counted) + len(others)) == pytest.approx(estimate_of(shop, "conversion", "(all)"))
    assert raw(shop, rows[rows["role"] == "shown by"])["order"].tolist() == ["o1", "o2", "o3"]
    assert raw(shop, others)["visitor"].tolist() == ["v3"]


def test_whoever_came_again_is_shown_by_the_second_order(shop: Workspace) -> None:
    rows = rows_behind(shop, "kpis/again/all")
    assert raw(shop, rows[rows["role"] == "counted"])["order"].tolist() == ["o1"]
    assert raw(shop, rows[rows["role"] == "shown by"])["order"].tolist() == ["o2"]
    assert raw(shop, rows[rows["role"] == "not counted"])["order"].tolist() == ["o3"]


@pytest.mark.parametrize("to_stage", ["purchase", "(lost)", "(unresolved)"])
def test_a_cell_of_the_matrix_has_as_many_rows_as_visits(shop: Workspace, to_stage: str) -> None:
    number = find(shop, f"transitions/discovery->{to_stage}/all", EXPLAINED)
    roles = rows_behind(shop, number.name)["role"].value_counts()
    moved = roles.get("counted", 0)
    assert (moved, moved + roles.get("not counted", 0)) == (number.row["n_moved"], number.row["n_visits"])
    assert roles.get("shown by", 0) == (0 if to_stage == "(unresolved)" else moved)


@pytest.mark.parametrize(
    ("name", "column"),
    [("touchpoints/discovery/page_seen/web/customer", "n_events"), ("emotions/experience/score/buyers", "n")],
)
def test_as_many_events_as_the_table_counts(shop: Workspace, name: str, column: str) -> None:
    assert len(rows_behind(shop, name)) == find(shop, name, EXPLAINED).row[column]


def test_the_units_of_a_hypothesis_are_told_by_their_exposure(shop: Workspace) -> None:
    rows = rows_behind(shop, "hypotheses/late")
    assert raw(shop, rows[rows["role"] == "exposed"])["late_days"].tolist() == [2]
    assert raw(shop, rows[rows["role"] == "not exposed"])["late_days"].tolist() == [0, 0]


def test_a_place_in_a_map_is_the_number_it_comes_from(shop: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    key = {"grouping": "persona", "group": "buyers", "stage": "purchase"}
    content = {"stages": [{"reached": {"from": {"table": "data/estimate/funnel.csv", "key": key}, "n_reached": 1}}]}
    folder = shop.path("data/draw")
    folder.mkdir(exist_ok=True)
    (folder / "buyers.map.json").write_text(json.dumps(content), encoding="utf-8")
    assert cli.main(["explain", "buyers.map.json#/stages/0/reached/n_reached", "--workspace", str(shop.root)]) == 0
    assert capsys.readouterr().out.startswith("funnel/purchase/buyers\n")
    cli.main(["explain", "buyers.en.svg", "--workspace", str(shop.root)])
    assert "buyers.map.json#/stages/0/reached  data/estimate/funnel.csv: grouping=persona" in capsys.readouterr().out


def test_what_is_printed_names_formula_parameters_and_rows_but_no_raw_value(
    shop: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["explain", "kpis/basket", "--rows", "1", "--workspace", str(shop.root)]) == 0
    shown = capsys.readouterr().out
    for part in (
        "data/estimate/kpis.csv: grouping=all, group=(all), kpi=basket", "DVC stage   estimate", "clustered_ratio in",
        "kpis[1].when: is_goal", "journeys.silence: 5 d", "sql/kpi_steps.sql", "data/clean/events",
        "data/raw/orders/orders.csv: 3 events in 3 rows", "orders/orders.csv row 2", "… 2 more: --rows 3",
    ):  # fmt: skip
        assert part in shown
    assert "shop.example" not in shown
    assert "20.5" not in shown


def test_rows_of_a_withheld_number_are_not_listed(
    shop: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kpis = pd.read_csv(shop.path("data/estimate/kpis.csv"), dtype=str, keep_default_na=False)
    hidden = (kpis["group"] == "(all)") & (kpis["kpi"] == "basket")
    kpis.loc[hidden, [name for name in kpis if name not in ("grouping", "group", "kpi", "unit", "note")]] = ""
    kpis.loc[hidden, "note"] = "n < 5"
    place = Workspace.at(shop.root, tmp_path)
    place.path("data/estimate").mkdir(parents=True)
    kpis.to_csv(place.path("data/estimate/kpis.csv"), index=False)
    explain.main(place, parameters.load(shop), "kpis/basket", 10)
    assert "their rows are not listed either" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("kpi/nps", "'kpi' is no table whose numbers are explained. Nearest: kpis."),
        ("kpis/baskt", "expected kpis/<kpi>/<group>. Nearest: kpis/basket/all."),
        ("transitions/discovery/all", "expected transitions/<from_stage>/<to_stage>/<group>."),
        ("nobody.map.json#/kpis/0", "no such map in data/draw"),
    ],
)
def test_a_misspelt_id_gets_the_nearest(shop: Workspace, name: str, said: str) -> None:
    with pytest.raises(ParcoursError) as refused:
        find(shop, name, EXPLAINED)
    assert said in str(refused.value)
