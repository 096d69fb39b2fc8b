"""Estimates of a brand of twelve customers, each worked out by hand."""

import math
from fractions import Fraction

import pandas as pd
import pytest

import small_brand as brand
from pipeline import estimate, tables
from pipeline.estimate.cells import NO_VARIATION
from pipeline.params import Kpi, Names

CUT_OFF = brand.WINDOW[1]

# Customers 1–6 entered browse once or twice, all followed for the horizon: (moved to buy, visits).
# 2 was lost within the horizon (bin 1), 5 is still there, the other visit of 3 moved only after the horizon (bin 2).
BROWSE = {1: (1, 1), 2: (0, 1), 3: (1, 2), 4: (1, 1), 5: (0, 1), 6: (2, 2)}


@pytest.fixture
def params(tmp_path):
    return brand.load_params(tmp_path)


def _transitions():
    cells = [
        (1, "browse", "buy", 0, True, 1), (2, "browse", "(lost)", 1, True, 1), (3, "browse", "buy", 1, True, 1),
        (3, "browse", "buy", 2, True, 1), (4, "browse", "buy", 1, True, 1), (5, "browse", "(censored)", 3, True, 1),
        (6, "browse", "buy", 0, True, 2),
        (7, "browse", "buy", 0, False, 9),  # not followed: does not count
        (8, "(start)", "browse", 0, True, 1), (9, "(start)", "buy", 0, True, 1),
        (10, "buy", "review", 0, True, 1),  # alone in its row: suppressed
    ]  # fmt: skip
    frame = pd.DataFrame(cells, columns=["customer_id", "from_stage", "to_stage", "duration_bin", "is_followed", "n"])
    return frame.assign(channel="web", period="2026-01")


def _make(tmp_path, params, maker, table, **frames):
    frames = {"personas": brand.personas(range(1, 13), north={1, 2, 3}), **frames}
    with brand.engine_with(tmp_path, params, **frames) as engine:
        engine.make("customer_personas", estimate.exp.select("customer_id", "persona").from_("personas"))
        rows = brand.shown(maker(engine, params, CUT_OFF), table, params)
        frame = estimate.in_form(rows, table, estimate.reading_orders(params))
        engine.load(table.name, frame)
        engine.check(table, table.name)
    return frame.set_index(list(table.key))


@pytest.fixture
def transitions(tmp_path, params):
    tmp_path.mkdir(exist_ok=True)
    return _make(tmp_path, params, estimate.transitions.rows, tables.TRANSITIONS, customer_transitions=_transitions())


def test_a_transition_counts_what_moved_within_the_horizon(transitions):
    cell = transitions.loc[("all", "(all)", "browse", "buy")]
    assert (cell.n_visits, cell.n_customers, cell.n_moved, cell.n_unresolved) == (8, 6, 5, 2)
    assert cell.p == 5 / 8
    assert cell.horizon == "10 d"
    assert transitions.loc[("all", "(all)", "browse", "(lost)")].p == 1 / 8
    assert transitions.loc[("all", "(all)", "browse", "(unresolved)")].p == 2 / 8


def test_its_design_effect_is_the_delete_one_customer_jackknife(transitions):
    p = Fraction(5, 8)
    variance = Fraction(5, 6) * sum((Fraction(5 - k, 8 - n) - p) ** 2 for k, n in BROWSE.values())
    cell = transitions.loc[("all", "(all)", "browse", "buy")]
    assert cell.design_effect == pytest.approx(float(variance / (p * (1 - p) / 8)))
    assert 0 < cell.ci_low < cell.p < cell.ci_high < 1


def test_a_row_adds_up_to_one(transitions):
    rows = transitions.groupby(["grouping", "group", "from_stage"])
    complete = rows["p"].sum()[rows["p"].count() > 0]
    assert complete.to_list() == pytest.approx([1.0] * len(complete))
    moved = rows["n_moved"].sum()
    assert (moved == rows["n_visits"].first())[complete.index].all()


def test_a_start_neither_gets_lost_nor_stays(transitions):
    assert set(transitions.loc[("all", "(all)", "(start)")].index) == {"browse", "buy", "review"}


def test_persona_rows_are_their_customers_only(transitions):
    cell = transitions.loc[("persona", "north", "browse", "buy")]
    assert (cell.n_visits, cell.n_moved, cell.p) == (4, 2, 0.5)


def test_small_personas_are_drawn_towards_everybody_beside_their_own_share(transitions):
    cells = {group: transitions.loc[("persona", group, "browse", "buy")] for group in ("north", "south")}
    assert (cells["north"].p, cells["south"].p) == (2 / 4, 3 / 4)
    assert 2 / 4 < cells["north"].pooled < 5 / 8 < cells["south"].pooled < 3 / 4
    for cell in cells.values():
        assert cell.pooled_low < cell.pooled < cell.pooled_high
    rows = transitions.loc["persona"].groupby(["group", "from_stage"])["pooled"]
    assert rows.sum()[rows.count() > 0].to_list() == pytest.approx([1.0] * int((rows.count() > 0).sum()))


def test_everybody_is_not_drawn_anywhere(transitions):
    assert transitions.loc["all"][["pooled", "pooled_low", "pooled_high"]].isna().all(axis=None)


def test_small_rows_are_suppressed_not_zero(transitions):
    cell = transitions.loc[("all", "(all)", "buy", "review")]
    assert cell.note == "n < 2"
    assert cell[["n_moved", "n_unresolved", "p", "ci_low", "ci_high", "design_effect", "pooled"]].isna().all()


def test_lost_is_shown_only_where_the_horizon_reaches_the_silence(tmp_path):
    params = brand.load_params(tmp_path, journeys={"silence": "11 d", "goal": "touchpoint = 'bought'"})
    frame = _make(tmp_path, params, estimate.transitions.rows, tables.TRANSITIONS, customer_transitions=_transitions())
    assert "(lost)" not in frame.index.get_level_values("to_stage")


# -- funnel, time in stage -----------------------------------------------------------------------------------------


def _journeys(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "journey", "day", "is_left_truncated"])
    frame["started_at"] = [brand.at(day) for day in frame["day"]]
    return frame.assign(first_channel="web")


def _visits(rows):
    columns = ["customer_id", "journey", "stage", "day", "left", "next_stage", "is_entry_seen"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["entered_at"] = [brand.at(day) for day in frame["day"]]
    frame["left_at"] = pd.to_datetime([pd.NaT if pd.isna(left) else brand.at(left) for left in frame["left"]])
    return frame.assign(channel="web", visit=range(len(frame)))


def test_funnel_counts_journeys_that_reach_a_stage_or_a_later_one(tmp_path, params):
    journeys = _journeys(
        [(1, 1, 5, False), (1, 2, 30, False), (2, 1, 6, False), (3, 1, 7, False), (4, 1, 7, True), (5, 1, 50, False)]
    )  # 4 is left-truncated, 5 started less than a horizon before the cut-off: neither counts
    visits = _visits(
        [
            (1, 1, "browse", 5, 6, "review", True), (1, 1, "review", 6, None, "(censored)", True),  # skips buy
            (1, 2, "browse", 30, None, "(censored)", True),
            (2, 1, "browse", 6, 7, "buy", True), (2, 1, "buy", 7, None, "(censored)", True),
            (3, 1, "browse", 7, 18, "buy", True), (3, 1, "buy", 18, None, "(censored)", True),  # after the horizon
            (4, 1, "buy", 7, None, "(censored)", False), (5, 1, "buy", 50, None, "(censored)", True),
        ]
    )  # fmt: skip
    found = _make(tmp_path, params, estimate.funnel.rows, tables.FUNNEL, journeys=journeys, visits=visits)
    found = found.loc["all", "(all)"]
    assert found["n_journeys"].to_list() == [4, 4, 4]
    assert found["n_reached"].to_list() == [4, 2, 1]
    assert found["n_visited"].to_list() == [4, 1, 1]
    assert found["p"].to_list() == [1.0, 0.5, 0.25]
    assert found.index.to_list() == ["browse", "buy", "review"]


def test_time_in_stage_has_quartiles_of_visits_that_moved_on(tmp_path, params):
    rows = [(customer, 1, "browse", 1, 1 + customer, "buy", True) for customer in range(1, 9)]  # 1 … 8 days
    rows += [
        (9, 1, "browse", 1, 12, "buy", True),  # longer than the horizon
        (10, 1, "browse", 1, 3, "(lost)", True),  # an exit, not a move
        (11, 1, "browse", 1, 3, "buy", False),  # nobody saw it enter
        (12, 1, "browse", 50, 51, "buy", True),  # entered less than a horizon before the cut-off
    ]
    found = _make(tmp_path, params, estimate.time_in_stage.rows, tables.TIME_IN_STAGE, visits=_visits(rows))
    row = found.loc[("all", "(all)", "browse")]
    assert (row.n_visits, row.n_customers) == (8, 8)
    assert (row.quartile_1, row["median"], row.quartile_3) == (2, 4, 6)
    # Korn-Graubard of 4 in 8, one visit each: variance 1/28, so effective n = 7; Clopper-Pearson of 3.5 in 7
    # is 0.13 … 0.87, read back as the 2nd (0.25 ≥ 0.13) and the 7th (0.875 ≥ 0.87) of eight durations.
    assert (row.median_low, row.median_high) == (2, 7)


# -- KPIs ------------------------------------------------------------------------------------------------------------


def _kpi(kind, when=None, within=None, top=None, target=None):
    return Kpi("k", kind, Names("k", "k"), when, within, top, target)


def _one_kpi(tmp_path, params, kpi, **frames):
    params = brand.parameters.Params(**{**vars(params), "kpis": (kpi,)})
    return _make(tmp_path, params, estimate.kpis.rows, tables.KPIS, **frames).loc[("all", "(all)", "k")]


PURCHASES = [
    (1, 5, "page_seen"), (1, 6, "bought", 10), (1, 9, "bought", 30), (2, 5, "bought", 20),
    (3, 5, "page_seen"), (4, 50, "bought", 40), (4, 55, "bought", 50), (5, 8, "bought", None),
]  # fmt: skip


def test_mean_value_is_money_over_purchases_clustered(tmp_path, params):
    row = _one_kpi(tmp_path, params, _kpi("mean_value", "is_goal"), steps=brand.steps(PURCHASES))
    # customers 1, 2, 4 with (40, 2), (20, 1), (90, 2); a purchase without money is no evidence: 150 / 5 = 30
    assert (row.n, row.n_customers, row.estimate, row.unit) == (5, 3, 30, "money")
    variance = 3 / 2 * ((40 - 60) ** 2 + (20 - 30) ** 2 + (90 - 60) ** 2) / 25
    assert row.ci_high - row.estimate == pytest.approx(4.302652729911275 * math.sqrt(variance))


def test_return_needs_the_whole_period_and_another_purchase(tmp_path, params):
    kpi = _kpi("return", "is_goal", within=brand.timedelta(days=10))
    row = _one_kpi(tmp_path, params, kpi, steps=brand.steps(PURCHASES))
    # 1 came back after 3 days, 2 and 5 did not, 4 was not followed for ten days
    assert (row.n, row.estimate) == (3, pytest.approx(1 / 3))


def test_conversion_is_a_goal_within_the_horizon_of_the_start(tmp_path, params):
    journeys = _journeys([(1, 1, 5, False), (2, 1, 5, False), (3, 1, 5, False), (4, 1, 35, False), (5, 1, 8, True)])
    frames = {"journeys": journeys, "steps": brand.steps(PURCHASES)}
    row = _one_kpi(tmp_path, params, _kpi("conversion", target=0.2), **frames)
    # 1 and 2 within the horizon, 3 never, 4 after fifteen days; 5 is left-truncated
    assert (row.n, row.estimate, row.target) == (4, 0.5, 0.2)
    row = _one_kpi(tmp_path, params, _kpi("conversion", when="touchpoint = 'page_seen'"), **frames)
    assert row.estimate == 0.5  # 1 and 3


SCORES = [(customer, 9, "reviewed", None, score) for customer, score in enumerate([5, 4, 2, 1, 5], start=1)]


def test_scores_give_top_box_mean_and_emotion(tmp_path, params):
    answered = "touchpoint = 'reviewed'"
    steps = brand.steps([*SCORES, (6, 9, "reviewed")])
    row = _one_kpi(tmp_path, params, _kpi("top_box", answered, top=4), steps=steps)
    assert (row.n, row.estimate, row.unit) == (5, 0.6, "share")
    row = _one_kpi(tmp_path, params, _kpi("mean_score", answered), steps=steps)
    assert (row.n, row.estimate) == (5, pytest.approx(3.4))
    emotions = _make(tmp_path, params, estimate.emotions.rows, tables.EMOTIONS, steps=steps)
    assert emotions.loc[("all", "(all)", "review", "score")].emotion == pytest.approx(0.4)


def test_nps_is_promoters_minus_detractors(tmp_path, params):
    scores = [10, 9, 8, 7, 6, 0, 9, 10]  # 4 promoters, 2 detractors of 8: 25 points
    steps = brand.steps([(i, 9, "reviewed", None, score) for i, score in enumerate(scores, start=1)])
    row = _one_kpi(tmp_path, params, _kpi("nps", "score is not null"), steps=steps)
    assert (row.n, row.estimate, row.unit) == (8, 25, "points")


def test_nps_by_stage_is_told_of_the_stage_before_the_answer(tmp_path, params):
    """Five answers; the questionnaire's own stage (review) tells nothing, an earlier answer is no stage either."""
    steps = brand.steps([
        (1, 4, "page_seen"), (1, 5, "bought"), (1, 9, "reviewed", None, 10), (1, 9.5, "reviewed", None, 9),
        (2, 5, "bought"), (2, 6, "page_seen"), (2, 9, "reviewed", None, 3),
        (3, 5, "bought"), (3, 9, "reviewed", None, 7),
        (4, 9, "page_seen"), (4, 9.1, "reviewed", None, 9), (4, 9.2, "bought"),
        (5, 9, "reviewed", None, 0), (5, 9.1, "bought"),
        (6, 9, "reviewed", None, 10),
    ])  # fmt: skip
    params = brand.parameters.Params(**{**vars(params), "kpis": (_kpi("nps", "score is not null"),)})
    found = _make(tmp_path, params, estimate.kpi_stages.rows, tables.KPI_STAGES, steps=steps).loc[("all", "(all)", "k")]
    assert found.index.to_list() == ["(start)", "browse", "buy"]
    assert found["n"].to_list() == [2, 2, 3]
    assert found["n_customers"].to_list() == [2, 2, 2]
    assert found["estimate"].to_list() == [0, 0, pytest.approx(200 / 3)]
    assert found["ci_low"].to_list() == [-100, -100, -100]  # two customers who differ tell nothing


def test_scores_that_do_not_vary_have_no_bounds_and_say_so(tmp_path, params):
    steps = brand.steps([(i, 9, "reviewed", None, 5) for i in range(1, 5)])
    row = _one_kpi(tmp_path, params, _kpi("mean_score", "score is not null"), steps=steps)
    assert row.estimate == 5
    assert row.note == NO_VARIATION
    assert math.isnan(row.ci_low)


def test_touchpoints_have_reach_among_the_customers_of_the_group(tmp_path, params):
    found = _make(tmp_path, params, estimate.touchpoints.rows, tables.TOUCHPOINTS, steps=brand.steps(PURCHASES))
    row = found.loc[("all", "(all)", "buy", "bought", "web", "customer")]
    assert (row.n_events, row.n_customers, row.reach) == (6, 4, 0.8)
    # in the north customers 1, 2, 3: two of them bought, three times
    row = found.loc[("persona", "north", "buy", "bought", "web", "customer")]
    assert (row.n_events, row.n_customers, row.reach) == (3, 2, pytest.approx(2 / 3))


def test_channel_and_month_can_group_as_well(tmp_path):
    declared = {**brand.DECLARED["estimate"], "group_by": ["channel", "period"]}
    params = brand.load_params(tmp_path, estimate=declared)
    found = _make(tmp_path, params, estimate.emotions.rows, tables.EMOTIONS, steps=brand.steps(SCORES))
    groups = [("all", "(all)"), ("channel", "survey"), ("period", "2026-01")]
    assert found.index.to_list() == [(*group, stage, "score") for group in groups for stage in ("review", "(anywhere)")]


def test_of_the_whole_journey_each_customer_has_one_emotion(tmp_path, params):
    """Customer 1 gives 5, 5, 5 (emotion +2), customer 2 gives 1 (−2): 0 among customers, +1 among answers."""
    steps = brand.steps([*((1, day, "reviewed", None, 5) for day in (5, 6, 7)), (2, 9, "delivered", None, 1)])
    found = _make(tmp_path, params, estimate.emotions.rows, tables.EMOTIONS, steps=steps)
    row = found.loc[("all", "(all)", "(anywhere)", "score")]
    assert (row.n, row.n_customers, row.emotion) == (2, 2, 0)
    assert (row.ci_low, row.ci_high) == (-2, 2)  # two customers who could not differ more: the scale's own ends


def test_month_is_that_of_the_brand_not_of_utc(tmp_path):
    params = brand.load_params(tmp_path, estimate={**brand.DECLARED["estimate"], "group_by": ["period"]})
    late = [(i, 30.98, "reviewed", None, i) for i in (1, 2, 3)]  # 31 January 23:31 UTC is February in Paris
    found = _make(tmp_path, params, estimate.emotions.rows, tables.EMOTIONS, steps=brand.steps(late))
    assert ("period", "2026-02", "review", "score") in found.index


def test_a_kpi_without_one_answer_says_so(tmp_path, params):
    params = brand.parameters.Params(**{**vars(params), "kpis": (_kpi("mean_score", "score is not null", target=4.0),)})
    found = _make(tmp_path, params, estimate.kpis.rows, tables.KPIS, steps=brand.steps(PURCHASES))
    assert found.index.to_list() == [("all", "(all)", "k"), ("persona", "north", "k"), ("persona", "south", "k")]
    assert (found["note"] == "n = 0").all()
    assert (found["target"] == 4).all()


def test_a_brand_without_scores_has_an_empty_table_of_emotions(tmp_path, params):
    found = _make(tmp_path, params, estimate.emotions.rows, tables.EMOTIONS, steps=brand.steps(PURCHASES))
    assert found.empty
