"""params.yaml: whatever is wrong is named, with the key, the value and what was expected."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import pytest

import small_workspace as shop
from pipeline.declarations import format_duration, parse_duration
from pipeline.errors import ParcoursError

HYPOTHESIS = {
    "id": "late",
    "claim": shop.both("Late"),
    "index": "first order_delivered",
    "exposure": "late_days > 0",
    "outcome": {"kind": "binary", "when": "is_goal"},
    "outcome_window": "30 d",
    "direction": "lower",
    "smallest_effect": 0.05,
    "stage": "experience",
    "owner": "logistics",
}


def change(path, value):
    """Return the shop's params with one key changed (None: removed)."""
    params = deepcopy({**shop.PARAMS, "hypotheses": [deepcopy(HYPOTHESIS)]})
    place = params
    *folders, last = path
    for key in folders:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return params


BAD = [
    (("estimates",), {}, r"estimates: unknown key\. Nearest: estimate"),
    (("journeys", "silense"), "5 d", r"journeys\.silense: unknown key\. Nearest: silence"),
    (("journeys", "silence"), "5", r"journeys\.silence: expected a number and a unit \(s, min, h, d\)"),
    (("journeys", "silence"), None, r"journeys\.silence: this key is missing"),
    (("workspace", "time_zone"), "Paris", r"time_zone: 'Paris' is no time zone"),
    (("workspace", "languages"), ["fr", "de"], r"languages: 'de' is not one of fr, en"),
    (("workspace", "key"), {}, r"give one of public"),
    (("workspace", "name"), {"fr": "x"}, r"workspace\.name\.en: this key is missing"),
    (("engine",), {"memory_limit": "lots"}, r"memory_limit: expected a size"),
    (("engine",), {"kind": "oracle"}, r"kind: 'oracle' is unknown"),
    (("engine",), {"kind": "spark", "master": "http://host"}, r"engine.master: expected local\[2\] or the address"),
    (("engine",), {"master": "local[2]"}, r"master"),
    (("stages", 0, "id"), "Étape 1", r"stages\[0\]\.id: 'Étape 1' is not a name"),
    (("stages", 1, "id"), "discovery", r"stages: 'discovery' stands twice"),
    (("personas", 0, "describe_by"), ["a", "b", "c", "d"], r"at most three"),
    (("personas", 1, "when"), "orders = 0", r"personas\[1\]\.when: give a rule, or `otherwise: true`"),
    (("estimate", "horizon"), "3 d", r"duration_bins: must contain the horizon, 3 d"),
    (("estimate", "level"), 95, r"level: 95 lies outside 0\.5 … 0\.999"),
    (("kpis", 0, "kind"), "npss", r"kpis\[0\]\.kind: 'npss' is unknown\. Nearest: nps"),
    (("identifiers", "email", "normalise"), ["lowercase"], r"normalise: 'lowercase' is unknown\. Nearest: lower"),
    (("window", "cut_off"), "soon", r"window\.cut_off: expected a date such as 2018-09-01, got 'soon'"),
    (("hypotheses", 0, "stage"), "experence", r"hypotheses\[0\]\.stage: 'experence' is unknown\. Nearest: experience"),
    (("hypotheses", 0, "index"), "order_delivered", r"index: expected 'first <touchpoint>'"),
    (("hypotheses", 0, "smallest_effect"), 0, r"smallest_effect: must be above 0"),
    (("hypotheses", 0, "outcome_window"), "0 d", r"outcome_window: must be longer than 0"),
    (("hypotheses", 0, "exposure_window"), "14", r"exposure_window: expected '0 d', '14 d'"),
    (("hypotheses", 0, "personas"), ["buyer"], r"no persona 'buyer'\. Nearest: buyers"),
    (("hypotheses", 0, "concerns"), ["buyer"], r"hypotheses\[0\]\.concerns: no persona 'buyer'\. Nearest: buyers"),
    (("hypotheses", 0, "direction"), "worse", r"direction: 'worse' is unknown"),
    (("hypotheses", 0, "outcome"), {"kind": "binary"}, r"outcome\.when: this key is missing"),
    (("hypotheses", 0, "exposure"), {"no": "is_goal"}, r"exposure\.none: this key is missing"),
    (("hypotheses", 0, "exposure"), {"none": "is_goal"}, r"exposure_window: .* give the window, such as '2 d'"),
    (("hypotheses", 0, "assigned"), 50, r"assigned: 50 lies outside 0\.001 … 0\.999"),
    (("hypotheses", 0, "adjust_for"), ["persona"], r"adjust_for: persona is not known before the index.* 'orders'"),
    (("hypotheses", 0, "population"), "persona = 'buyers'", r"population: persona is not known before the index"),
    (("hypotheses", 0, "outcome"), {"kind": "binary", "when": "x", "sum": "y"}, r"outcome\.sum: unknown key"),
    (("hypotheses", 0, "outcome"), {"kind": "binary", "when": "x", "competing": "y"}, r"competing: unknown key"),
    (("hypotheses", 0, "outcome"), {"kind": "continuous", "when": "x", "sum": "value", "winsorise": 1}, r"0\.25"),
    (("assess",), {"correction": "bonferroni"}, r"assess\.correction: 'bonferroni' is unknown"),
]


@pytest.mark.parametrize(
    ("path", "value", "message"), BAD, ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else ""
)
def test_each_mistake_is_named(tmp_path, path, value, message):
    with pytest.raises(ParcoursError, match=r"^params\.yaml: ") as caught:
        shop.load(shop.make(tmp_path / "w", params=change(path, value)))
    assert __import__("re").search(message, str(caught.value)), str(caught.value)


def test_the_hypothesis_as_declared(tmp_path):
    hypothesis = shop.load(
        shop.make(tmp_path / "w", params=change(("hypotheses", 0, "exposure_window"), "14 d before"))
    ).hypotheses[0]
    assert hypothesis.exposure_window == timedelta(days=-14) and not hypothesis.index_every
    assert hypothesis.index_touchpoint == "order_delivered" and hypothesis.outcome_window == timedelta(days=30)


def test_a_key_given_twice_and_broken_yaml_are_told(tmp_path):
    workspace = shop.make(tmp_path / "w")
    path = workspace.root / "params.yaml"
    path.write_text(path.read_text() + "sources: [web]\n")
    with pytest.raises(ParcoursError, match=r"line \d+, column 1: the key 'sources' stands twice"):
        shop.load(workspace)
    path.write_text("workspace: {id: [}\n")
    with pytest.raises(ParcoursError, match=r"params\.yaml: line 1, column \d+"):
        shop.load(workspace)
    path.unlink()
    with pytest.raises(ParcoursError, match=r"params\.yaml: no such file"):
        shop.load(workspace)


@pytest.mark.parametrize(("text", "seconds"), [("30 min", 1800), ("14 d", 1209600), ("1.5 h", 5400), ("10s", 10)])
def test_durations_there_and_back(text, seconds):
    assert parse_duration(text) == timedelta(seconds=seconds)
    assert parse_duration(format_duration(parse_duration(text))) == timedelta(seconds=seconds)


def test_spark_is_refused_at_once_where_it_cannot_run(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.params.reading.find_spec", lambda name: None)
    workspace = shop.make(tmp_path, {"engine": {"kind": "spark"}})
    with pytest.raises(
        ParcoursError, match=r"engine.kind: spark needs PySpark, .* Install Java 17 .* \{kind: duckdb\}"
    ):
        shop.load(workspace)


def test_spark_runs_in_this_process_unless_a_cluster_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.params.reading.find_spec", lambda name: True)
    monkeypatch.setattr("pipeline.params.reading.which", lambda name: "/usr/bin/java")
    local, cluster = ({"kind": "spark"}, {"kind": "spark", "master": "spark://host:7077"})
    assert shop.load(shop.make(tmp_path / "a", {"engine": local})).engine.master == "local[2]"
    assert shop.load(shop.make(tmp_path / "b", {"engine": cluster})).engine.master == "spark://host:7077"
