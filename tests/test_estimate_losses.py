"""The money at each exit of a small brand, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

import small_brand as brand
from pipeline import estimate, tables
from pipeline.estimate import losses
from pipeline.estimate.outcomes import codes_of

# customer, visit, stage, day entered, next; horizon 10 d. North: 1, 2, 3; south: 4, 5, 6.
VISITS = [
    (1, 1, "browse", 1, "buy"), (1, 2, "buy", 2, "(lost)"),
    (2, 1, "browse", 1, "buy"), (2, 2, "buy", 3, "browse"), (2, 3, "browse", 4, "(lost)"),
    (3, 1, "browse", 1, "(lost)"),
    (3, 2, "browse", 30, "(lost)"),
    (4, 1, "browse", 1, "(lost)"), (4, 2, "buy", 3, "(unresolved)"),
    (5, 1, "browse", 1, "buy"), (5, 2, "buy", 2, "(lost)"),
    (6, 1, "browse", 1, "(unresolved)"),
]  # fmt: skip
# customer, visit, day, money of a purchase
BOUGHT = [
    (1, 2, 2, 30.0),
    (2, 2, 3, 50.0),
    (2, 2, 12, 1000.0),  # more than ten days after the browsing began
    (4, 2, 3, 400.0),  # in another journey: what a lost visitor buys later is not what the visit kept
    (5, 2, 2, 200.0),
]
JOURNEY = {(3, 2): 2, (4, 2): 2}


def _found(tmp_path, visits=VISITS, **declared):
    params = brand.load_params(tmp_path, **declared)
    frame = pd.DataFrame(visits, columns=["customer_id", "visit", "stage", "day", "next"])
    frame["journey"] = [JOURNEY.get((row.customer_id, row.visit), 1) for row in frame.itertuples()]
    frame["entered_at"] = [brand.at(day) for day in frame["day"]]
    frame["persona"] = ["north" if customer <= 3 else "south" for customer in frame["customer_id"]]
    for name, column in (("stage_code", "stage"), ("next_code", "next")):
        frame[name] = frame[column].map(codes_of(params))
    steps = brand.steps([(customer, day, "bought", money) for customer, _, day, money in BOUGHT])
    steps["visit"] = [visit for _, visit, *_ in BOUGHT]
    steps["journey"] = [JOURNEY.get((customer, visit), 1) for customer, visit, *_ in BOUGHT]
    with brand.engine_with(tmp_path, params, visit_outcomes=frame, visits=frame, steps=steps) as engine:
        rows = brand.shown(losses.rows(engine, params, brand.WINDOW[1]), tables.LOSSES, params)
        made = estimate.in_form(rows, tables.LOSSES, estimate.reading_orders(params))
        engine.load("losses", made)
        engine.check(tables.LOSSES, "losses")
    return made.set_index(["group", "stage"])


def test_what_is_lost_is_counted_and_its_money_is_that_of_the_same_personas_other_visits(tmp_path):
    found = _found(tmp_path)
    # north browses 5 times: 3 lost, 2 kept that bring 30 and 50; south 3 times: 1 lost, 2 kept that bring 200 and 0
    columns = ["n_visits", "n_customers", "n_lost", "value_kept", "loss"]
    assert found.loc[("north", "browse"), columns].tolist() == [5, 3, 3, 40, 120]
    assert found.loc[("south", "browse"), columns].tolist() == [3, 3, 1, 100, 100]
    everybody = found.loc[("(all)", "browse")]
    assert everybody[columns].tolist() == [8, 6, 4, 70, 220]  # the personas' losses, not 4 × 70
    assert everybody.loss_low < 220 < everybody.loss_high


def test_a_purchase_is_not_lost_with_the_visit_it_was_made_in(tmp_path):
    row = _found(tmp_path).loc[("(all)", "buy")]
    assert (row.n_visits, row.n_lost, row.value_kept, row.loss) == (4, 2, 0, 0)
    assert row.note == "no variation: no interval"


@pytest.mark.parametrize(("end", "note"), [("(lost)", "every visit was lost"), ("buy", "no visit was lost")])
def test_nothing_is_projected_where_all_or_none_are_lost(tmp_path, end, note):
    row = _found(tmp_path, [(1, 1, "browse", 1, end), (2, 1, "browse", 1, end)]).loc[("(all)", "browse")]
    assert row.note == note
    assert pd.isna(row.loss)


def test_no_exit_is_seen_within_a_horizon_shorter_than_the_silence(tmp_path):
    shorter = {**brand.DECLARED["estimate"], "horizon": "1 d"}
    assert _found(tmp_path, estimate=shorter).empty
