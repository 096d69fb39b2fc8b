"""reconstruct: journeys, visits and their ends, against answers worked out by hand."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

import small_workspace as shop
from pipeline import clean, identify, reconstruct
from pipeline.errors import ParcoursError

H = datetime


def run(workspace):
    params = shop.load(workspace)
    for verb in (clean, identify, reconstruct):
        verb.main(workspace, params)
    return workspace


def table(workspace, name):
    folder = workspace.path(f"data/reconstruct/{name}")
    return duckdb.sql(f"select * from read_parquet('{folder}/*.parquet')").df()


def summary(workspace):
    return json.loads(workspace.path("data/reconstruct/reconstruct.json").read_text())


def ana(frame):
    """The customer with the most rows is Ana."""
    return frame[frame["customer_id"] == frame["customer_id"].mode()[0]].reset_index(drop=True)


def test_ana_step_by_step(tmp_path):
    steps = ana(table(run(shop.make(tmp_path / "w")), "steps"))
    # 1 Jan page, basket, order; 4 Jan delivered (2.06 d later); 10 Jan order: 5.94 d of silence > 5 d, so a new journey
    assert steps[["journey", "visit", "stage", "goal_number"]].values.tolist() == [
        [1, 1, "discovery", 0],
        [1, 1, "discovery", 0],
        [1, 2, "purchase", 1],
        [1, 3, "experience", 1],
        [2, 4, "loyalty", 2],
        [2, 5, "experience", 2],
    ]
    assert steps["opens_journey"].tolist() == [True, False, False, False, True, False]
    assert steps["previous_stage"].isna().tolist() == [True, False, False, False, True, False]


def test_ana_s_journeys_and_visits(tmp_path):
    workspace = run(shop.make(tmp_path / "w"))
    journeys, visits = ana(table(workspace, "journeys")), ana(table(workspace, "visits"))
    assert journeys[["started_at", "ended_at", "status", "first_stage", "last_stage", "orders"]].values.tolist() == [
        [H(2026, 1, 1, 10), H(2026, 1, 4, 12), "lost", "discovery", "experience", 1],
        [H(2026, 1, 10, 10, 30), H(2026, 1, 12, 12), "lost", "loyalty", "experience", 1],
    ]
    assert [float(value) for value in journeys["value"]] == [20.50, 10.00]
    assert visits[["stage", "entered_at", "left_at", "next_stage"]].values.tolist() == [
        ["discovery", H(2026, 1, 1, 10), H(2026, 1, 1, 10, 30), "purchase"],
        ["purchase", H(2026, 1, 1, 10, 30), H(2026, 1, 4, 12), "experience"],
        ["experience", H(2026, 1, 4, 12), H(2026, 1, 9, 12), "(lost)"],  # the silence is complete 5 d after
        ["loyalty", H(2026, 1, 10, 10, 30), H(2026, 1, 12, 12), "experience"],
        ["experience", H(2026, 1, 12, 12), H(2026, 1, 17, 12), "(lost)"],
    ]


def test_near_the_cut_off_nobody_is_called_lost(tmp_path):
    window = {"start": "2025-12-01", "cut_off": "2026-01-17 11:59:59"}  # one second before Ana's silence is complete
    workspace = run(shop.make(tmp_path / "w", params={"window": window}))
    assert ana(table(workspace, "journeys"))["status"].tolist() == ["lost", "censored"]
    last = ana(table(workspace, "visits")).iloc[-1]
    assert last["next_stage"] == "(censored)" and last.isna()["left_at"]


def test_journeys_seen_too_early_are_left_truncated(tmp_path):
    workspace = run(shop.make(tmp_path / "w", params={"window": {"start": "2025-12-28", "cut_off": "2026-03-01"}}))
    journeys, visits = ana(table(workspace, "journeys")), ana(table(workspace, "visits"))
    assert journeys["is_left_truncated"].tolist() == [True, False]  # 1 Jan < 28 Dec + 5 d
    assert visits["is_entry_seen"].tolist() == [False, True, True, True, True]
    moves = ana(table(workspace, "customer_transitions"))
    assert moves[moves["from_stage"] == "(start)"]["to_stage"].tolist() == [
        "loyalty"
    ]  # the second journey's start only


def test_transitions_of_ana(tmp_path):
    moves = ana(table(run(shop.make(tmp_path / "w")), "customer_transitions"))
    assert set(map(tuple, moves[["from_stage", "to_stage", "duration_bin", "n"]].values)) == {
        ("(start)", "discovery", 0, 1),
        ("(start)", "loyalty", 0, 1),
        ("discovery", "purchase", 0, 1),  # 30 min
        ("purchase", "experience", 1, 1),  # 3.06 d: over 1 d, within 10 d
        ("loyalty", "experience", 1, 1),
        ("experience", "(lost)", 1, 2),  # 5 d each
    }


def test_counts_agree_with_each_other(tmp_path):
    workspace = run(shop.make(tmp_path / "w"))
    facts = summary(workspace)
    steps, journeys, visits = (table(workspace, name) for name in ("steps", "journeys", "visits"))
    moves = table(workspace, "customer_transitions")
    assert facts["n_events"] == facts["n_steps"] == len(steps) == 9
    assert facts["n_journeys"] == len(journeys) == journeys["steps"].gt(0).sum()
    assert journeys["steps"].sum() == len(steps)
    assert len(visits) == steps["opens_visit"].sum() == moves[moves["from_stage"] != "(start)"]["n"].sum()
    starts, ends = (
        moves[moves["from_stage"] == "(start)"]["n"].sum(),
        visits["next_stage"].isin(["(lost)", "(censored)"]).sum(),
    )
    assert starts == ends == len(journeys)


def test_events_without_a_stage_bridge_a_silence_but_are_no_steps(tmp_path):
    stages = [{**stage, "when": stage["when"].replace(", 'basket_seen'", "")} for stage in shop.PARAMS["stages"]]
    rows = "visitor,email,at,page\nv1,,2026-01-01,home\nv1,,2026-01-05,basket\nv1,,2026-01-09,home\n"
    workspace = run(shop.make(tmp_path / "w", visits=rows, params={"stages": stages}))
    assert summary(workspace)["events_without_stage"] == 1
    steps = table(workspace, "steps")
    assert steps[steps["touchpoint"] == "page_seen"]["journey"].tolist() == [1, 1]  # 8 d apart, 4 + 4 with the basket


def test_after_the_goal_is_known_within_the_journey(tmp_path):
    stages = [
        {"id": "before", "name": shop.both("Before"), "when": "not is_after_goal and not is_goal"},
        {"id": "purchase", "name": shop.both("Purchase"), "when": "is_goal"},
        {"id": "after", "name": shop.both("After"), "when": "is_after_goal"},
    ]
    steps = ana(table(run(shop.make(tmp_path / "w", params={"stages": stages})), "steps"))
    assert steps["stage"].tolist() == ["before", "before", "purchase", "after", "purchase", "after"]


def test_a_stage_that_nothing_reaches_is_refused(tmp_path):
    stages = [*shop.PARAMS["stages"], {"id": "advocacy", "name": shop.both("x"), "when": "touchpoint = 'page_seen'"}]
    workspace = shop.make(tmp_path / "w", params={"stages": stages})
    with pytest.raises(ParcoursError, match=r"stages\[4\]\.when: no event reaches the stage 'advocacy'"):
        run(workspace)
    assert not workspace.path("data/reconstruct").exists()


def test_an_empty_window_is_refused(tmp_path):
    workspace = shop.make(tmp_path / "w", params={"window": {"start": "2030-01-01", "cut_off": "2031-01-01"}})
    with pytest.raises(ParcoursError, match=r"window: no event lies in .*events run from 2026-01-01 10:00:00"):
        run(workspace)


def test_any_threads_and_any_buckets_give_the_same_rows_and_threads_the_same_bytes(tmp_path, monkeypatch):
    visits = "visitor,email,at,page\n" + "".join(
        f"v{i % 97},,2026-01-{1 + i % 28:02d} {i % 24:02d}:{i % 60:02d}:00,{'home' if i % 3 else 'basket'}\n"
        for i in range(4000)
    )
    contents = {}
    for threads in (1, 2, 4):
        workspace = run(shop.make(tmp_path / str(threads), visits=visits, params={"engine": {"threads": threads}}))
        files = sorted(workspace.path("data/reconstruct").rglob("*.*"))
        contents[threads] = {
            str(path.relative_to(workspace.out)): path.read_bytes() for path in files if path.is_file()
        }
    assert contents[1] == contents[2] == contents[4]
    whole = table(workspace, "steps")
    monkeypatch.setattr(reconstruct, "EVENTS_PER_BUCKET", 150)
    cut = run(shop.make(tmp_path / "cut", visits=visits))
    assert len(list(cut.path("data/reconstruct/steps").iterdir())) == 32
    for name in ("steps", "journeys", "visits", "customer_transitions"):
        assert table(workspace, name).equals(table(cut, name)), name
    assert whole["customer_id"].is_monotonic_increasing


def test_months_are_those_of_the_brand_s_clock():
    zone, window = "America/Sao_Paulo", (datetime(2016, 9, 1, 3), datetime(2019, 3, 1))
    rng = np.random.default_rng(2)
    edges = [
        datetime(2018, 10, 31, 23, 59),
        datetime(2018, 11, 1, 2, 59),
        datetime(2018, 11, 1, 3),
        datetime(2018, 12, 1, 2),
    ]
    moments = [*edges, *(window[0] + timedelta(seconds=int(s)) for s in rng.integers(0, 78_000_000, 2000))]
    frame = pd.DataFrame({"entered_at": pd.to_datetime(moments)})
    case = reconstruct.month_of("entered_at", window, zone).sql("duckdb")
    found = duckdb.sql(f"select {case} as month from frame").df()["month"]
    local = frame["entered_at"].dt.tz_localize("UTC").dt.tz_convert(zone)
    assert found.tolist() == local.dt.strftime("%Y-%m").tolist()
