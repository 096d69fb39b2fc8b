"""The survival table of a brand of twelve customers, worked out by hand, and of more of them against other tables."""

import numpy as np
import pandas as pd
import pytest

import small_brand as brand
from pipeline import estimate, tables
from pipeline.estimate import survival
from pipeline.groups import reading_orders
from pipeline.results import in_form

CUT_OFF = brand.WINDOW[1]  # day 59; the horizon and the silence are 10 days, the times 1, 10 and 30 days

# customer, stage, entered, left, next stage
VISITS = [
    (1, "browse", 10, 10.5, "buy"),
    (2, "browse", 10, 15, "buy"),
    (3, "browse", 10, 30, "buy"),
    (4, "browse", 20, 31, "(lost)"),
    (5, "browse", 45, None, "(censored)"),  # seen for 14 days
    (5, "browse", 55, 56, "buy"),  # entered less than a horizon before the cut-off
]


def _visits(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "stage", "day", "left", "next_stage"])
    frame["entered_at"] = [brand.at(day) for day in frame["day"]]
    frame["left_at"] = pd.to_datetime([pd.NaT if pd.isna(left) else brand.at(left) for left in frame["left"]])
    return frame.assign(is_entry_seen=True)


def _journeys(rows):
    columns = ["customer_id", "started", "goal", "ended", "status", "is_left_truncated"]
    frame = pd.DataFrame(rows, columns=columns)
    for name in ("started", "goal", "ended"):
        frame[f"{name}_at"] = pd.to_datetime([pd.NaT if pd.isna(day) else brand.at(day) for day in frame[name]])
    return frame


JOURNEYS = [
    (1, 10, 10.5, 12, "lost", False),  # the goal comes first
    (2, 10, 10, 10, "lost", False),  # begins with the goal
    (3, 10, None, 12, "lost", False),  # lost at 12 + 10, so after 12 days
    (4, 40, None, 58, "censored", False),  # seen for 19 days
    (5, 3, 4, 5, "lost", True),
    (6, 50, 51, 52, "lost", False),  # started less than a horizon before the cut-off
]


def _make(tmp_path, params, visits, journeys=JOURNEYS, customers=13):
    people = brand.personas(range(1, customers), north={1, 2, 3})
    visits = visits if isinstance(visits, pd.DataFrame) else _visits(visits)
    with brand.engine_with(tmp_path, params, visits=visits, journeys=_journeys(journeys), personas=people) as engine:
        engine.make("customer_personas", estimate.exp.select("customer_id", "persona").from_("personas"))
        frame = in_form(
            brand.shown(survival.rows(engine, params, CUT_OFF), tables.SURVIVAL, params),
            tables.SURVIVAL,
            reading_orders(params),
        )
        engine.load("survival", frame)
        engine.check(tables.SURVIVAL, "survival")
    return frame.set_index(list(tables.SURVIVAL.key)).sort_index()


@pytest.fixture
def found(tmp_path):
    return _make(tmp_path, brand.load_params(tmp_path), VISITS)


def test_incidence_by_hand(found):
    everybody = found.loc[("all", "(all)", "browse")]
    to_buy = everybody.loc[("buy", "incidence")].loc[["1 d", "10 d", "30 d"]]
    # of five, one within a day and two within ten; at 20 d one of two who are left (4 was lost at 11 d, 5 seen for 14 d):
    # 2/5 + 2/5 · 1
    assert to_buy["estimate"].to_list() == pytest.approx([1 / 5, 2 / 5, 4 / 5])
    assert to_buy["n_left"].to_list() == [1, 2, 3]
    assert to_buy["n_at_risk"].to_list() == [4, 3, 0]
    assert (to_buy["n_visits"] == 5).all()
    assert (to_buy["n_customers"] == 5).all()
    # 3 of 5 are there when one of three is lost; within 10 d nobody can be
    assert everybody.loc[("(lost)", "incidence", "30 d")].estimate == pytest.approx(1 / 5)
    assert everybody.loc[("(lost)", "incidence", "10 d")].estimate == 0
    assert ("(lost)", "incidence", "1 d") not in everybody.index
    assert everybody.loc[("(anywhere)", "incidence", "30 d")].estimate == pytest.approx(1)


def test_restricted_mean_and_median_by_hand(found):
    anywhere = found.loc[("all", "(all)", "browse", "(anywhere)")]
    mean = anywhere.loc[("restricted_mean", "10 d")]
    assert mean.estimate == pytest.approx((0.5 + 5 + 3 * 10) / 5)
    assert mean.unit == "days"
    # 1, 2, then 4 at 11 d: three of five
    median = anywhere.loc[("median", "30 d")].estimate
    assert median == pytest.approx(11)


def test_time_to_purchase_counts_journeys_that_are_lost(found):
    to_goal = found.loc[("all", "(all)", "(start)", "(goal)", "incidence")].loc[["1 d", "10 d", "30 d"]]
    assert to_goal["estimate"].to_list() == [0.5, 0.5, 0.5]
    assert to_goal["n_visits"].to_list() == [4, 4, 4]
    assert found.loc[("all", "(all)", "(start)", "(lost)", "incidence", "30 d")].estimate == pytest.approx(0.25)
    assert found.loc[("all", "(all)", "(start)", "(goal)", "median", "30 d")].estimate == 0.5


def test_personas_are_their_customers_only_and_small_ones_suppressed(found):
    north = found.loc[("persona", "north", "browse", "buy", "incidence", "30 d")]
    assert (north.n_visits, north.estimate) == (3, 1)
    south = found.loc[("persona", "south", "browse", "(anywhere)", "incidence", "10 d")]
    assert (south.n_visits, south.estimate) == (2, 0)
    alone = _one_customer_of(found)
    assert alone.note == "n < 2"
    assert alone[["n_left", "estimate", "ci_low", "n_at_risk"]].isna().all()


def _one_customer_of(found):
    return found.loc[("persona", "south", "(start)", "(goal)", "incidence", "10 d")]


def test_what_is_never_reached_says_so(tmp_path):
    staying = [(customer, "browse", 10, None, "(censored)") for customer in (1, 2, 3)]
    found = _make(tmp_path, brand.load_params(tmp_path), staying)
    median = found.loc[("all", "(all)", "browse", "(anywhere)", "median", "30 d")]
    assert np.isnan(median.estimate)
    assert median.note == survival.NOT_REACHED
    mean = found.loc[("all", "(all)", "browse", "(anywhere)", "restricted_mean", "10 d")]
    assert (mean.estimate, mean.note) == (10, "no variation: no interval")


@pytest.fixture
def many(tmp_path):
    """900 customers with one to four visits to browse: more than two per part of the jackknife."""
    generator = np.random.default_rng(7)
    customer = np.repeat(np.arange(1, 901), generator.integers(1, 5, 900))
    entered, stay = generator.uniform(0, 55, len(customer)).round(3), generator.exponential(8, len(customer)).round(3)
    next_stage = generator.choice(["buy", "review"], len(customer))
    left = entered + stay
    rows = zip(customer, ["browse"] * len(customer), entered, left, next_stage, strict=True)
    visits = _visits(rows)
    is_open = left > 59
    visits.loc[is_open, "left_at"] = pd.NaT
    visits.loc[is_open, "next_stage"] = "(censored)"
    visits["stay"] = stay
    return visits


def test_at_the_horizon_it_is_the_transition(tmp_path, many):
    found = _make(tmp_path, brand.load_params(tmp_path), many, customers=901)
    followed = many[many["day"] + 10 <= 59]
    moved = (followed["next_stage"] == "buy") & (followed["left_at"] <= followed["entered_at"] + pd.Timedelta(days=10))
    row = found.loc[("all", "(all)", "browse", "buy", "incidence", "10 d")]
    assert row.estimate == pytest.approx(moved.mean(), rel=1e-9)
    assert (row.n_left, row.n_visits, row.n_customers) == (
        moved.sum(),
        len(followed),
        followed["customer_id"].nunique(),
    )
    # 200 parts of the customers give the standard error of single customers up to their own chance (10 %)
    single = followed.assign(moved=moved).groupby("customer_id")["moved"].agg(["sum", "count"])
    residual = single["sum"] - moved.mean() * single["count"]
    error = np.sqrt(len(single) / (len(single) - 1) * (residual**2).sum()) / len(followed)
    assert row.ci_high - row.ci_low == pytest.approx(2 * 1.97 * error, rel=0.25)
    mean = found.loc[("all", "(all)", "browse", "(anywhere)", "restricted_mean", "10 d")]
    assert mean.estimate == pytest.approx(np.minimum(followed["stay"], 10).mean(), rel=1e-9)
    median = found.loc[("all", "(all)", "browse", "(anywhere)", "median", "30 d")]
    assert median.ci_low < median.estimate < median.ci_high
    assert median.estimate == pytest.approx(np.median(followed["stay"]), rel=0.02)


def test_shares_of_all_ways_add_up(tmp_path, many):
    rows = _make(tmp_path, brand.load_params(tmp_path), many, customers=901).reset_index()
    shares = rows[(rows["statistic"] == "incidence") & (rows["from_stage"] == "browse")]
    for _, cell in shares.groupby(["group", "time"]):
        ways = cell.set_index("to_stage")["estimate"]
        assert ways.drop("(anywhere)").sum() == pytest.approx(ways["(anywhere)"], abs=1e-9)
        assert ways["(anywhere)"] <= 1
    by_time = shares.assign(days=shares["time"].str.split(" ").str[0].astype(int)).sort_values("days")
    rising = by_time.groupby(["group", "to_stage"])["estimate"]
    assert rising.apply(lambda column: column.is_monotonic_increasing).all()
