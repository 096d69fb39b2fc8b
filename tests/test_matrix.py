"""What stands beside the matrix, on a brand small enough to work out by hand: visits as codes, reaching, recent view."""

import math

import pandas as pd
import pytest

import small_brand as brand
from pipeline import estimate, tables
from pipeline.estimate import checks, outcomes, reaching, recent_transitions

CUT_OFF = brand.WINDOW[1]
# customer, journey, visit, stage, day of entry, day left, next stage, entry seen
VISITS = [
    (1, 1, 1, "browse", 5, 6, "buy", True), (1, 1, 2, "buy", 6, 8, "browse", True),
    (1, 1, 3, "browse", 8, 9, "review", True), (1, 1, 4, "review", 9, 19, "(lost)", True),
    (2, 1, 1, "browse", 5, 17, "(lost)", True),  # last step on day 7: the exit is not within the horizon
    (3, 1, 1, "browse", 5, 18, "buy", True), (3, 1, 2, "buy", 18, None, "(censored)", True),  # after the horizon
    (4, 1, 1, "browse", 2, 3, "buy", False), (4, 1, 2, "buy", 3, 13, "(lost)", True),  # nobody saw it enter
    (5, 1, 1, "browse", 50, 51, "buy", True), (5, 1, 2, "buy", 51, None, "(censored)", True),  # not followed
]  # fmt: skip
# customer, visit, day, touchpoint: customer 1 buys a day after entering the stage, 4 buys only later
STEPS = [
    (1, 1, 5, "page_seen"), (1, 2, 6, "delivered"), (1, 2, 7, "bought"), (1, 3, 8, "page_seen"), (1, 4, 9, "reviewed"),
    (2, 1, 5, "page_seen"), (2, 1, 7, "page_seen"), (3, 1, 5, "page_seen"), (3, 2, 18, "bought"),
    (4, 1, 2, "page_seen"), (4, 2, 3, "delivered"), (5, 1, 50, "page_seen"), (5, 2, 51, "bought"),
]  # fmt: skip


def _visits(rows=VISITS):
    columns = ["customer_id", "journey", "visit", "stage", "day", "left", "next_stage", "is_entry_seen"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["entered_at"] = [brand.at(day) for day in frame["day"]]
    frame["left_at"] = pd.to_datetime([pd.NaT if pd.isna(left) else brand.at(left) for left in frame["left"]])
    return frame.assign(channel="web")


def _steps():
    frame = brand.steps([(customer, day, touchpoint) for customer, _, day, touchpoint in STEPS])
    return frame.assign(visit=[visit for _, visit, _, _ in STEPS])


def _frames(tmp_path, params, maker, table, **frames):
    given = {"personas": brand.personas(range(1, 6), north={1, 2}), "visits": _visits(), "steps": _steps(), **frames}
    with brand.engine_with(tmp_path, params, **given) as engine:
        engine.make("customer_personas", estimate.exp.select("customer_id", "persona").from_("personas"))
        outcomes.make_visit_outcomes(engine, params, CUT_OFF)
        seen = engine.frame(estimate.exp.select("*").from_("visit_outcomes").order_by("customer_id", "visit"))
        rows = list(maker(engine, params, CUT_OFF)) if maker else []
        frame = estimate.in_form(rows, table, estimate.reading_orders(params)) if table else pd.DataFrame()
        if table:
            engine.load(table.name, frame)
            engine.check(table, table.name)
    return seen, frame


@pytest.fixture
def params(tmp_path):
    return brand.load_params(tmp_path)


def test_visits_are_coded_by_what_followed_within_the_horizon(tmp_path, params):
    seen, _ = _frames(tmp_path, params, None, None)
    assert outcomes.codes_of(params) == {
        "browse": 0,
        "buy": 1,
        "review": 2,
        "(goal)": 3,
        "(lost)": 4,
        "(unresolved)": 5,
    }
    rows = seen[["customer_id", "visit", "stage_code", "next_code", "chain_code", "is_reaching", "number"]]
    assert rows.to_numpy().tolist() == [
        [1, 1, 0, 1, 1, True, 1],  # bought on day 7, in the next visit
        [1, 2, 1, 0, 3, True, 1],  # in this one: a goal comes before the next stage
        [1, 3, 0, 2, 2, False, 2],  # the second visit to browse within a silence of the first
        [1, 4, 2, 4, 4, False, 1],
        [2, 1, 0, 5, 5, False, 1],
        [3, 1, 0, 5, 5, False, 1],
        [3, 2, 1, 5, 3, True, 1],
        [4, 2, 1, 4, 4, False, 1],
    ]


def test_reaching_is_counted_beside_what_the_chain_says(tmp_path, params):
    _, found = _frames(tmp_path, params, reaching.rows, tables.REACHING)
    found = found.set_index(["group", "stage"])
    browse, buy = found.loc[("(all)", "browse")], found.loc[("(all)", "buy")]
    assert (browse.n_visits, browse.n_customers, browse.n_reached, browse.p) == (4, 3, 1, 0.25)
    assert (buy.n_visits, buy.n_customers, buy.n_reached) == (3, 3, 2)
    # chain: browse → buy 1/4, review 1/4, else nowhere; buy → goal 2/3, lost 1/3; review → lost
    assert (browse.chain, buy.chain) == (pytest.approx(1 / 4 * 2 / 3), pytest.approx(2 / 3))
    assert browse.gap == pytest.approx(1 / 4 - 1 / 6)
    assert pd.isna(found.loc[("(all)", "review")].p), "one customer: `estimate` withholds the rest of the row"
    north = found.loc[("north", "browse")]
    assert (north.n_visits, north.p) == (3, pytest.approx(1 / 3))


def test_a_chain_that_too_few_visits_carry_has_no_bounds_and_counts_why(tmp_path, params):
    _, found = _frames(tmp_path, params, reaching.rows, tables.REACHING)
    browse = found.set_index(["group", "stage"]).loc[("north", "browse")]
    assert browse.note == reaching.NO_CHAIN and math.isnan(browse.chain_low)
    # two customers: neither is drawn with probability e⁻²
    expected = browse.n_replicates * math.exp(-2)
    assert abs(browse.n_degenerate - expected) < 4 * math.sqrt(expected)


def test_bounds_hold_the_estimates_where_visits_are_many(tmp_path, params):
    copies = range(40)
    visits = pd.concat([_visits().assign(customer_id=lambda f, k=k: f["customer_id"] + 5 * k) for k in copies])
    steps = pd.concat([_steps().assign(customer_id=lambda f, k=k: f["customer_id"] + 5 * k) for k in copies])
    frames = {"visits": visits, "steps": steps, "personas": brand.personas(range(1, 201), north=set(range(1, 90)))}
    _, found = _frames(tmp_path, params, reaching.rows, tables.REACHING, **frames)
    browse = found.set_index(["group", "stage"]).loc[("(all)", "browse")]
    assert (browse.n_visits, browse.n_degenerate) == (160, 0)
    assert browse.chain_low < 1 / 6 < browse.chain_high
    assert browse.gap_low < browse.gap < browse.gap_high
    assert browse.ci_low < 0.25 < browse.ci_high


# -- recent view ---------------------------------------------------------------------------------------------------


def _journeys():
    rows = [(1, 5, False), (2, 5, False), (3, 5, False), (4, 2, True), (5, 50, False)]
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "is_left_truncated"])
    return frame.assign(journey=1, started_at=[brand.at(day) for day in frame["day"]])


def test_the_recent_view_counts_visits_still_going(tmp_path, params):
    rows = [
        (1, 1, 1, "browse", 10, 11.5, "buy", True), (2, 1, 1, "browse", 10, None, "(censored)", True),
        (3, 1, 1, "browse", 54, 56.5, "buy", True),  # 5 days before the cut-off, moved
        (5, 1, 1, "browse", 57, None, "(censored)", True),  # 2 days before it, still there
        (4, 1, 1, "browse", 2, 3, "buy", False),  # nobody saw it enter
    ]  # fmt: skip
    journeys = _journeys().assign(started_at=[brand.at(day) for day in (10, 10, 54, 2, 57)])
    given = {"visits": _visits(rows), "journeys": journeys, "personas": brand.personas(range(1, 6))}
    _, found = _frames(tmp_path, params, recent_transitions.rows, tables.RECENT_TRANSITIONS, **given)
    buy = found.set_index(["group", "to_stage"]).loc[("(all)", "buy")]
    assert (buy.n_visits, buy.n_customers, buy.n_moved, buy.n_censored) == (4, 4, 2, 1)
    # all visits begin with their customer, of whom 4, 3 or 2 are followed long enough: weights cancel within a bin.
    # Day 1.5: 1 of 4 moves (5 has been followed for 2 days, so is still there); day 2.5: 1 of 2, 3 and 2, moves
    assert buy.p == pytest.approx(1 / 4 + 3 / 4 * 1 / 2)
    rest = found.set_index(["group", "to_stage"]).loc[("(all)", "(unresolved)")]
    assert rest.p == pytest.approx(3 / 8) and pd.isna(rest.n_moved)


# -- checks ----------------------------------------------------------------------------------------------------------


def test_walks_run_from_journey_to_journey():
    rows = [
        (1, 1, 0, True, False), (1, 1, 1, True, True), (1, 2, 2, True, False),  # two journeys, the second may go on
        (2, 1, 1, False, True),  # its start was not seen, it is lost
    ]  # fmt: skip
    visits = pd.DataFrame(rows, columns=["customer_id", "journey", "stage_code", "is_entry_seen", "is_lost"])
    assert checks._walks(visits, 3).tolist() == [[3, 0, 1, 3, 2], [1, 3, -1, -1, -1]]


def test_each_check_has_a_row_and_says_what_it_cannot_test(tmp_path, params):
    _, found = _frames(tmp_path, params, checks.rows, tables.CHECKS, journeys=_journeys())
    assert found[["check", "from_stage"]].to_numpy().tolist() == [
        ["homogeneity", "browse"], ["homogeneity", "buy"], ["homogeneity", "(all)"], ["order", "(all)"],
        ["stationarity", "(all)"],
    ]  # fmt: skip
    assert (found["verdict"] == "not applicable").sum() >= 2
    assert found.loc[found["verdict"] == "not applicable", "note"].notna().all()


def test_a_brand_that_changes_fails_the_check_of_stationarity(tmp_path, params):
    """Of 60 visits a month, half move to buy in one month and a tenth in the other."""
    rows = [
        (c, 1, 1, "browse", day, day + 1, "buy" if c % 10 < (5 if day < 25 else 1) else "review", True)
        for c, day in enumerate([11.0] * 60 + [40.0] * 60)
    ]
    visits = _visits(rows)
    journeys = visits[["customer_id", "journey"]].assign(is_left_truncated=False, started_at=brand.at(1))
    given = {
        "visits": visits,
        "journeys": journeys,
        "personas": brand.personas(range(120), north=set(range(0, 120, 2))),
    }
    _, found = _frames(tmp_path, params, checks.rows, tables.CHECKS, **given)
    found = found.set_index(["check", "from_stage"])
    stage = found.loc[("stationarity", "browse")]
    assert (stage.verdict, stage.n_customers, stage.degrees) == ("failed", 120, 1)
    # one visit each: the score test is (5/10 - 1/10)² / (Σ of squared distances from 3/10, over 60²)
    spread = 60 * (0.5 * 0.7**2 + 0.5 * 0.3**2 + 0.1 * 0.7**2 + 0.9 * 0.3**2) / 60**2
    assert stage.statistic == pytest.approx(0.4**2 / spread)
    assert found.loc[("stationarity", "(all)")].p_adjusted == stage.p_adjusted
    assert found.loc[("homogeneity", "(all)")].verdict != "not applicable"


def test_personas_defined_by_behaviour_are_not_compared(tmp_path):
    spent = {"id": "spenders", "name": brand.NONE, "goal": brand.NONE, "when": "spent > 100"}
    north, south = brand.DECLARED["personas"]
    assert checks.comparable_personas(brand.load_params(tmp_path)) == ["north", "south"]
    # the first match wins: whoever is in the north has spent no more than 100
    assert checks.comparable_personas(brand.load_params(tmp_path, personas=[spent, north, south])) == []
    assert checks.comparable_personas(brand.load_params(tmp_path, personas=[north, spent, south])) == ["north"]
