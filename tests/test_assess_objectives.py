"""Objectives against targets and beliefs, from result tables written out by hand."""

import pandas as pd
import pytest

import small_brand as brand
from pipeline import tables
from pipeline.assess import objectives
from pipeline.engine import Engine
from pipeline.errors import ParcoursError
from pipeline.workspace import Workspace


def _objective(name, target, parent=None, by=None, believed=None, better=None, **measured_by):
    declared = {"id": name, "name": brand.NONE, "measured_by": measured_by, "target": target}
    given = {"parent": parent, "by": by, "believed": believed, "better": better}
    return declared | {key: value for key, value in given.items() if value is not None}


DECLARED = [
    {"id": "top", "name": brand.NONE},
    _objective("please", 0.8, "top", kpi="csat", believed=0.9, by="2026-01-02"),
    _objective("please_north", 0.8, "top", kpi="csat", persona="north"),
    _objective("effort", 4, kpi="ces", by="2028-06-20"),
    _objective("keep", 0.3, transition={"from": "buy", "to": "(lost)"}),
    _objective("mend", -0.1, hypothesis="late", better="higher"),
    _objective("delight", 0.5, emotion="score", stage="buy", believed=1.5),
    _objective("cheer", 0.2, emotion="text"),
    _objective("cheer_north", 0.2, emotion="text", stage="review", persona="north"),
]
KPIS = [
    {"id": "csat", "kind": "top_box", "when": "score is not null", "top": 4, "name": brand.NONE},
    {"id": "ces", "kind": "mean_score", "when": "score is not null", "better": "lower", "name": brand.NONE},
]
WORDS = {"text": "words", "language": "spoken"}
LATE = {
    "id": "late", "claim": brand.NONE, "index": "first delivered", "exposure": "true", "direction": "lower",
    "outcome": {"kind": "binary", "when": "is_goal"}, "outcome_window": "5 d", "smallest_effect": 0.1,
    "stage": "buy", "owner": "-",
}  # fmt: skip


@pytest.fixture
def found(tmp_path):
    params = brand.load_params(tmp_path, kpis=KPIS, hypotheses=[LATE], objectives=DECLARED, verbatims=WORDS)
    everybody = {"grouping": "all", "group": "(all)"}
    interval = {"estimate": 0.85, "ci_low": 0.82, "ci_high": 0.88, "n": 100}
    kpis = [
        everybody | interval | {"kpi": "csat", "unit": "share"},
        {"grouping": "persona", "group": "north", "kpi": "csat", "unit": "share", "note": "n < 2"},
        everybody | {"kpi": "ces", "unit": "score", "estimate": 4.0, "ci_low": 3.5, "ci_high": 4.5, "n": 50},
    ]
    moves = [
        everybody | {"from_stage": "buy", "to_stage": "(lost)", "p": 0.2, "ci_low": 0.1, "ci_high": 0.29, "n_visits": 9}
    ]
    tested = [
        {
            "id": "late",
            "group": "(all)",
            "n_exposed": 40,
            "n_unexposed": 60,
            "crude_effect": -0.3,
            "crude_low": -0.4,
            "crude_high": -0.2,
        }
    ]
    felt = [
        everybody | {"stage": "buy", "measured_by": "score", "n": 30, "emotion": 0.2, "ci_low": 0.1, "ci_high": 0.4},
        everybody | {"stage": "buy", "measured_by": "text", "n": 8, "emotion": 0.9, "ci_low": 0.8, "ci_high": 1.0},
        everybody
        | {"stage": "(anywhere)", "measured_by": "text", "n": 21, "emotion": 0.3, "ci_low": 0.1, "ci_high": 0.5},
    ]
    frames = {
        "emotions": pd.DataFrame(felt, columns=list(tables.EMOTIONS.columns)),
        "kpis": pd.DataFrame(kpis, columns=list(tables.KPIS.columns)),
        "transitions": pd.DataFrame(moves, columns=list(tables.TRANSITIONS.columns)),
        "hypotheses": pd.DataFrame(tested, columns=list(tables.HYPOTHESES.columns)),
    }
    made = objectives.measured(params, frames, brand.WINDOW[1])
    with Engine(params.engine, tmp_path) as engine:
        engine.load("objectives", made)
        engine.check(tables.OBJECTIVES, "objectives")
    return made.set_index("id")


def test_each_measure_against_its_target_on_its_good_side(found):
    assert found["status"].to_dict() == {
        "top": "not shown",  # one of two is reached, of the other nothing is known
        "please": "reached",
        "please_north": "not measured",
        "effort": "not shown",
        "keep": "reached",  # fewer are lost than was wanted: lower is better
        "mend": "not reached",
        "delight": "not reached",  # by its scores; the words of the same stage would have reached it
        "cheer": "not shown",
        "cheer_north": "not measured",
    }
    assert found.loc["please_north", "note"] == "n < 2"
    assert found.loc["mend", ["unit", "n"]].tolist() == ["effect", 100]
    assert found.query("depth == 1").index.to_list() == ["please", "please_north"]
    assert set(found["depth"]) == {0, 1}


def test_what_is_wanted_by_the_cut_off_is_due(found):
    assert found["is_due"].dropna().to_dict() == {"please": "yes", "effort": "no"}


def test_a_belief_stands_beside_the_measure_with_its_gap(found):
    row = found.loc["please"]
    assert row[["gap", "gap_low", "gap_high"]].tolist() == pytest.approx([0.05, 0.02, 0.08])
    assert row["belief"] == "too high"
    assert found.loc["effort", "belief"] is pd.NA


def test_an_emotion_is_that_of_a_stage_or_of_the_journey_as_a_whole(found):
    columns = ["measured_by", "unit", "n", "estimate", "ci_low", "ci_high"]
    assert found.loc["delight", columns].tolist() == ["emotion", "emotion", 30, 0.2, 0.1, 0.4]
    assert found.loc["cheer", columns].tolist() == ["emotion", "emotion", 21, 0.3, 0.1, 0.5]
    assert found.loc["delight", ["gap", "gap_low", "gap_high"]].tolist() == pytest.approx([1.3, 1.1, 1.4])


@pytest.mark.parametrize(("wrong", "says"), [
    ({"measured_by": {"emotion": "score"}, "target": 4}, r"objectives\[0\]\.target: 4 lies outside -2 … 2"),
    ({"measured_by": {"emotion": "score", "stage": "bye"}}, r"measured_by\.stage: 'bye' is unknown.*buy"),
    ({"measured_by": {"emotion": "words"}}, r"measured_by\.emotion: 'words' is unknown"),
    ({"measured_by": {"emotion": "text"}}, r"measured_by\.emotion: words are read only where verbatims: is declared"),
    ({"measured_by": {"kpi": "csat", "stage": "buy"}}, r"measured_by.*stage"),
])  # fmt: skip
def test_an_emotion_that_cannot_be_measured_is_refused(tmp_path, wrong, says):
    declared = {"id": "felt", "name": brand.NONE, "target": 0.5, **wrong}
    with pytest.raises(ParcoursError, match=says):
        brand.load_params(tmp_path, kpis=KPIS, objectives=[declared])


def test_nothing_is_read_where_nothing_is_wanted(tmp_path):
    params = brand.load_params(tmp_path)
    assert objectives.main(Workspace.at(tmp_path), params, pd.DataFrame(), brand.WINDOW[1]).empty
