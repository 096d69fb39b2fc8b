"""Second views of KPIs, retention and customer value on a brand whose numbers can be worked out by hand."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

import small_brand as brand
from pipeline import estimate, tables
from pipeline.errors import ParcoursError
from pipeline.params import Kpi, Names

CUT_OFF = brand.WINDOW[1]


@pytest.fixture
def params(tmp_path):
    return brand.load_params(tmp_path)


def _kpi(kind, when="is_goal", within=None, top=None, target=None, **more):
    return Kpi("k", kind, Names("k", "k"), when, within, top, target, **more)


def _made(tmp_path, params, kpi, maker, table, cut_off=CUT_OFF, **frames):
    params = brand.parameters.Params(**{**vars(params), "kpis": (kpi,)})
    frames = {"personas": brand.personas(range(1, 13), north={1, 2, 3}), **frames}
    with brand.engine_with(tmp_path, params, **frames) as engine:
        engine.make("customer_personas", estimate.exp.select("customer_id", "persona").from_("personas"))
        rows = brand.shown(maker(engine, params, cut_off), table, params)
        frame = estimate.in_form(rows, table, estimate.reading_orders(params))
        engine.load(table.name, frame)
        engine.check(table, table.name)
    return frame.set_index(list(table.key))


def test_customer_value_is_money_over_a_complete_period(tmp_path, params):
    steps = brand.steps([
        (1, 5, "bought", 10), (1, 9, "bought", 30), (1, 30, "bought", 99),  # 40 within ten days
        (2, 5, "page_seen"), (2, 6, "bought", 20), (3, 6, "bought", None),  # 20, and 0
        (4, 55, "bought", 70),  # not followed for ten days
    ])  # fmt: skip
    kpi = _kpi("value_per_customer", within=timedelta(days=10), target=5, better="lower")
    row = _made(tmp_path, params, kpi, estimate.kpis.rows, tables.KPIS, steps=steps).loc[("all", "(all)", "k")]
    assert (row.n, row.n_customers, row.estimate, row.unit) == (3, 3, 20, "money")
    assert row.verdict == "not shown"


def test_extreme_purchases_are_brought_down_to_one_ceiling_for_all(tmp_path, params):
    values = [10, 10, 20, 20, 30, 30, 40, 40, 50, 1000]
    steps = brand.steps([(1 + i, 5, "bought", value) for i, value in enumerate(values)])
    kpi = _kpi("mean_value", winsorise=0.1)
    found = _made(tmp_path, params, kpi, estimate.kpi_views.rows, tables.KPI_VIEWS, steps=steps)
    row = found.loc[("all", "(all)", "k", "winsorised")]
    assert (row.setting, row.n, row.estimate) == (50, 10, 30)  # nine in ten are 50 or less
    assert found.loc[("persona", "north", "k", "winsorised")].setting == 50


def _asked(north, south):
    """Everybody is asked once, at a delivery; scores are by customer, None where they do not answer."""
    rows = []
    for customer, score in enumerate([*north, *south], start=1):
        rows.append((customer, 5, "delivered"))
        if score is not None:
            rows.append((customer, 8, "reviewed", None, score))
    people = brand.personas(range(1, len(rows) + 1), north=set(range(1, len(north) + 1)))
    return brand.steps(rows), people


ASKED = {"asked": "touchpoint = 'delivered'", "answer_within": timedelta(days=10), "weigh_by": ("region",)}


def test_scores_are_weighted_to_those_who_were_asked(tmp_path, params):
    # in the north 20 of 40 answer, half of them 4 and half 5; in the south 40 of 40, half 1 and half 2
    steps, people = _asked([4, 5] * 10 + [None] * 20, [1, 2] * 20)
    kpi = _kpi("mean_score", "touchpoint = 'reviewed'", **ASKED)
    frames = {"steps": steps, "personas": people}
    found = _made(tmp_path, params, kpi, estimate.kpi_views.rows, tables.KPI_VIEWS, **frames)
    rate, score = (found.loc[("all", "(all)", "k", view)] for view in ("response_rate", "weighted"))
    assert (rate.n, rate.n_customers, rate.estimate) == (80, 80, 0.75)
    assert (score.n, score.estimate) == (60, pytest.approx((4.5 + 1.5) / 2))  # unweighted: 2.5
    assert score.ci_low < 3 < score.ci_high
    assert found.loc[("persona", "north", "k", "response_rate")].estimate == 0.5


def test_late_answers_and_questions_still_open_do_not_count(tmp_path, params):
    rows = [(1, 5, "delivered"), (1, 30, "reviewed", None, 5), (2, 5, "delivered"), (2, 6, "reviewed", None, 4)]
    rows += [(3, 5, "delivered"), (3, 7, "delivered"), (3, 8, "reviewed", None, 3)]  # answers the second question
    rows += [(4, 55, "delivered"), (4, 56, "reviewed", None, 1)]  # ten days are not over
    kpi = _kpi("mean_score", "touchpoint = 'reviewed'", **ASKED)
    found = _made(tmp_path, params, kpi, estimate.kpi_views.rows, tables.KPI_VIEWS, steps=brand.steps(rows))
    rate = found.loc[("all", "(all)", "k", "response_rate")]
    assert (rate.n, rate.estimate) == (4, 0.5)


def test_retention_is_a_curve_of_first_returns_and_a_triangle_of_all(tmp_path, params):
    months = {1: [0, 10, 40], 2: [0, 45], 3: [1], 4: [40, 50], 5: [41]}  # days of purchases
    steps = brand.steps([(customer, day, "bought", 1) for customer, days in months.items() for day in days])
    kpi = _kpi("return", within=timedelta(days=10))
    cut_off = brand.at(70)
    found = _made(tmp_path, params, kpi, estimate.retention.rows, tables.RETENTION, cut_off, steps=steps)
    one, two = (found.loc[("all", "(all)", "k", months)] for months in (1, 2))
    # 4 was followed for one whole month, 5 for none; 1 came back in the first, 2 in the second
    assert (one.n_at_risk, one.n_returned, one.share) == (4, 2, 0.5)
    assert (two.n_at_risk, two.n_returned, two.share) == (2, 1, 1 - 0.5 * 0.5)
    january, february = ([("cohort", f"2026-0{n}", "k", months) for months in (1, 2)] for n in (1, 2))
    assert found.loc[january, "n_returned"].tolist() == [1, 2]  # customer 1 came in both months
    assert found.loc[january, "share"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert found.loc[february, "note"].tolist() == ["not yet followed"] * 2
    assert found.loc[february, "share"].isna().all()


def test_the_curve_ends_where_everybody_is_back(tmp_path, params):
    steps = brand.steps([(customer, day, "bought", 1) for customer in (1, 2, 3) for day in (0, 10 * customer)])
    kpi = _kpi("return", within=timedelta(days=10))
    found = _made(tmp_path, params, kpi, estimate.retention.rows, tables.RETENTION, brand.at(100), steps=steps)
    assert found.loc[("all", "(all)", "k")].index.tolist() == [1]  # the second and third month have nobody left to wait


def test_a_prediction_stands_only_beside_a_back_test_that_holds(tmp_path, params):
    rng = np.random.default_rng(3)

    def brand_that(stops):
        rows = []
        for customer in range(1, 301):
            now = rng.uniform(0, 10)
            rows.append((customer, now, "bought", 20))
            while (now := now + rng.exponential(6 + customer % 5)) < (42 if stops else 59):
                rows.append((customer, now, "bought", float(rng.integers(10, 30))))
        return brand.steps(rows)

    kpi = _kpi("predicted_value", within=timedelta(days=19), tolerance=0.25)
    for stops, note in ((False, None), (True, "not shown to predict")):
        frames = {"steps": brand_that(stops), "personas": brand.personas(range(1, 301), north=set(range(1, 6)))}
        found = _made(tmp_path, params, kpi, estimate.kpis.rows, tables.KPIS, **frames)
        row = found.loc[("all", "(all)", "k")]
        assert (row["note"] if pd.notna(row["note"]) else None) == note
        assert pd.notna(row.estimate) == (note is None)
        assert found.loc[("persona", "north", "k"), "note"].startswith("not shown to predict; need 30")
    views = _made(tmp_path, params, kpi, estimate.kpi_views.rows, tables.KPI_VIEWS, **frames)
    ratio = views.loc[("all", "(all)", "k", "backtest_ratio")]
    assert ratio.ci_low > 1.25
    assert views.loc[("all", "(all)", "k", "backtest_actual")].estimate < 3


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"caps": {"kpis": 1}}, r"params.yaml: kpis: 2 are declared, caps.kpis allows 1"),
        ({"caps": {"personas": 1}}, r"params.yaml: personas: 2 are declared, caps.personas allows 1"),
        ({"objectives": [{"id": "a", "name": brand.NONE}]}, r"objectives\[0\].measured_by: this key is missing"),
        (
            {"objectives": [{"id": "a", "name": brand.NONE, "measured_by": {"kpi": "npz"}, "target": 1}]},
            r"objectives\[0\].measured_by.kpi: 'npz' is unknown. Nearest: nps",
        ),
        (
            {
                "objectives": [
                    {"id": "a", "name": brand.NONE, "measured_by": {"kpi": "nps"}, "target": 1, "parent": "a"}
                ]
            },
            r"objectives\[0\].parent: no objective 'a' before this one",
        ),
        (
            {"objectives": [{"id": "a", "name": brand.NONE, "measured_by": {"kpi": "nps"}, "target": 1, "by": "soon"}]},
            r"objectives\[0\].by: expected a day in quotes such as \"2026-12-31\", got 'soon'",
        ),
    ],
)
def test_what_objectives_and_caps_refuse(tmp_path, changed, message):
    kpis = [
        {"id": "nps", "kind": "nps", "when": "score is not null", "name": brand.NONE},
        {"id": "ces", "kind": "mean_score", "when": "score is not null", "name": brand.NONE},
    ]
    with pytest.raises(ParcoursError, match=message):
        brand.load_params(tmp_path, kpis=kpis, **changed)


def test_weights_by_what_customers_did_are_refused(tmp_path):
    kpi = {"id": "nps", "kind": "nps", "when": "true", "asked": "true", "weigh_by": ["pages"], "name": brand.NONE}
    with pytest.raises(ParcoursError, match=r"kpis\[0\].weigh_by: no trait 'pages'"):
        brand.load_params(tmp_path, kpis=[kpi])


def test_the_typical_path_is_walked_by_enough_and_nearest_to_all(tmp_path, params):
    ways = {1: "bB", 2: "bB", 3: "b", 4: "bBr", 5: "bBr", 6: "bBrb", 7: "bBrr"}  # browse, Buy, review
    stage_of = {"b": "browse", "B": "buy", "r": "review"}
    visits = pd.DataFrame(
        [
            (customer, 1, place, stage_of[letter])
            for customer, way in ways.items()
            for place, letter in enumerate(way, start=1)
        ],
        columns=["customer_id", "journey", "visit", "stage"],
    )
    journeys = pd.DataFrame({"customer_id": list(ways), "journey": 1, "status": "lost", "is_left_truncated": False})
    journeys.loc[journeys["customer_id"] == 7, "status"] = "censored"  # not complete: does not count
    maker = estimate.typical_paths.rows
    frames = {"visits": visits, "journeys": journeys}
    found = _made(tmp_path, params, _kpi("conversion"), maker, tables.TYPICAL_PATHS, **frames)
    row = found.loc[("all", "(all)")]
    # to the six paths: bB 0, 0, 1/2, 1/3, 1/3, 1/2; bBr 1/3, 1/3, 2/3, 0, 0, 1/4 – on average 10/36 and 19/72
    assert (row.path, row.distance) == ("browse > buy > review", pytest.approx(19 / 72))
    assert (row.n_journeys, row.n_walked, row.n_customers, row.share) == (6, 2, 2, pytest.approx(1 / 3))
    assert found.loc[("persona", "north"), "path"] == "browse > buy"
