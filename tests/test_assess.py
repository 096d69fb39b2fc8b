"""Hypotheses of a small brand: what is said about them."""

import math

import numpy as np
import pandas as pd
import pytest

import small_brand as brand
from pipeline import assess
from pipeline.assess import comparison
from pipeline.errors import ParcoursError
from small_hypotheses import DECLARED, assessed

# -- what is said ----------------------------------------------------------------------------------------------------


def _scored(exposed_scores, other_scores):
    """Return one purchase and one review per customer."""
    rows = []
    for customer, (value, score) in enumerate(
        [(60, score) for score in exposed_scores] + [(20, score) for score in other_scores], start=1
    ):
        rows += [(customer, 5, "bought", value), (customer, 7, "reviewed", None, score)]
    return brand.steps(rows)


SCORE = {**DECLARED, "outcome": {"kind": "ordinal", "when": "touchpoint = 'reviewed'"}, "value_per_outcome": 7}


def test_a_clear_drop_of_scores_is_supported_and_priced(tmp_path):
    steps = _scored([1, 2, 1, 2, 1, 2], [4, 5, 4, 5, 4, 5])
    row = assessed(tmp_path, steps, [SCORE]).loc[("dear", "(all)")]
    assert (row.verdict, row.sub_label, row.grade) == ("supported", "material", "D")
    assert (row.n_exposed, row.n_unexposed, row.customers_hit, row.share_hit) == (6, 6, 6, 0.5)
    assert (row.mean_exposed, row.mean_unexposed, row.crude_effect) == (1.5, 4.5, -3.0)
    # Welch: s² = 0.3 in each arm, se = √(2 · 0.3 / 6), t(0.975, 5) = 2.5705818366147395
    reach = 2.5705818366147395 * math.sqrt(0.1)
    assert (row.crude_low, row.crude_high) == pytest.approx((-3 - reach, -3 + reach))
    assert row.superiority == 0
    # the harm is claimed downwards, so a drop costs: 6 customers · 3 points · 7
    assert (row.cost, row.cost_low, row.cost_high) == pytest.approx((126, 42 * (3 - reach), 42 * (3 + reach)))
    # one row, supported: 1 - 0.10 · 1 / 1 is less than the level of any interval, which nothing undercuts
    assert (row.fcr_low, row.fcr_high) == pytest.approx((-3 - reach, -3 + reach))
    assert row.family_size == 1
    assert row.q == row.p


def test_what_is_selected_of_many_gets_a_wider_interval_and_a_wider_cost(tmp_path):
    refuted = [{**SCORE, "id": f"again_{i}", "direction": "higher"} for i in range(3)]
    found = assessed(tmp_path, _scored([1, 2, 1, 2, 1, 2], [4, 5, 4, 5, 4, 5]), [SCORE, *refuted])
    row = found.loc[("dear", "(all)")]
    assert found["verdict"].to_list() == ["supported", "refuted", "refuted", "refuted"]
    # one supported of four: 1 - 0.10 · 1 / 4 = 0.975, and R's qt(0.9875, 5) = 3.163381
    reach = 3.1633814497486465 * math.sqrt(0.1)
    assert (row.fcr_low, row.fcr_high) == pytest.approx((-3 - reach, -3 + reach))
    assert (row.cost_low, row.cost_high) == pytest.approx((42 * (3 - reach), 42 * (3 + reach)))
    assert row.crude_low > row.fcr_low
    assert row.crude_high < row.fcr_high


def test_the_opposite_is_refuted(tmp_path):
    row = assessed(tmp_path, _scored([4, 5, 4, 5, 4, 5], [1, 2, 1, 2, 1, 2]), [SCORE]).loc[("dear", "(all)")]
    assert (row.verdict, row.sub_label) == ("refuted", "opposite")
    assert row.cost < 0  # what is claimed to cost brings money instead
    assert math.isnan(row.fcr_low)


def test_an_open_question_says_how_many_customers_would_settle_it(tmp_path):
    row = assessed(tmp_path, _scored([1, 5, 3, 4, 2, 3], [2, 5, 3, 4, 1, 4]), [SCORE]).loc[("dear", "(all)")]
    assert row.verdict == "inconclusive"
    se = (row.crude_high - row.crude_effect) / 2.5705818366147395
    assert row.customers_needed == math.ceil(12 * (se * (1.959963984540054 + 0.8416212335729143) / 0.1) ** 2)


def test_the_family_counts_personas_and_leaves_out_what_is_not_tested(tmp_path):
    hypotheses = [{**SCORE, "personas": ["north", "south"]}, {**SCORE, "id": "again"}]
    steps = _scored([1, 2, 1, 2, 1, 2], [4, 5, 4, 5, 4, 5])
    found = assessed(tmp_path, steps, hypotheses, north={1})
    assert found.index.to_list() == [("dear", "(all)"), ("dear", "north"), ("dear", "south"), ("again", "(all)")]
    assert (found["family_size"] == 3).all()
    row = found.loc[("dear", "north")]
    assert (row.verdict, row.note) == ("not tested", "n < 2")
    assert row[["n_exposed", "n_unexposed", "n_customers", "customers_hit", "share_hit"]].isna().all(), "one customer"
    assert row[["p", "q", "crude_effect", "mean_exposed", "cost"]].isna().all()
    # Benjamini-Hochberg by hand: q = min over larger p of p · 3 / rank
    p = found["p"].dropna().sort_values()
    by_hand = (p * 3 / np.arange(1, 4))[::-1].cummin()
    pd.testing.assert_series_equal(found["q"].dropna().sort_index(), by_hand.sort_index(), check_names=False)


def test_a_persona_known_only_at_the_end_is_no_better_than_crude(tmp_path):
    steps, north = _many()
    late = [
        {**persona, "when": "spent > 5"} if "when" in persona else persona for persona in brand.DECLARED["personas"]
    ]
    declared = [{**SCORE, "personas": ["north"], "adjust_for": ["pages"]}]
    found = assessed(tmp_path, steps, declared, range(600), north, personas=late)
    assert found["grade"].to_list() == ["C", "D"]
    assert comparison.LATER_PERSONA in found.loc[("dear", "north"), "note"]
    early = assessed(tmp_path, steps, declared, range(600), north)
    assert early["grade"].to_list() == ["C", "C"]


def test_a_persona_without_customers_is_not_tested(tmp_path):
    steps = _scored([1, 2, 1], [4, 5, 4])
    row = assessed(tmp_path, steps, [{**SCORE, "personas": ["north"]}]).loc[("dear", "north")]
    assert (row.verdict, row.note, row.n_customers) == ("not tested", "n = 0", 0)


def test_small_margins_are_tested_by_permutation(tmp_path):
    rows = [(customer, 5, "bought", 60 if customer < 7 else 20) for customer in range(1, 13)]
    steps = brand.steps([*rows, (1, 6, "bought", 1)])  # a single repeat purchase: it could be anybody's
    row = assessed(tmp_path, steps, [{**DECLARED, "adjust_for": ["region"]}], north={1, 2, 7, 8}).loc[("dear", "(all)")]
    assert (row.verdict, row.note) == ("inconclusive", "permutation test; fewer than 2 units with the outcome")
    assert (row.p, row.crude_effect, row.grade, row.overlap) == (1, 1 / 6, "C", 1)
    assert row.crude_low < 0 < row.crude_high


def test_all_against_none_is_an_exact_test(tmp_path):
    rows = [(customer, 5, "bought", 60 if customer < 7 else 20) for customer in range(1, 13)]
    again = [(customer, 6, "bought", 1) for customer in range(1, 7)]  # every exposed customer, and nobody else
    row = assessed(tmp_path, brand.steps(rows + again), [{**DECLARED, "direction": "higher"}]).loc[("dear", "(all)")]
    assert row.p == pytest.approx(2 / 924)  # one arrangement of C(12, 6), both tails
    assert (row.verdict, row.note) == (
        "supported", "permutation test; no variation within exposed and within other units"
    )  # fmt: skip


def test_times_to_an_event_give_incidence_time_lost_and_hazards(tmp_path):
    # Delivered after 2 days if dear, after 12 if not; two of each arm never, within 20 days.
    rows = [(customer, 5, "bought", 60 if customer <= 6 else 20) for customer in range(1, 13)]
    late = [(customer, 7 if customer <= 6 else 17, "delivered") for customer in range(1, 13) if customer % 6 > 1]
    declared = {
        **DECLARED, "direction": "higher", "outcome_window": "20 d",
        "outcome": {"kind": "time_to_event", "when": "touchpoint = 'delivered'"},
    }  # fmt: skip
    row = assessed(tmp_path, brand.steps(rows + late), [declared]).loc[("dear", "(all)")]
    assert row.crude_effect == pytest.approx(0)  # 4 of 6 either way, by the end
    assert (row.mean_exposed, row.mean_unexposed) == pytest.approx((4 / 6, 4 / 6))
    assert row.time_lost == pytest.approx(4 / 6 * 18 - 4 / 6 * 8)
    assert row.hazard_ratio > 1  # the same in the end, but sooner
    assert row.verdict == "inconclusive"


def test_skewed_money_also_has_a_ratio_and_a_capped_effect(tmp_path):
    spent = [1, 2, 3, 4, 5, 1000, 1, 2, 3, 4, 5, 6]
    rows = [(customer, 5, "bought", 60 if customer <= 6 else 20) for customer in range(1, 13)]
    rows += [(customer, 6, "bought", amount) for customer, amount in enumerate(spent, start=1)]
    declared = {
        **DECLARED, "smallest_effect": 1,
        "outcome": {"kind": "continuous", "when": "touchpoint = 'bought'", "sum": "value", "winsorise": 0.1},
    }  # fmt: skip
    row = assessed(tmp_path, brand.steps(rows), [declared]).loc[("dear", "(all)")]
    assert row.ratio == pytest.approx(1015 / 21)
    assert row.winsorised_effect == pytest.approx(0)  # the ceiling is 6: then both arms spent the same
    assert row.winsorised_low < 0 < row.winsorised_high


@pytest.mark.parametrize(("exposure", "share"), [("value > 500", "none"), ("value > 5", "all")])
def test_an_exposure_that_never_or_always_occurs_is_refused(tmp_path, exposure, share):
    steps = _scored([1, 2, 1], [4, 5, 4])
    with pytest.raises(ParcoursError, match=rf"params.yaml: hypotheses\[0\].exposure: dear: .* {share} of the 6 units"):
        assessed(tmp_path, steps, [{**SCORE, "exposure": exposure}])


def test_no_unit_at_all_is_refused(tmp_path):
    steps = brand.steps([(1, 55, "bought", 60)])
    with pytest.raises(ParcoursError, match="no unit to compare: 1 were not followed"):
        assessed(tmp_path, steps, [DECLARED])


# -- drawn at random ---------------------------------------------------------------------------------------------------


def _drawn(n_exposed, n_others):
    """Return purchases of exposed and other customers, every third followed by another one."""
    rows = []
    for customer in range(n_exposed + n_others):
        rows.append((customer, 5, "bought", 60 if customer < n_exposed else 20))
        if customer % 3 == 0:
            rows.append((customer, 8, "bought", 1))
    return brand.steps(rows)


@pytest.mark.parametrize(("n_exposed", "is_read"), [(55, True), (75, False)])
def test_a_draw_is_read_only_if_its_arms_came_out_as_drawn(tmp_path, n_exposed, is_read):
    # Chi-square of 55 : 45 against a half is 1 (p = 0.32), of 75 : 25 it is 25 (p = 6e-7).
    drawn = {**DECLARED, "assigned": 0.5}
    row = assessed(tmp_path, _drawn(n_exposed, 100 - n_exposed), [drawn], range(100)).loc[("dear", "(all)")]
    assert (row.verdict != "not tested") == is_read
    assert pd.isna(row.note) if is_read else row.note == comparison.SAMPLE_RATIO
    assert row.grade == ("A" if is_read else "D")


# -- adjustment and answers --------------------------------------------------------------------------------------------


def _many(seed=0, customers=600, answered_if_exposed=1.0):
    """Return a brand whose northerners are exposed more often and score lower anyway: the exposure does nothing."""
    generator = np.random.default_rng(seed)
    north = generator.uniform(size=customers) < 0.5
    exposed = generator.uniform(size=customers) < np.where(north, 0.7, 0.3)
    score = np.where(north, 2.0, 4.0) + generator.integers(-1, 2, customers)
    answers = generator.uniform(size=customers) < np.where(exposed, answered_if_exposed, 1)
    rows = []
    for customer in range(customers):
        rows.append((customer, 5, "bought", 60 if exposed[customer] else 20))
        if answers[customer]:
            rows.append((customer, 7, "reviewed", None, score[customer]))
    return brand.steps(rows), set(np.flatnonzero(north).tolist())


def test_the_verdict_rests_on_the_adjusted_effect(tmp_path):
    steps, north = _many()
    hypotheses = [
        {**SCORE, "smallest_effect": 0.5},
        {**SCORE, "id": "adjusted", "smallest_effect": 0.5, "adjust_for": ["region"]},
    ]
    found = assessed(tmp_path, steps, hypotheses, customers=range(600), north=north)
    crude, adjusted = found.loc[("dear", "(all)")], found.loc[("adjusted", "(all)")]
    assert (crude.verdict, crude.grade) == ("supported", "D")
    assert (adjusted.verdict, adjusted.sub_label, adjusted.grade) == ("refuted", "too small", "C")
    assert adjusted.adjusted_low < 0 < adjusted.adjusted_high
    assert adjusted.crude_effect == crude.crude_effect
    assert adjusted.overlap > 0.9


def test_the_adjusted_numbers_do_not_depend_on_the_order_of_rows(tmp_path):
    steps, north = _many()
    hypotheses = [{**SCORE, "adjust_for": ["region", "pages"]}]
    once = assessed(tmp_path, steps, hypotheses, customers=range(600), north=north)
    again = assessed(tmp_path, steps.sample(frac=1, random_state=1), hypotheses, customers=range(600), north=north)
    pd.testing.assert_frame_equal(once, again, check_exact=True)


def test_without_overlap_nothing_is_concluded(tmp_path):
    steps, _ = _many()
    bought = steps[steps["touchpoint"] == "bought"]
    north = set(bought.loc[bought["value"] > 50, "customer_id"])  # all exposed customers, and nobody else
    row = assessed(tmp_path, steps, [{**SCORE, "adjust_for": ["region"]}], range(600), north).loc[("dear", "(all)")]
    assert (row.verdict, row.sub_label, row.note) == ("inconclusive", "no overlap", comparison.NO_COMPARABLE)
    assert row.family_size == 0  # no estimate, so no test
    assert pd.isna(row.customers_needed)


def test_differential_response_caps_the_grade(tmp_path):
    steps, north = _many(answered_if_exposed=0.6)
    found = assessed(tmp_path, steps, [{**SCORE, "adjust_for": ["region"]}], customers=range(600), north=north)
    row = found.loc[("dear", "(all)")]
    assert row.grade == "D"
    assert comparison.RESPONSE_DIFFERS in row.note
    assert row.n_answered_exposed < row.n_exposed
    assert row.n_answered_unexposed == row.n_unexposed
    assert row.bound_low < row.adjusted_effect < row.bound_high
    assert row.response_gap_low < row.response_gap < row.response_gap_high < 0
    assert row.lee_low < row.adjusted_effect < row.lee_high  # the verdict rests on these
    assert (row.verdict, row.sub_label) == ("inconclusive", "selected respondents")
    assert pd.isna(row.customers_needed)  # more of the same answers would not tell


def test_the_headline_counts_the_verdicts(tmp_path):
    found = assessed(tmp_path, _scored([1, 2, 1, 2], [4, 5, 4, 5]), [SCORE]).reset_index()
    params = brand.load_params(tmp_path, hypotheses=[SCORE])
    assert assess.headline(found, params) == {
        "hypotheses": 1, "family_size": 1, "false_discovery_rate": 0.10, "supported": ["dear"],
        "verdicts": {"supported": 1, "refuted": 0, "inconclusive": 0, "not tested": 0},
    }  # fmt: skip
