"""What comes before and after: worked out by hand, against a count in pandas, and hidden where few are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import small_brand as brand
from pipeline.lab.surroundings import AFTER, BEFORE, Surroundings, survey, withheld
from pipeline.stats.proportions import clustered_proportion
from pipeline.tables import EVERYBODY

PAGE, BUY, REVIEW = "browse/page_seen", "buy/bought", "review/reviewed"


def surveyed(folder: Path, steps: pd.DataFrame, customers: range, north: set[int], smallest: int = 2) -> Surroundings:
    estimate = {**brand.DECLARED["estimate"], "smallest_cell": smallest}
    params = brand.load_params(folder, estimate=estimate)
    frames = {"steps": steps, "personas": brand.personas(customers, north)}
    with brand.engine_with(folder, params, **frames) as engine:
        return survey(engine, params, brand.WINDOW)


def test_shares_count_what_is_observed_on_that_side(tmp_path: Path) -> None:
    # Silence 10 d, window day 0 to 59: a step from day 10 on has a seen past, one up to day 49 a seen future.
    rows = [(customer, 12, "page_seen") for customer in (1, 2, 3, 4, 7)]
    rows += [(customer, 13, "bought") for customer in (1, 2, 3)]
    rows += [(5, 2, "page_seen"), (5, 3, "bought")]  # what came before day 2 nobody knows
    rows += [(6, 55, "page_seen")]  # nor what comes after day 55
    found = surveyed(tmp_path, brand.steps(rows), range(1, 8), {1, 2})
    after = found.beside(PAGE, AFTER).set_index("other")
    assert after["n"].to_list() == [6, 6]  # all but customer 6, who is followed for 4 days only
    assert after.loc[BUY, "n_there"] == 4
    assert after.loc[BUY, "share"] == pytest.approx(4 / 6)
    assert after.loc["(lost)", "n_there"] == 2
    before = found.beside(PAGE, BEFORE).set_index("other")
    assert before.loc["(start)", ["n", "n_there"]].to_list() == [6, 6]  # all but customer 5
    assert found.beside(REVIEW, AFTER).empty


def test_what_few_did_has_no_name(tmp_path: Path) -> None:
    rows = [(customer, 12, "page_seen") for customer in (1, 2, 3)] + [(customer, 13, "bought") for customer in (1, 2)]
    found = surveyed(tmp_path, brand.steps(rows), range(1, 4), {1, 2, 3})
    after = found.beside(PAGE, AFTER)
    assert after["other"].to_list() == [BUY, "(other)"]
    assert after["note"].to_list()[1] == "n < 2"
    assert after["share"].isna().to_list() == [False, True]
    assert found.beside(PAGE, AFTER, "south").empty
    assert found.beside("buy/bought", AFTER, "north")["share"].to_list() == [1.0]


def random_steps(rng: np.random.Generator, customers: int, n: int) -> pd.DataFrame:
    rows = [
        (int(rng.integers(1, customers + 1)), float(day), str(rng.choice(["page_seen", "bought", "reviewed"])))
        for day in np.sort(rng.uniform(0, 59, n))
    ]
    steps = brand.steps(rows)
    gap = steps.groupby("customer_id")["occurred_at"].diff() > timedelta(days=10)
    return steps.assign(journey=gap.groupby(steps["customer_id"]).cumsum() + 1)


@pytest.mark.parametrize("side", [BEFORE, AFTER])
def test_against_a_count_in_pandas(tmp_path: Path, side: str) -> None:
    steps = random_steps(np.random.default_rng(7), 60, 900)
    north = set(range(1, 31))
    found = surveyed(tmp_path, steps, range(1, 61), north)
    place = steps["stage"] + "/" + steps["touchpoint"]
    shift, end = (1, "(start)") if side == BEFORE else (-1, "(lost)")
    other = place.groupby([steps["customer_id"], steps["journey"]]).shift(shift).fillna(end)
    silence = timedelta(days=10)
    is_seen = (
        steps["occurred_at"] >= brand.WINDOW[0] + silence
        if side == BEFORE
        else steps["occurred_at"] <= brand.WINDOW[1] - silence
    )
    for group, mine in ((EVERYBODY, steps["customer_id"] > 0), ("north", steps["customer_id"].isin(north))):
        at_place = is_seen & mine & (place == PAGE)
        trials = at_place[at_place].groupby(steps["customer_id"]).sum()
        table = found.beside(PAGE, side, group).set_index("other")
        assert table["n_there"].sum() == at_place.sum()
        for name, row in table.iterrows():
            moved = (at_place & (other == name)).groupby(steps["customer_id"]).sum().reindex(trials.index)
            expected = clustered_proportion(moved.to_numpy(), trials.to_numpy())
            assert row["share"] == pytest.approx(expected.estimate)
            assert (row["ci_low"], row["ci_high"]) == pytest.approx((expected.low, expected.high), abs=0.01)
            assert row["n_customers"] == (moved > 0).sum()


def test_paths_leave_repeats_out_and_open_journeys(tmp_path: Path) -> None:
    rows = []
    for customer in (1, 2, 3):
        rows += [(customer, day, "page_seen") for day in (12, 13)] + [(customer, 14, "bought")]
    rows += [(4, 50, "page_seen"), (4, 51, "bought")]  # not followed for the silence
    found = surveyed(tmp_path, brand.steps(rows), range(1, 5), {1, 2, 3})
    ways = found.ways(BUY)
    assert ways.to_dict("records") == [
        {"before_2": "", "before_1": PAGE, "after_1": "", "after_2": "", "n": 3, "customers": 3}
    ]
    assert found.ways(BUY, "north").equals(ways)


def test_no_path_of_few_and_none_that_gives_few_away(tmp_path: Path) -> None:
    rows = [
        (customer, 12 + part, name) for customer in range(1, 6) for part, name in enumerate(("page_seen", "bought"))
    ]
    rows += [(6, 12, "reviewed"), (6, 13, "bought")]
    found = surveyed(tmp_path, brand.steps(rows), range(1, 7), {1, 2, 3, 4})  # of the way of five, the south has one
    assert found.ways(BUY)["customers"].to_list() == [5]
    assert found.ways(BUY, "north").empty
    assert found.ways(BUY, "south").empty


@pytest.mark.parametrize("seed", range(20))
def test_nothing_small_follows_from_what_is_shown(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.integers(0, 14, (4, 6)), index=list("abcd"), columns=list("uvwxyz"))
    table.loc[EVERYBODY] = table.sum()
    hidden = withheld(table, 5)
    assert {(group, place) for place in table for group in table.index if 0 < table.loc[group, place] < 5} <= hidden
    for place in table:
        away = [table.loc[group, place] for group in "abcd" if (group, place) in hidden]
        shown = [group for group in "abcd" if table.loc[group, place] and (group, place) not in hidden]
        if (EVERYBODY, place) not in hidden and away and shown:  # else there is nothing to subtract, or nothing to get
            assert len(away) > 1
            assert sum(away) >= 5
