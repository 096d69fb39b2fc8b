"""Hypotheses of a small brand: who enters, in which order of time, and what is said about them."""

import math

import numpy as np
import pandas as pd
import pytest

import small_brand as brand
from pipeline import assess, tables
from pipeline.assess import comparison
from pipeline.assess.units import find_units
from pipeline.errors import ParcoursError

# What each test starts from: did buying for over 50 keep customers from buying again within ten days?
DECLARED = {
    "id": "dear",
    "claim": {"fr": "Cher.", "en": "Dear."},
    "index": "first bought",
    "exposure": "value > 50",
    "outcome": {"kind": "binary", "when": "touchpoint = 'bought'"},
    "outcome_window": "10 d",
    "direction": "lower",
    "smallest_effect": 0.1,
    "stage": "buy",
    "owner": "nobody",
}


def _in_regions(steps, north):
    """Return steps that tell the customer's region, as the trait's own source would."""
    return steps.assign(region=np.where(steps["customer_id"].isin(north), "north", "south"))


def _units(tmp_path, steps, customers=range(1, 13), north=frozenset(), **changes):
    params = brand.load_params(tmp_path, hypotheses=[{**DECLARED, **changes}])
    frames = {
        "steps": steps if "region" in steps else _in_regions(steps, north),
        "personas": brand.personas(customers, north),
    }
    with brand.engine_with(tmp_path, params, **frames) as engine:
        return find_units(engine, params, params.hypotheses[0], "params.yaml: hypotheses[0]", brand.WINDOW)


def _assess(tmp_path, steps, hypotheses, customers=range(1, 13), north=frozenset(), **changes):
    params = brand.load_params(tmp_path, hypotheses=hypotheses, **changes)
    frames = {
        "steps": steps if "region" in steps else _in_regions(steps, north),
        "personas": brand.personas(customers, north),
    }
    with brand.engine_with(tmp_path, params, **frames) as engine:
        found = assess.assess(engine, params, brand.WINDOW)
        engine.load("hypotheses", found)
        engine.check(tables.HYPOTHESES, "hypotheses")
    return found.set_index(["id", "group"])


# -- the order of time ---------------------------------------------------------------------------------------------


def test_the_outcome_counts_strictly_after_the_index_and_within_its_window(tmp_path):
    units = _units(
        tmp_path,
        brand.steps([
            (1, 5, "bought", 60), (1, 15, "bought", 5),  # ten days later: still within
            (2, 5, "bought", 60), (2, 15.01, "bought", 5),  # later than that
            (3, 5, "bought", 20), (3, 5, "bought", 20),  # at the same moment: not after
        ]),
    )  # fmt: skip
    assert units.frame["customer_id"].to_list() == [1, 2, 3]
    assert units.frame["outcome"].to_list() == [1, 0, 0]
    assert units.frame["is_exposed"].to_list() == [True, True, False]


def test_every_index_step_is_a_unit_of_its_own(tmp_path):
    steps = brand.steps([(1, 5, "bought", 60), (1, 9, "bought", 5), (1, 40, "bought", 5)])
    units = _units(tmp_path, steps, index="every bought")
    assert units.frame["outcome"].to_list() == [1, 0, 0]
    assert units.frame["is_exposed"].to_list() == [True, False, False]


def test_units_not_followed_to_the_end_are_left_out_never_scored_zero(tmp_path):
    steps = brand.steps([(1, 49, "bought", 60), (2, 49.01, "bought", 60), (3, 5, "bought", 5)])
    units = _units(tmp_path, steps, north={2})
    assert units.frame["customer_id"].to_list() == [1, 3]  # the window closes on day 59, the cut-off
    assert units.n_left_out == 1
    assert units.of_persona("north").n_left_out == 1
    assert units.of_persona("south").n_left_out == 0


def test_an_exposure_window_is_looked_at_before_the_outcome_counts(tmp_path):
    # Exposed: a page seen within three days after buying. Outcome: a delivery within ten days after those three.
    steps = brand.steps([
        (1, 5, "bought"), (1, 7, "page_seen"), (1, 9, "delivered"),
        (2, 5, "bought"), (2, 8.5, "page_seen"), (2, 18, "delivered"),  # seen too late; delivered on the last day
        (3, 5, "bought"), (3, 6, "delivered"),  # outcome before the window closed: no longer at risk
        (4, 5, "page_seen"), (4, 5, "bought"),  # seen at the index, not after
        (5, 5, "bought"), (5, 8, "page_seen"), (5, 18.5, "delivered"),  # seen on the last day; delivered too late
    ])  # fmt: skip
    units = _units(
        tmp_path, steps, exposure="touchpoint = 'page_seen'", exposure_window="3 d",
        outcome={"kind": "binary", "when": "touchpoint = 'delivered'"},
    )  # fmt: skip
    frame = units.frame.set_index("customer_id")
    assert frame.index.to_list() == [1, 2, 4, 5]
    assert frame["is_exposed"].to_list() == [True, False, False, True]
    assert frame["outcome"].to_list() == [1, 1, 0, 0]
    assert units.notes == ("1 units left out: outcome before the exposure window closed",)


def test_a_silence_is_an_exposure_of_its_own(tmp_path):
    # Exposed: no page seen within three days after buying.
    steps = brand.steps([
        (1, 5, "bought"), (1, 7, "page_seen"), (1, 9, "delivered"),
        (2, 5, "bought"), (2, 8.5, "page_seen"),  # seen too late: silence
        (3, 5, "bought"),  # silence
        (4, 57, "bought"),  # the three days were not all seen: nobody knows
        (5, 5, "page_seen"), (5, 5, "bought"), (5, 9, "delivered"),  # seen at the index, not after: silence
    ])  # fmt: skip
    units = _units(
        tmp_path, steps, exposure={"none": "touchpoint = 'page_seen'"}, exposure_window="3 d",
        outcome={"kind": "binary", "when": "touchpoint = 'delivered'"},
    )  # fmt: skip
    frame = units.frame.set_index("customer_id")
    assert frame["is_exposed"].to_dict() == {1: False, 2: True, 3: True, 5: True}
    assert frame["outcome"].to_dict() == {1: 1, 2: 0, 3: 0, 5: 1}
    assert units.n_left_out == 1


def test_a_trait_counts_only_once_it_is_known(tmp_path):
    # The region stands on one step of each customer: before the index, at it, after it, never.
    steps = brand.steps(
        [
            (1, 4, "page_seen"), (1, 5, "bought", 60),
            (2, 5, "bought", 60), (2, 6, "page_seen"),
            (3, 5, "bought", 20), (3, 6, "page_seen"),
            (4, 5, "bought", 20),
        ],
        region=["north", None, "north", None, None, "north", None],
    )  # fmt: skip
    units = _units(tmp_path, steps, north={1, 2, 3}, adjust_for=["region", "persona"])
    frame = units.frame.set_index("customer_id")
    assert frame["adjust_region"].astype(object).where(frame["adjust_region"].notna(), None).to_dict() == {
        1: "north", 2: "north", 3: None, 4: None,
    }  # fmt: skip
    assert frame["adjust_persona"].to_dict() == {1: "north", 2: "north", 3: "south", 4: "south"}
    assert frame["persona"].to_dict() == {1: "north", 2: "north", 3: "north", 4: "south"}  # the group looked at
    assert len(_units(tmp_path, steps, north={1, 2, 3}, population="region = 'north'").frame) == 2
    assert len(_units(tmp_path, steps, north={1, 2, 3}, population="persona = 'north'").frame) == 2


def test_time_to_event_is_censored_at_the_cut_off_and_ends_at_a_competing_event(tmp_path):
    # Exposed at once; a delivery within 20 days, unless a page seen ends the risk. The cut-off is day 59.
    steps = brand.steps([
        (1, 5, "bought", 60), (1, 8.5, "delivered"),
        (2, 5, "bought", 60), (2, 7, "page_seen"), (2, 9, "delivered"),  # the risk had ended
        (3, 5, "bought", 60), (3, 25.5, "delivered"),  # after the window
        (4, 49, "bought", 20),  # followed for ten days only
        (5, 59, "bought", 20),  # not followed at all
    ])  # fmt: skip
    units = _units(
        tmp_path, steps, outcome_window="20 d",
        outcome={
            "kind": "time_to_event", "when": "touchpoint = 'delivered'", "competing": "touchpoint = 'page_seen'"
        },
    )  # fmt: skip
    frame = units.frame.set_index("customer_id")
    day = 86_400_000_000
    assert frame["duration"].to_dict() == {1: 3.5 * day, 2: 2 * day, 3: 20 * day, 4: 10 * day}
    assert frame["ended_by"].to_dict() == {1: 1, 2: 2, 3: 0, 4: 0}
    assert units.n_left_out == 1


def test_a_look_back_must_lie_in_the_observation_window(tmp_path):
    steps = brand.steps([
        (1, 5, "bought"),  # the fourteen days before are not all in the window
        (2, 20, "page_seen"), (2, 30, "bought"),
        (3, 15, "page_seen"), (3, 30, "bought"),  # seen too early
        (4, 30, "bought"), (4, 31, "page_seen"),  # seen after, not before
    ])  # fmt: skip
    units = _units(tmp_path, steps, exposure="touchpoint = 'page_seen'", exposure_window="14 d before")
    assert units.frame["customer_id"].to_list() == [2, 3, 4]
    assert units.frame["is_exposed"].to_list() == [True, False, False]
    assert units.notes == ("1 units left out: look-back not complete",)


def test_features_are_measured_strictly_before_the_index(tmp_path):
    steps = brand.steps([
        (1, 3, "page_seen"), (1, 4, "page_seen"), (1, 5, "bought", 60), (1, 6, "page_seen"), (1, 7, "bought", 7),
        (2, 5, "page_seen"), (2, 5, "bought", 20),  # same moment, but earlier in the order of the steps
        (3, 5, "bought", 20), (3, 5, "page_seen"),  # same moment, later in that order
    ])  # fmt: skip
    units = _units(tmp_path, steps, index="every bought", adjust_for=["pages", "spent", "region", "month", "weekday"])
    assert units.frame["adjust_pages"].to_list() == [2, 3, 1, 0]
    assert units.frame["adjust_spent"].fillna(-1).to_list() == [-1, 60, -1, -1]
    assert units.frame["adjust_month"].unique().tolist() == ["2026-01"]
    assert units.frame["adjust_weekday"].to_list() == ["1", "3", "1", "1"]  # 6 January 2026 is a Tuesday


def test_the_population_may_use_traits_and_features(tmp_path):
    steps = brand.steps(
        [(1, 4, "page_seen"), (1, 5, "bought", 60), (2, 5, "bought", 60), (3, 4, "page_seen"), (3, 5, "bought", 1)]
    )
    units = _units(tmp_path, steps, north={1, 2}, population="pages > 0 and region = 'north'")
    assert units.frame["customer_id"].to_list() == [1]


def test_a_score_is_the_first_one_given_in_the_window(tmp_path):
    steps = brand.steps([
        (1, 5, "bought", 60), (1, 6, "reviewed"), (1, 7, "reviewed", None, 4), (1, 8, "reviewed", None, 1),
        (2, 5, "bought", 20),
        (3, 5, "bought", None), (3, 6, "reviewed", None, 5),  # exposure not known
    ])  # fmt: skip
    units = _units(tmp_path, steps, outcome={"kind": "ordinal", "when": "touchpoint = 'reviewed'"})
    assert units.frame["outcome"].fillna(-1).to_list() == [4, -1]
    assert units.notes == ("1 units left out: exposure not known",)


def test_a_continuous_outcome_is_a_sum_and_zero_where_nothing_happened(tmp_path):
    steps = brand.steps([(1, 5, "bought", 60), (1, 6, "bought", 1.25), (1, 7, "bought", 2.5), (2, 5, "bought", 20)])
    units = _units(tmp_path, steps, outcome={"kind": "continuous", "when": "is_goal", "sum": "value"})
    assert units.frame["outcome"].to_list() == [3.75, 0]


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
    row = _assess(tmp_path, steps, [SCORE]).loc[("dear", "(all)")]
    assert (row.verdict, row.sub_label, row.grade) == ("supported", "material", "D")
    assert (row.n_exposed, row.n_unexposed, row.customers_hit, row.share_hit) == (6, 6, 6, 0.5)
    assert (row.mean_exposed, row.mean_unexposed, row.crude_effect) == (1.5, 4.5, -3.0)
    # Welch: s² = 0.3 in each arm, se = √(2 · 0.3 / 6), t(0.975, 5) = 2.5705818366147395
    reach = 2.5705818366147395 * math.sqrt(0.1)
    assert (row.crude_low, row.crude_high) == pytest.approx((-3 - reach, -3 + reach))
    assert row.superiority == 0
    # the harm is claimed downwards, so a drop costs: 6 customers · 3 points · 7
    assert (row.cost, row.cost_low, row.cost_high) == pytest.approx((126, 42 * (3 - reach), 42 * (3 + reach)))
    # one row, supported: its false-coverage-adjusted interval is at 1 - 0.10 · 1 / 1
    reach = 2.015048372669157 * math.sqrt(0.1)
    assert (row.fcr_low, row.fcr_high) == pytest.approx((-3 - reach, -3 + reach))
    assert row.family_size == 1
    assert row.q == row.p


def test_the_opposite_is_refuted(tmp_path):
    row = _assess(tmp_path, _scored([4, 5, 4, 5, 4, 5], [1, 2, 1, 2, 1, 2]), [SCORE]).loc[("dear", "(all)")]
    assert (row.verdict, row.sub_label) == ("refuted", "opposite")
    assert row.cost < 0  # what is claimed to cost brings money instead
    assert math.isnan(row.fcr_low)


def test_an_open_question_says_how_many_customers_would_settle_it(tmp_path):
    row = _assess(tmp_path, _scored([1, 5, 3, 4, 2, 3], [2, 5, 3, 4, 1, 4]), [SCORE]).loc[("dear", "(all)")]
    assert row.verdict == "inconclusive"
    se = (row.crude_high - row.crude_effect) / 2.5705818366147395
    assert row.customers_needed == math.ceil(12 * (se * (1.959963984540054 + 0.8416212335729143) / 0.1) ** 2)


def test_the_family_counts_personas_and_leaves_out_what_is_not_tested(tmp_path):
    hypotheses = [{**SCORE, "personas": ["north", "south"]}, {**SCORE, "id": "again"}]
    steps = _scored([1, 2, 1, 2, 1, 2], [4, 5, 4, 5, 4, 5])
    found = _assess(tmp_path, steps, hypotheses, north={1})
    assert found.index.to_list() == [("dear", "(all)"), ("dear", "north"), ("dear", "south"), ("again", "(all)")]
    assert (found["family_size"] == 3).all()
    row = found.loc[("dear", "north")]
    assert (row.verdict, row.note, row.n_exposed, row.n_unexposed) == ("not tested", "n < 2", 1, 0)
    assert row[["p", "q", "crude_effect", "mean_exposed", "cost"]].isna().all()
    # Benjamini-Hochberg by hand: q = min over larger p of p · 3 / rank
    p = found["p"].dropna().sort_values()
    by_hand = (p * 3 / np.arange(1, 4))[::-1].cummin()
    pd.testing.assert_series_equal(found["q"].dropna().sort_index(), by_hand.sort_index(), check_names=False)


def test_a_persona_without_customers_is_not_tested(tmp_path):
    steps = _scored([1, 2, 1], [4, 5, 4])
    row = _assess(tmp_path, steps, [{**SCORE, "personas": ["north"]}]).loc[("dear", "north")]
    assert (row.verdict, row.note, row.n_customers) == ("not tested", "n = 0", 0)


def test_small_margins_are_tested_by_permutation(tmp_path):
    rows = [(customer, 5, "bought", 60 if customer < 7 else 20) for customer in range(1, 13)]
    steps = brand.steps([*rows, (1, 6, "bought", 1)])  # a single repeat purchase: it could be anybody's
    row = _assess(tmp_path, steps, [{**DECLARED, "adjust_for": ["region"]}], north={1, 2, 7, 8}).loc[("dear", "(all)")]
    assert (row.verdict, row.note) == ("inconclusive", "permutation test; fewer than 2 units with the outcome")
    assert (row.p, row.crude_effect, row.grade, row.overlap) == (1, 1 / 6, "C", 1)
    assert row.crude_low < 0 < row.crude_high


def test_all_against_none_is_an_exact_test(tmp_path):
    rows = [(customer, 5, "bought", 60 if customer < 7 else 20) for customer in range(1, 13)]
    again = [(customer, 6, "bought", 1) for customer in range(1, 7)]  # every exposed customer, and nobody else
    row = _assess(tmp_path, brand.steps(rows + again), [{**DECLARED, "direction": "higher"}]).loc[("dear", "(all)")]
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
    row = _assess(tmp_path, brand.steps(rows + late), [declared]).loc[("dear", "(all)")]
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
    row = _assess(tmp_path, brand.steps(rows), [declared]).loc[("dear", "(all)")]
    assert row.ratio == pytest.approx(1015 / 21)
    assert row.winsorised_effect == pytest.approx(0)  # the ceiling is 6: then both arms spent the same
    assert row.winsorised_low < 0 < row.winsorised_high


@pytest.mark.parametrize(("exposure", "share"), [("value > 500", "none"), ("value > 5", "all")])
def test_an_exposure_that_never_or_always_occurs_is_refused(tmp_path, exposure, share):
    steps = _scored([1, 2, 1], [4, 5, 4])
    with pytest.raises(ParcoursError, match=rf"params.yaml: hypotheses\[0\].exposure: dear: .* {share} of the 6 units"):
        _assess(tmp_path, steps, [{**SCORE, "exposure": exposure}])


def test_no_unit_at_all_is_refused(tmp_path):
    steps = brand.steps([(1, 55, "bought", 60)])
    with pytest.raises(ParcoursError, match="no unit to compare: 1 were not followed"):
        _assess(tmp_path, steps, [DECLARED])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"exposure": "valeu > 5"}, r"hypotheses\[0\].exposure: no column 'valeu'. Nearest: value"),
        ({"adjust_for": ["page"]}, r"hypotheses\[0\].adjust_for\[0\]: no column 'page'. Nearest: pages"),
        ({"exposure": "pages > 1", "exposure_window": "3 d"}, "exposure: no column 'pages'.*looks at single steps"),
        ({"population": "regoin = 'north'"}, "population: no column 'regoin'. Nearest: region"),
    ],
)
def test_a_misspelt_column_is_named_with_the_nearest(tmp_path, changes, message):
    with pytest.raises(ParcoursError, match=message):
        _units(tmp_path, _scored([1, 2], [3, 4]), **changes)


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
    row = _assess(tmp_path, _drawn(n_exposed, 100 - n_exposed), [drawn], range(100)).loc[("dear", "(all)")]
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
    found = _assess(tmp_path, steps, hypotheses, customers=range(600), north=north)
    crude, adjusted = found.loc[("dear", "(all)")], found.loc[("adjusted", "(all)")]
    assert (crude.verdict, crude.grade) == ("supported", "D")
    assert (adjusted.verdict, adjusted.sub_label, adjusted.grade) == ("refuted", "too small", "C")
    assert adjusted.adjusted_low < 0 < adjusted.adjusted_high
    assert adjusted.crude_effect == crude.crude_effect
    assert adjusted.overlap > 0.9


def test_the_adjusted_numbers_do_not_depend_on_the_order_of_rows(tmp_path):
    steps, north = _many()
    hypotheses = [{**SCORE, "adjust_for": ["region", "pages"]}]
    once = _assess(tmp_path, steps, hypotheses, customers=range(600), north=north)
    again = _assess(tmp_path, steps.sample(frac=1, random_state=1), hypotheses, customers=range(600), north=north)
    pd.testing.assert_frame_equal(once, again, check_exact=True)


def test_without_overlap_nothing_is_concluded(tmp_path):
    steps, _ = _many()
    bought = steps[steps["touchpoint"] == "bought"]
    north = set(bought.loc[bought["value"] > 50, "customer_id"])  # all exposed customers, and nobody else
    row = _assess(tmp_path, steps, [{**SCORE, "adjust_for": ["region"]}], range(600), north).loc[("dear", "(all)")]
    assert (row.verdict, row.sub_label, row.note) == ("inconclusive", "no overlap", comparison.NO_COMPARABLE)
    assert row.family_size == 0  # no estimate, so no test
    assert pd.isna(row.customers_needed)


def test_differential_response_caps_the_grade(tmp_path):
    steps, north = _many(answered_if_exposed=0.6)
    found = _assess(tmp_path, steps, [{**SCORE, "adjust_for": ["region"]}], customers=range(600), north=north)
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
    found = _assess(tmp_path, _scored([1, 2, 1, 2], [4, 5, 4, 5]), [SCORE]).reset_index()
    params = brand.load_params(tmp_path, hypotheses=[SCORE])
    assert assess.headline(found, params) == {
        "hypotheses": 1, "family_size": 1, "false_discovery_rate": 0.10, "supported": ["dear"],
        "verdicts": {"supported": 1, "refuted": 0, "inconclusive": 0, "not tested": 0},
    }  # fmt: skip
