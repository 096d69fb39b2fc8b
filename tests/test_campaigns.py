"""Costs of campaigns: sums over people, never joined to one; what a goal cost, worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import small_brand as brand
import small_workspace as shop
from pipeline import clean, estimate, tables
from pipeline.errors import ParcoursError
from pipeline.estimate import campaign_costs
from pipeline.results import in_form
from pipeline.stats.cost import cost_per_outcome

STATS = """id,date,network,cost_micros,clicks,shown
spring,2026-01-05,SEARCH,12340000,9,100
spring,2026-01-05,DISPLAY,1000001,3,900
spring,2026-01-06,SEARCH,5500000,4,80
spring,2026-01-06,SEARCH,5500000,4,80
autumn,2026-01-05,SEARCH,700000,1,20
autumn,2026-01-06,SEARCH,0.7,1,20
,2026-01-06,SEARCH,100,1,20
autumn,2026-01-07,SEARCH,,1,20
autumn,,SEARCH,100,1,20
"""
CAMPAIGNS = {
    "campaign": "id",
    "day": "date",
    "cost": "cost_micros / 1000000",
    "impressions": "shown",
    "clicks": "clicks",
}
SOURCE = {
    "channel": "ads",
    "aggregate": True,
    "files": "stats.csv",
    "types": {"date": "timestamp", "cost_micros": "integer", "clicks": "integer", "shown": "integer"},
    "campaigns": CAMPAIGNS,
}


def cleaned(folder: Path, **changes: object) -> Path:
    workspace = shop.make(folder, visits=None, web_source={**SOURCE, **changes})
    (workspace.raw("web") / "stats.csv").write_text(STATS)
    clean.main(workspace, shop.load(workspace))
    return workspace.path("data/clean")


def test_costs_are_added_up_per_campaign_and_day_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    found = cleaned(tmp_path / "w")
    rows = pd.read_csv(found / "campaigns.csv").to_records(index=False).tolist()
    assert rows == [
        ("web", "autumn", "2026-01-05", 0.7, 20, 1),
        ("web", "spring", "2026-01-05", 13.340001, 1000, 12),
        ("web", "spring", "2026-01-06", 5.5, 80, 4),
    ]
    counts = pd.read_csv(found / "conservation.csv").set_index("source_file").loc["stats.csv"]
    assert counts[["raw", "empty", "refused", "duplicate", "events"]].tolist() == [9, 4, 4, 1, 0]
    refused = pd.read_csv(found / "rejects.csv").set_index("source_row")["reason"].to_dict()
    assert refused == {
        7: "unreadable_value", 8: "no_campaign", 9: "unparseable_number", 10: "impossible_date",
    }  # fmt: skip


def test_a_source_without_campaigns_leaves_the_table_empty(tmp_path: Path) -> None:
    workspace = shop.make(tmp_path / "w")
    clean.main(workspace, shop.load(workspace))
    assert campaign_costs.read_days(workspace.path("data/clean/campaigns.csv")).empty


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"campaigns": {**CAMPAIGNS, "currency": "USD"}}, r"campaigns.currency: USD, but .*workspace.currency is EUR"),
        ({"campaigns": {**CAMPAIGNS, "cost": "costs"}}, r"campaigns.cost: no column 'costs'. Nearest: cost_micros"),
        ({"campaigns": {**CAMPAIGNS, "reach": "shown"}}, r"campaigns.reach: unknown key"),
        ({"campaigns": {"campaign": "id", "day": "date"}}, r"campaigns.cost: this key is missing"),
        (
            {"aggregate": False, "identifiers": {"device": "id"}, "events": shop.WEB_SOURCE["events"]},
            r"campaigns: costs are sums over people, in a source of their own: aggregate: true",
        ),
    ],
)
def test_a_wrong_declaration_is_said(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(ParcoursError, match=message):
        cleaned(tmp_path / "w", **changes)


# -- what a goal cost --------------------------------------------------------------------------------------------

DAYS = pd.DataFrame(
    [("shop", name, f"2026-01-{day:02d}", 10.0, None, 5) for name in ("spring", "autumn", "idle") for day in range(1, 32)],
    columns=list(tables.CAMPAIGNS.columns),
)  # fmt: skip
# Silence and horizon are 10 d, the window 1 January to 1 March in Paris: whole days counted are 12 January to 18 February.
COUNTED = 20  # of the days above


def costs(folder: Path, steps: pd.DataFrame) -> pd.DataFrame:
    params = brand.load_params(folder)
    steps["opens_journey"] = ~steps.duplicated(["customer_id", "journey"])
    journeys = steps.groupby(["customer_id", "journey"], as_index=False)["occurred_at"].min()
    journeys["is_left_truncated"] = journeys["customer_id"] == 99
    with brand.engine_with(folder, params, steps=steps, journeys=journeys) as engine:
        found = list(campaign_costs.rows(engine, params, DAYS, *brand.WINDOW))
        shown, log = estimate.withhold(found, tables.CAMPAIGN_COSTS, params.estimate.smallest_cell)
        frame = in_form(shown, tables.CAMPAIGN_COSTS)
        engine.load("campaign_costs", frame)
        engine.check(tables.CAMPAIGN_COSTS, "campaign_costs")
    assert [row["place"] for row in log] == ["campaign=autumn"]
    return frame.set_index("campaign")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    rows = [
        (1, 12, "page_seen"), (1, 13, "bought", 20.0), (1, 14, "bought", 20.0),  # two goals
        (2, 15, "page_seen"), (2, 26, "bought", 20.0),  # too late: the horizon is 10 d
        (3, 20, "page_seen"), (3, 21, "bought", 20.0),
        (4, 2, "page_seen"), (4, 3, "bought", 20.0),  # before the first day counted
        (5, 20, "bought", 20.0),  # not opened by a click
        (6, 15, "page_seen"), (6, 16, "bought", 20.0),  # of the other campaign, alone there
        (99, 20, "page_seen"), (99, 21, "bought", 20.0),  # may have begun before the window
    ]  # fmt: skip
    campaign = {1: "spring", 2: "spring", 3: "spring", 4: "spring", 6: "autumn", 99: "spring"}
    steps = brand.steps(rows, campaign=[campaign.get(row[0]) for row in rows])
    steps.loc[steps["touchpoint"] == "page_seen", "channel"] = "ads"
    return costs(tmp_path_factory.mktemp("costs"), steps)


def test_what_a_goal_cost_by_hand(found: pd.DataFrame) -> None:
    spring = found.loc["spring"]
    assert (spring["first_day"], spring["last_day"]) == ("2026-01-12", "2026-02-18")
    assert (spring["cost"], spring["clicks"]) == (10.0 * COUNTED, 5 * COUNTED)
    assert (spring["n_journeys"], spring["n_customers"], spring["n_goals"]) == (3, 3, 3)
    reach = math.exp(stats.t.ppf(0.975, 2) * math.sqrt(2**2 + 0 + 1) / 3)
    price = 10.0 * COUNTED / 3
    assert spring[["cost_per_goal", "ci_low", "ci_high"]].tolist() == pytest.approx(
        [price, price / reach, price * reach]
    )


def test_few_customers_are_withheld_and_what_the_platform_says_is_not(found: pd.DataFrame) -> None:
    autumn, idle = found.loc["autumn"], found.loc["idle"]
    assert autumn[["n_journeys", "n_customers", "n_goals", "cost_per_goal"]].isna().all() and autumn["note"] == "n < 2"
    assert (autumn["cost"], autumn["clicks"]) == (10.0 * COUNTED, 5 * COUNTED)
    assert (idle["n_customers"], idle["note"]) == (0, "n = 0") and math.isnan(idle["cost_per_goal"])


def test_without_the_attribute_only_the_cost_is_known(tmp_path: Path) -> None:
    params = brand.load_params(tmp_path)
    with brand.engine_with(tmp_path, params, steps=brand.steps([(1, 12, "page_seen")])) as engine:
        rows = list(campaign_costs.rows(engine, params, DAYS, *brand.WINDOW))
    assert {row["note"] for row in rows} == {"no attribute campaign"} and {row["cost"] for row in rows} == {200.0}


def test_the_interval_covers_the_true_cost_as_often_as_it_says() -> None:
    """Poisson numbers of customers with goals, geometric numbers of goals each: 94 ± 1 % of 4,000 at 80 and more."""
    chance = np.random.default_rng(20261122)
    for expected in (40, 200):
        inside = 0
        for _ in range(2_000):
            goals = chance.geometric(0.6, chance.poisson(expected))
            known = cost_per_outcome(1_000.0, 500, int(goals.sum()), int((goals**2).sum()))
            inside += known.low <= 1_000.0 / (expected / 0.6) <= known.high
        assert 0.935 <= inside / 2_000 <= 0.965, expected


@pytest.mark.parametrize(("customers", "goals"), [(1, 1), (10, 0)])
def test_no_interval_without_goals_or_customers(customers: int, goals: int) -> None:
    with pytest.raises(ValueError, match="need an outcome and at least 2 customers"):
        cost_per_outcome(1.0, customers, goals, goals)
