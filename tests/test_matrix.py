"""What stands beside the matrix, on a brand small enough to work out by hand: visits as codes, reaching, recent view."""

import math

import pandas as pd
import pytest

import small_brand as brand
from pipeline import estimate, tables
from pipeline.estimate import outcomes, reaching

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
    assert found.loc[("(all)", "review")].note == "n < 2"
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
