"""Opportunities and moments of truth of a small brand: chosen in one half of the customers, estimated in the other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import small_brand as brand
from pipeline import assess, tables
from pipeline.assess.moments import moments
from pipeline.assess.opportunities import opportunities
from pipeline.stats.halves import CONFIRMING, SCREENING, half_of
from pipeline.tables.opportunities import ALL_OF_THEM
from small_hypotheses import DECLARED, in_regions

CUSTOMERS = np.arange(1, 401)
HALF = half_of(CUSTOMERS)
PRICED = {**DECLARED, "value_per_outcome": 20.0}


def bought_again(share_exposed: dict[int, float], share_others: float) -> pd.DataFrame:
    """Return purchases: every other customer paid over 50; by half, so many of those buy again a day later."""
    chance, rows = np.random.default_rng(5), []
    for customer, half in zip(CUSTOMERS.tolist(), HALF.tolist(), strict=True):
        is_dear = customer % 2 == 0
        rows.append((customer, 5, "bought", 60 if is_dear else 20))
        if chance.random() < (share_exposed[half] if is_dear else share_others):
            rows.append((customer, 6, "bought", 20))
    return brand.steps(rows)


def table(tmp_path, steps, hypotheses, check: tables.Table = tables.OPPORTUNITIES):
    params = brand.load_params(tmp_path, hypotheses=hypotheses)
    frames = {"steps": in_regions(steps, set()), "personas": brand.personas(CUSTOMERS.tolist())}
    with brand.engine_with(tmp_path, params, **frames) as engine:
        halved: list = []
        found, _ = assess.assess_and_log(engine, params, brand.WINDOW, halved=halved)
        rows = opportunities(halved, found, params)
        engine.load("opportunities", rows)
        engine.check(check, "opportunities")
    return rows.set_index("id")


def test_the_gain_is_that_of_the_half_that_had_no_say(tmp_path):
    steps = bought_again({SCREENING: 0.1, CONFIRMING: 0.4}, 0.7)
    row = table(tmp_path, steps, [PRICED]).loc["dear"]
    exposed = CUSTOMERS % 2 == 0
    again = pd.Series(steps["customer_id"]).value_counts().reindex(CUSTOMERS).to_numpy() > 1
    mine = HALF == CONFIRMING
    harm = again[mine & ~exposed].mean() - again[mine & exposed].mean()
    months = (59 - 10) / (365.25 / 12)  # ten days of the window are for the outcome
    assert row["status"] == "ranked"
    assert (row["n_exposed"], row["n_estimated"]) == (200, (mine & exposed).sum())
    assert row["effect"] == pytest.approx(harm)
    assert row["gain"] == pytest.approx(200 / months * harm * 20, rel=1e-5)
    assert row["gain_low"] < row["gain"] < row["gain_high"]
    # the projection: with nobody exposed, all of that half would buy again as often as its others do
    assert (row["n_compared"], row["mean_now"]) == (mine.sum(), pytest.approx(again[mine].mean()))
    assert row["mean_removed"] == pytest.approx(again[mine & ~exposed].mean())
    assert row["mean_removed_low"] < row["mean_removed"] < row["mean_removed_high"] <= 1


def test_a_pain_that_only_the_other_half_shows_is_not_ranked(tmp_path):
    row = table(tmp_path, bought_again({SCREENING: 0.75, CONFIRMING: 0.1}, 0.7), [PRICED]).loc["dear"]
    assert (row["status"], pd.isna(row["rank"])) == ("not selected", True)


def test_the_lower_bound_ranks_levers_are_left_out_and_all_together_is_no_sum(tmp_path):
    steps = bought_again({SCREENING: 0.1, CONFIRMING: 0.1}, 0.7)
    cheap = {**PRICED, "id": "cheap", "value_per_outcome": 2.0}
    unpriced = {**DECLARED, "id": "unpriced"}
    lever = {**PRICED, "id": "meant_to_help", "kind": "lever"}
    found = table(tmp_path, steps, [cheap, PRICED, unpriced, lever])
    assert found["rank"].dropna().sort_values().index.tolist() == ["dear", "cheap"]
    assert found.loc["unpriced", "status"] == "no value"
    assert "meant_to_help" not in found.index
    # the same customers, the same outcome: hardly more is won back than by the dearer one alone
    joint, alone = found.loc[ALL_OF_THEM, "gain"], found["gain"].drop(ALL_OF_THEM)
    assert alone["dear"] < joint < alone.sum()


def test_nothing_supported_leaves_an_empty_table(tmp_path):
    assert table(tmp_path, bought_again({SCREENING: 0.7, CONFIRMING: 0.7}, 0.7), [PRICED]).empty


def reviews(gap: float) -> pd.DataFrame:
    """Return journeys of a page, a review and – more often after a good one – a purchase; half of the scores are 5."""
    chance, rows = np.random.default_rng(9), []
    for customer in CUSTOMERS.tolist():
        score = 5 if customer % 2 else 1
        rows += [(customer, 15, "page_seen"), (customer, 16, "reviewed", None, score)]
        if chance.random() < 0.3 + (gap if score == 5 else 0):
            rows.append((customer, 17, "bought", 20))
    visit = {"browse": 1, "review": 2, "buy": 3}
    steps = brand.steps(rows)
    return steps.assign(visit=steps["stage"].map(visit))


def moments_of(tmp_path, steps, **declared):
    params = brand.load_params(tmp_path, moments_of_truth={"window": "20 d", **declared})
    frames = {"steps": in_regions(steps, set()), "personas": brand.personas(CUSTOMERS.tolist())}
    with brand.engine_with(tmp_path, params, **frames) as engine:
        found = moments(engine, params, brand.WINDOW)
        engine.load("moments", found)
        engine.check(tables.MOMENTS, "moments")
    return found.set_index(["group", "touchpoint"])


def test_a_review_that_parts_customers_is_a_moment_of_truth(tmp_path):
    found = moments_of(tmp_path, reviews(0.5))
    row = found.loc[("(all)", "reviewed")]
    assert (row["status"], row["measure"], row["stability"]) == ("moment of truth", "score", 1.0)
    assert (row["reach"], row["n_journeys"]) == (1.0, (HALF == CONFIRMING).sum())
    assert (row["best_up_to"], row["worst_from"]) == (2.0, -2.0)  # emotion of a 5 and of a 1
    assert row["gap"] == pytest.approx(0.5, abs=0.15)
    # opening every journey promotes nothing: all come to the page alike
    page = found.loc[("(all)", "page_seen")]
    assert (page["position"], page["status"]) == ("first", "not examined")


def test_without_a_difference_no_moment_is_found_and_the_table_says_so(tmp_path):
    found = moments_of(tmp_path, reviews(0.0))
    assert found.loc[("(all)", "reviewed"), "status"] == "not found"
    assert "moment of truth" not in set(found["status"])
