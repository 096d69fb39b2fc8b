"""DVC stage draw: every number beside the row it comes from, in the picture and nowhere else."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pictures import fixture
from pictures.maps import SVG, content, drawn, texts
from pipeline import draw, tables, words, workers
from pipeline.errors import ParcoursError
from pipeline.files import write_csv, write_json
from pipeline.map_contents.current import MOST_STEPS, current_state
from pipeline.pictures import style
from pipeline.pictures.catalogue import FIGURES, IN_REPORTS
from pipeline.workspace import Workspace


def measures(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every measure of a map."""
    if isinstance(part, dict):
        if "from" in part:
            yield part
        for inner in part.values():
            yield from measures(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from measures(inner)


@pytest.mark.parametrize(
    "case",
    [
        "near",
        "far",
        "hostile",
        "near day_in_the_life",
        "hostile day_in_the_life",
        "near future_state",
        "hostile future_state",
        "near planned",
    ],
)
def test_every_measure_is_one_row_of_a_table(case: str) -> None:
    frames = {table.path: fixture.frames()[table.name] for table in draw.READ}
    checked = 0
    for measure in measures(content(case)):
        source = measure["from"]
        if source["key"] == "sum over all rows":
            continue
        rows = frames[source["table"]]
        for name, value in source["key"].items():
            rows = rows[rows[name] == value]
        assert len(rows) == 1, source
        for name in rows.columns.intersection(list(measure)):
            if name in source["key"] or name == "note":
                continue
            there = rows.iloc[0][name]
            is_hidden = str(rows.iloc[0].get("note")).startswith("n <")
            shown = measure[name]["en"] if name == "owner" else measure[name]  # tables have one language
            assert shown is None if is_hidden or pd.isna(there) else shown == there
            checked += 1
    assert checked > 60


def numbers_written(map_content: dict[str, Any], language: str) -> set[str]:
    """Return every way in which a number of map.json may be written."""
    found: set[str] = set()
    currency = map_content["conventions"]["currency"]

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            for inner in part.values():
                collect(inner)
        elif isinstance(part, list):
            for inner in part:
                collect(inner)
        elif isinstance(part, int | float) and not isinstance(part, bool):
            found.update(words.number(part, language, digits) for digits in (0, 1, 2))
            found.update(words.number(part * 100, language, digits) for digits in (0, 1, 2))
            found.update({words.money(part, currency, language), words.money(part, currency, language, 0)})
            found.update(words.number(part * factor, language, digits) for factor in (24, 1440) for digits in (0, 1))
            found.add(words.number(part, language, 3))

    collect(map_content)
    return {re.sub(r"[^\d.,\u202f]", "", text).strip("\u202f") for text in found}


def _listed(map_content: dict[str, Any]) -> list[dict[str, Any]]:
    return map_content.get("opportunities", {}).get("listed", [])


# What a map says without measuring it: ends of the emotion scale, the smallest q that is written.
CONSTANTS = {"0", "00", "2", "3", "0,001", "0.001", "1"}


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize(
    "case", ["near", "far", "nobody", "near day_in_the_life", "near future_state", "hostile planned"]
)
def test_every_number_of_the_picture_is_in_map_json(case: str, language: str) -> None:
    map_content = json.loads(json.dumps(content(case)))
    known = numbers_written(map_content, language) | CONSTANTS
    days = [words.date(map_content["period"][end], language) for end in ("start", "end")]
    shown = " ".join(box.text for box in texts(drawn(case, language)))
    days += [words.date(one["date"], language) for one in _listed(map_content) if one["date"]]
    days += [words.date(one["by"], language) for one in map_content.get("objectives", []) if one["by"]]
    for other in (map_content["snapshot"], *days):
        shown = shown.replace(other, "")
    written = {token.strip(".,\u202f") for token in re.findall(r"\d[\d.,\u202f]*", shown)}
    assert written
    assert written <= known


def test_at_most_fourteen_steps_and_each_stage_shows_its_main_one() -> None:
    frames = dict(fixture.frames())
    more = [
        {"grouping": "persona", "group": "near", "stage": stage, "touchpoint": f"extra_{number}", "channel": "web",
         "actor": "customer", "n_events": 9, "n_customers": 9, "reach": 0.1, "reach_low": 0.0, "reach_high": 0.2}
        for stage in ("discovery", "consideration", "purchase") for number in range(8)
    ]  # fmt: skip
    frames["touchpoints"] = pd.concat([frames["touchpoints"], fixture.frame(tables.TOUCHPOINTS, more)])
    brand = fixture.params()
    found = current_state(frames, brand, brand.personas[0], fixture.FACTS, fixture.SNAPSHOT)["stages"]
    assert sum(len(stage["steps"]) for stage in found) == MOST_STEPS
    assert all(stage["steps"] for stage in found)
    assert [step["touchpoint"] for step in found[1]["steps"][:2]] == ["product_viewed", "basket_filled"]
    assert sum(stage["further_touchpoints"] for stage in found) == 13 + 24 - MOST_STEPS


def test_symbols_follow_actor_and_channel() -> None:
    symbols = {step["touchpoint"]: step["symbol"] for stage in content("near")["stages"] for step in stage["steps"]}
    assert symbols["ad_seen"] == "received"
    assert symbols["question_asked"] == "sent"
    assert symbols["order_placed"] == "action"


def test_own_finding_goes_before_everybodys_and_the_costliest_first() -> None:
    near, hostile = content("near")["pain_points"], content("hostile")["pain_points"]
    assert [(pain["id"], pain["group"], pain["number"]) for pain in near] == [
        ("late_delivery", "near", 1), ("slow_answer", "(all)", 2), ("unexpected_fees", "(all)", 3),
    ]  # fmt: skip
    assert {pain["group"] for pain in hostile} == {"(all)"}
    assert (near[0]["effect"], near[0]["low"]) == (-1.98, -2.2)  # adjusted, corrected for selection
    assert {one["id"] for one in content("near")["tested_not_found"]} == {"weekend_order", "first_ad"}


def test_a_finding_of_others_is_on_no_map_of_this_persona() -> None:
    brand = fixture.params()
    narrowed = [replace(one, concerns=("near",)) if one.id == "slow_answer" else one for one in brand.hypotheses]
    other = replace(brand, hypotheses=tuple(narrowed))
    hostile = next(one for one in brand.personas if one.id == "hostile")
    before, after = (
        [pain["id"] for pain in current_state(fixture.frames(), one, hostile, fixture.FACTS, "x")["pain_points"]]
        for one in (brand, other)
    )
    assert "slow_answer" in before
    assert after == [one for one in before if one != "slow_answer"]


def test_nobody_has_no_pain() -> None:
    assert content("nobody")["pain_points"] == []
    assert content("nobody")["evidence"] == {}


def test_days_are_local() -> None:
    facts = {"window_start": "2025-12-31T23:30:00", "cut_off": "2026-10-31T23:30:00Z"}
    brand = fixture.params()
    found = current_state(fixture.frames(), brand, brand.personas[0], facts, "x")
    assert found["period"] == {"start": "2026-01-01", "end": "2026-11-01"}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace in which all that draw reads has been made."""
    place = Workspace.at(tmp_path)
    for table in draw.READ:
        write_csv(fixture.frames()[table.name], place.path(table.path))
    write_json(fixture.FACTS, place.path("data/reconstruct/reconstruct.json"))
    return place


def test_tables_come_back_as_they_were_written(workspace: Workspace) -> None:
    cards = draw.read_tables(workspace)["persona_cards"]
    written = fixture.frames()["persona_cards"]
    assert cards.loc[cards["persona"] == "near", "share"].item() == 0.621
    assert cards["n_customers"].tolist() == written["n_customers"].tolist()
    touchpoints = draw.read_tables(workspace)["touchpoints"]
    assert fixture.HOSTILE in set(touchpoints["touchpoint"])


def test_an_apostrophe_before_a_formula_is_taken_off(workspace: Workspace) -> None:
    table = tables.CONSERVATION
    frame = fixture.frames()["conservation"].assign(source="=cmd()")
    write_csv(frame, workspace.path(table.path))
    assert "'=cmd()" in workspace.path(table.path).read_text(encoding="utf-8")
    assert draw.read_table(table, workspace)["source"].tolist() == ["=cmd()"]


def test_a_missing_table_or_column_is_named(workspace: Workspace) -> None:
    path = workspace.path(tables.FUNNEL.path)
    fixture.frames()["funnel"].drop(columns="p").to_csv(path, index=False)
    with pytest.raises(ParcoursError, match="data/estimate/funnel.csv: no column 'p'"):
        draw.read_tables(workspace)
    path.unlink()
    with pytest.raises(ParcoursError, match="data/estimate/funnel.csv: the file is missing"):
        draw.read_tables(workspace)


def test_the_snapshot_names_the_data(workspace: Workspace) -> None:
    before = draw.snapshot_hash(workspace)
    assert re.fullmatch("[0-9a-f]{12}", before)
    assert before == draw.snapshot_hash(workspace)
    write_csv(fixture.frames()["kpis"].iloc[1:], workspace.path(tables.KPIS.path))
    assert before != draw.snapshot_hash(workspace)


@pytest.mark.slow
def test_one_process_and_two_write_the_same_pictures(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    brand = fixture.params()
    two = replace(brand, personas=brand.personas[:1] + brand.personas[2:3])
    written = []
    for count in (1, 2):
        monkeypatch.setattr(workers, "cores", lambda count=count: count)
        draw.main(workspace, two)
        written.append({path.name: path.read_bytes() for path in workspace.path("data/draw").iterdir()})
    assert written[0] == written[1]
    languages = two.workspace.languages
    maps = {
        f"{name}{kind}" for name in ("near", "nobody") for kind in ("", ".day_in_the_life", ".future_state", ".planned")
    }
    expected = {f"{name}.map.json" for name in maps}
    expected |= {f"{name}.{one}.{kind}" for name in maps for one in languages for kind in ("svg", "png")}
    companions = [*FIGURES, *(f"{persona}.{name}" for persona in ("near", "nobody") for name in IN_REPORTS)]
    assert set(written[0]) == expected | {f"{name}.{one}.svg" for name in companions for one in languages}
    assert json.loads(written[0]["near.map.json"])["persona"]["id"] == "near"


def test_a_failure_leaves_what_was_there(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = workspace.path("data/draw")
    folder.mkdir(parents=True)
    (folder / "near.fr.svg").write_text("old")

    def fail(*_: object) -> str:
        raise RuntimeError("no ink")

    monkeypatch.setattr(workers, "cores", lambda: 1)  # other processes would not know of this failure
    monkeypatch.setitem(draw.DRAWN_BY, "current_state", fail)
    with pytest.raises(RuntimeError, match="no ink"):
        draw.main(workspace, fixture.params())
    assert [path.name for path in folder.iterdir()] == ["near.fr.svg"]
    assert not [path for path in folder.parent.iterdir() if path.name.startswith(".")]


def test_the_future_map_projects_only_what_was_estimated_and_puts_actions_first() -> None:
    found = content("near future_state")
    listed = found["opportunities"]["listed"]
    assert [(one["id"], one["date"]) for one in listed] == [
        ("slow_answer", "2026-11-02"), ("late_delivery", "2026-12-01"), ("unexpected_fees", None),
    ]  # fmt: skip
    late = listed[1]
    assert (late["mean_now"], late["mean_removed"], late["expected_effect"]) == (3.41, 4.04, 1.5)
    assert content("nobody future_state")["opportunities"]["listed"] == []


def test_targets_stand_in_the_stage_of_their_touchpoints_and_say_whether_they_are_reached() -> None:
    stages = {stage["id"]: stage for stage in content("near future_state")["stages"]}
    assert stages["purchase"]["target"] == {"low": 1.0, "high": 1.0}
    assert stages["purchase"]["status"] == "reached"  # measured 1.22 [1.17, 1.27]
    assert stages["experience"]["target"] == {"low": -2.0, "high": 1.5}  # a review at -2, a delivery at 1.5
    assert stages["experience"]["status"] == "not shown"
    assert stages["loyalty"]["target"] is None
    far = {stage["id"]: stage for stage in content("far future_state")["stages"]}
    assert far["purchase"]["status"] == "not measured"


def test_objectives_are_those_of_everybody_and_of_the_persona() -> None:
    assert [one["id"] for one in content("near future_state")["objectives"]] == [
        "convert",
        "please",
        "keep",
        "calm",
        "cheer",
    ]
    assert [one["id"] for one in content("far future_state")["objectives"]] == ["convert", "please", "calm", "cheer"]


def test_an_emotional_objective_stands_on_the_map_with_its_sign_and_its_row() -> None:
    one = next(one for one in content("near future_state")["objectives"] if one["id"] == "cheer")
    assert one["measure"]["from"] == {"table": "data/assess/objectives.csv", "key": {"id": "cheer"}}
    assert (one["unit"], one["wanted"], one["measure"]["estimate"]) == ("emotion", 0.5, 0.31)
    text = " ".join(ET.fromstring(drawn("near future_state", "en")).itertext())
    assert "+0.31" in text
    assert "[+0.12, +0.50]" in text


def test_a_projection_is_hatched_and_what_is_measured_is_not() -> None:
    root = ET.fromstring(drawn("near future_state", "en"))
    lane = next(group for group in root.iter(f"{SVG}g") if group.get("data-part") == "projection")
    outlines = [one for one in lane.iter(f"{SVG}rect") if one.get("stroke-dasharray")]
    filled = [one for one in lane.iter(f"{SVG}rect") if one.get("fill") == style.DEEP]
    assert (len(outlines), len(filled)) == (3, 3)
