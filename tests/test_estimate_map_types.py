"""What the day-in-the-life and planned maps are drawn from, on brands small enough to work out by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import small_brand as brand
from pipeline import estimate, tables
from pipeline.errors import ParcoursError
from pipeline.estimate.outcomes import codes_of

PLAN = {
    "window": "20 d",
    "touchpoints": [
        {"touchpoint": "bought", "emotion": 1},
        {"touchpoint": "delivered", "within": "2 d", "failed": "value > 100"},
        {"touchpoint": "reviewed"},
    ],
}
# Of six who bought: 1 goes as planned; 2 waits three days; 3 reviews before the delivery; 4 looks at a page instead of
# both; 5 is delivered too much too soon to tell (value above 100); 6 had the delivery before; 7 is not followed.
BOUGHT = [
    (1, 10, "bought"), (1, 11, "delivered"), (1, 12, "reviewed"),
    (2, 10, "bought"), (2, 13, "delivered"),
    (3, 10, "bought"), (3, 11, "reviewed"), (3, 11.5, "delivered"),
    (4, 10, "bought"), (4, 11, "page_seen"),
    (5, 10, "bought"), (5, 10.5, "delivered", 101), (5, 11, "reviewed"),
    (6, 9, "delivered"), (6, 10, "bought"),
    (7, 45, "bought"), (7, 46, "delivered"),
]  # fmt: skip


@pytest.fixture
def deviations(tmp_path: Path) -> pd.DataFrame:
    params = brand.load_params(tmp_path, planned=PLAN)
    with brand.engine_with(tmp_path, params, steps=brand.steps(BOUGHT), personas=brand.personas(range(1, 8))) as engine:
        engine.make("customer_personas", estimate.exp.select("customer_id", "persona").from_("personas"))
        rows = list(estimate.deviations.rows(engine, params, brand.WINDOW[1]))
        frame = estimate.in_form(rows, tables.DEVIATIONS, estimate.reading_orders(params))
        engine.load("deviations", frame)
        engine.check(tables.DEVIATIONS, "deviations")
    everybody = frame[frame["grouping"] == "all"]
    return everybody.set_index(["touchpoint", "deviation"])


def test_each_planned_touchpoint_comes_in_one_of_four_ways(deviations: pd.DataFrame) -> None:
    assert deviations["n_journeys"].unique().tolist() == [6]  # 7's window is not over
    assert deviations["n"].to_dict() == {
        ("bought", "as_planned"): 6,
        ("delivered", "as_planned"): 2,
        ("delivered", "failed"): 2,  # late, or its rule says so
        ("delivered", "missing"): 2,  # what came before the plan began does not count
        ("reviewed", "as_planned"): 2,
        ("reviewed", "out_of_order"): 1,
        ("reviewed", "missing"): 3,
        ("page_seen", "ad_hoc"): 1,
    }


def test_shares_are_of_the_journeys_that_began_the_plan(deviations: pd.DataFrame) -> None:
    failed = deviations.loc[("delivered", "failed")]
    assert failed["share"] == pytest.approx(2 / 6)
    assert failed["ci_low"] < 2 / 6 < failed["ci_high"]
    assert pd.isna(deviations.loc[("page_seen", "ad_hoc"), "share"])  # one customer: withheld


@pytest.mark.parametrize(("change", "says"), [
    ({"touchpoints": PLAN["touchpoints"][:1]}, "planned.touchpoints: expected two or more"),
    ({"touchpoints": [PLAN["touchpoints"][0]] * 2}, "'bought' stands twice"),
    ({"window": "1 d"}, r"planned.touchpoints\[1\].within: 2 d is longer than planned.window, 1 d"),
])  # fmt: skip
def test_a_plan_that_cannot_be_compared_is_refused(tmp_path: Path, change: dict, says: str) -> None:
    with pytest.raises(ParcoursError, match=says):
        brand.load_params(tmp_path, planned={**PLAN, **change})


# 1 January 2026 was a Thursday. Paris is an hour ahead of UTC: day 10.5 is Sunday the 11th, 13 h.
DONE = [
    (1, 10.5, "page_seen"), (1, 10.75, "page_seen"), (1, 11.5, "bought"),  # Sunday 13 h, 19 h; Monday 13 h
    (2, 10.5, "page_seen"), (2, 10.98, "reviewed", None, 5),  # Sunday 13 h; 23:31 UTC is Monday, 0 h
    (3, 12.5, "page_seen"), (3, 12.6, "reviewed", None, 2),  # Tuesday 13 h, 15 h
]  # fmt: skip


@pytest.fixture
def rhythm(tmp_path: Path) -> pd.DataFrame:
    params = brand.load_params(tmp_path)
    codes = codes_of(params)
    visits = pd.DataFrame({
        "persona": "south", "customer_id": [1, 2, 3, 3],
        "entered_at": [brand.at(day) for day in (10.5, 10.5, 12.5, 19.5)],
        "next_code": [codes["buy"], codes["(lost)"], codes["review"], codes["(lost)"]],
    })  # fmt: skip
    found = {"steps": brand.steps(DONE), "personas": brand.personas(range(1, 4)), "visit_outcomes": visits}
    with brand.engine_with(tmp_path, params, **found) as engine:
        engine.make("customer_personas", estimate.exp.select("customer_id", "persona").from_("personas"))
        rows = list(estimate.rhythm.rows(engine, params, brand.WINDOW[1]))
        frame = estimate.in_form(rows, tables.RHYTHM, estimate.reading_orders(params))
        engine.load("rhythm", frame)
        engine.check(tables.RHYTHM, "rhythm")
    everybody = frame[frame["grouping"] == "all"]
    return everybody.set_index(["clock", "at", "measure", "channel"]).sort_index()


def test_activity_is_a_share_of_all_steps_in_local_time(rhythm: pd.DataFrame) -> None:
    hours = rhythm.loc["hour"].xs("activity", level="measure").droplevel("channel")
    assert hours["n"].to_dict() == {0: 1, 13: 4, 15: 1, 19: 1}
    assert hours.loc[13, "estimate"] == pytest.approx(4 / 7)
    days = rhythm.loc["weekday"].xs("activity", level="measure").droplevel("channel")
    assert days["n"].to_dict() == {0: 2, 1: 2, 6: 3}  # Monday is 0


def test_activity_counts_the_customers_who_never_act_then(rhythm: pd.DataFrame) -> None:
    # Linearised variance of 3/7 with (a, b) = (2, 3), (1, 2), (0, 2): the third is in it.
    ratio, pairs = 3 / 7, [(2, 3), (1, 2), (0, 2)]
    variance = 3 / 2 * sum((a - ratio * b) ** 2 for a, b in pairs) / 7**2
    from pipeline.stats.proportions import korn_graubard

    expected = korn_graubard(3, 7, 3, variance, 0.95)
    sunday = rhythm.loc[("weekday", 6, "activity", "(all)")]
    assert (sunday["ci_low"], sunday["ci_high"]) == pytest.approx((expected.low, expected.high))


def test_channels_emotion_and_losses_of_a_moment(rhythm: pd.DataFrame) -> None:
    assert rhythm.loc[("weekday", 0, "channel", "survey"), "n"] == 1
    assert pd.isna(rhythm.loc[("weekday", 0, "channel", "survey"), "estimate"])  # one customer: withheld
    assert rhythm.loc[("weekday", 6, "channel", "web"), "estimate"] == 1
    assert rhythm.loc[("hour", 13, "lost", "(all)"), ["n", "n_customers", "estimate"]].tolist() == [4, 3, 0.5]
    assert rhythm.loc[("weekday", 1, "emotion", "(all)"), "n"] == 1


# 1 looks twice, on the site and in the app, and buys; 2 asks for help twice, buys and says what it took, 3 only looks.
TOOK = [
    (1, 10, "page_seen"), (1, 10.1, "page_seen"), (1, 11, "bought"),
    (2, 10, "page_seen"), (2, 10.2, "page_seen"), (2, 10.3, "page_seen"), (2, 12, "bought"), (2, 13, "reviewed", None, 6),
    (3, 10, "page_seen"),
]  # fmt: skip
CHANNELS = ["web", "app", "web", "web", "support", "support", "web", "survey", "web"]
CES = {"id": "ces", "kind": "mean_score", "when": "touchpoint = 'reviewed'", "better": "lower", "name": brand.NONE}


def effort_of(folder: Path, **kpi: str) -> pd.DataFrame:
    params = brand.load_params(folder, kpis=[CES | kpi])
    steps = brand.steps(TOOK, channel=CHANNELS)
    steps["visit"] = steps["stage"].map({"browse": 1, "buy": 2, "review": 3})
    visits = steps.groupby(["customer_id", "visit", "stage"], as_index=False)["occurred_at"].min()
    visits = visits.rename(columns={"occurred_at": "entered_at"})
    visits["stage_code"] = visits["stage"].map(codes_of(params))
    found = {"steps": steps, "personas": brand.personas(range(1, 4)), "visit_outcomes": visits}
    with brand.engine_with(folder, params, **found) as engine:
        engine.make("customer_personas", estimate.exp.select("customer_id", "persona").from_("personas"))
        frame = estimate.in_form(estimate.effort.rows(engine, params, brand.WINDOW[1]), tables.EFFORT)
        engine.load("effort", frame)
        engine.check(tables.EFFORT, "effort")
    return frame[frame["grouping"] == "all"].set_index(["measure", "stage"])


def test_effort_is_what_a_visit_takes_and_what_customers_say(tmp_path: Path) -> None:
    found = effort_of(tmp_path)
    assert found.loc[("steps", "browse"), "estimate"] == pytest.approx((2 + 3 + 1) / 3)
    assert found.loc[("channel_switches", "browse"), "estimate"] == pytest.approx((1 + 1 + 0) / 3)
    assert found.loc[("channel_switches", "buy"), "estimate"] == 1.0  # both come back to the site
    assert found.loc[("repeated_contacts", "browse"), "estimate"] == pytest.approx(1 / 3)
    # mean 2 of 2, 3 and 1: the t interval of three customers with a visit each
    reach = 4.302652729911275 / 3**0.5
    assert found.loc[("steps", "browse"), ["ci_low", "ci_high"]].tolist() == pytest.approx(
        [max(2 - reach, 0), 2 + reach]
    )
    assert "review" not in found.loc["steps"].query("estimate > 0").index  # to answer is no step towards a goal


@pytest.mark.parametrize(("asked", "stage"), [({}, "buy"), ({"asked": "touchpoint = 'page_seen'"}, "browse")])
def test_a_declared_effort_stands_in_the_stage_it_is_about(tmp_path: Path, asked: dict, stage: str) -> None:
    declared = effort_of(tmp_path, **asked).loc["declared"]
    assert declared["n"].to_dict() == {stage: 1}
