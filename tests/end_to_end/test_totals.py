"""Money is conserved from the raw orders to the report, where joining them as they lie counts it several times.

The recount uses nothing of the pipeline: csv and decimal from the standard library; pandas for the careless joins.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from decimal import Decimal

import duckdb
import pandas as pd
import pytest

import small_workspace as shop
from pipeline import assess, clean, estimate, identify, reconstruct, segment
from pipeline.errors import ParcoursError
from pipeline.reporting.kpis import kpis
from pipeline.reporting.reading import read_results
from pipeline.reporting.voice import Voice

BUYERS = range(1, 13)
# Customer k places 1 + k mod 3 orders; one order is exported twice, one is a test, one has no readable amount.
PLACED = [(f"o{k}-{i}", k, i, Decimal(10 * k + i) + Decimal("0.05")) for k in BUYERS for i in range(1 + k % 3)]
ORDERS = "order,email,at,amount,test\n" + "".join(
    f"{order},c{k}@shop.example,2026-01-{k + i:02d} 12:00:00,{amount},no\n" for order, k, i, amount in PLACED
)
TWICE = ORDERS.splitlines()[5] + "\n"
TESTED = "o99-0,test@brand.example,2026-01-09 12:00:00,5000.00,yes\n"
UNREADABLE = "o98-0,c3@shop.example,2026-01-09 12:00:00,12;50,no\n"
# An order has as many lines as its customer's number says, modulo 4; a visitor's pages, and clicks, are many, too.
LINES = "line_order,product\n" + "".join(f"{order},p{n}\n" for order, k, *_ in PLACED for n in range(1 + k % 4))
VISITS = "visitor,email,at,page\n" + "".join(
    f"v{k},c{k}@shop.example,2026-01-{k:02d} 0{n}:00:00,home\n" for k in BUYERS for n in range(1 + k % 5)
)
SUMMED = """with bought as (select line_order, count(*) as n_lines from lines group by line_order)
  select main.*, bought.n_lines from main left join bought on main."order" = bought.line_order"""
CARELESS = 'select main.*, lines.product from main left join lines on main."order" = lines.line_order'


def sales(query):
    return {
        "channel": "sales",
        "files": "orders.csv",
        "lookups": {"lines": "lines.csv"},
        "query": query,
        "types": {"at": "timestamp", "amount": "number"},
        "leave_out": {"tests": "test = 'yes'"},
        "identifiers": {"email": "email"},
        "events": [
            {"touchpoint": "order_placed", "occurred_at": "at", "value": "amount", "attributes": {"n_lines": "n_lines"}}
        ],
    }


def made(folder, query, lines=LINES):
    workspace = shop.make(
        folder,
        params={
            "stages": [stage for stage in shop.PARAMS["stages"] if stage["id"] != "experience"],
            "personas": [
                {**shop.PARAMS["personas"][0], "when": "orders > 1"},
                {**shop.PARAMS["personas"][1]},
            ],
            "kpis": [
                {"id": "basket", "kind": "mean_value", "name": shop.both("Average order value"), "when": "is_goal"}
            ],
        },
        visits=VISITS,
        orders=ORDERS + TWICE + TESTED + UNREADABLE,
        orders_source=sales(query),
    )
    (workspace.raw("orders") / "lines.csv").write_text(lines)
    return workspace


def raw_orders(workspace):
    """Return order → money and customer of the raw file, without what is refused, repeated or filtered."""
    found = {}
    with (workspace.raw("orders") / "orders.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            if row["test"] == "no" and re.fullmatch(r"\d+\.\d+", row["amount"]):
                found[row["order"]] = Decimal(row["amount"]), row["email"]
    return found


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    workspace = made(tmp_path_factory.mktemp("totals") / "w", SUMMED)
    params = shop.load(workspace)
    for verb in (clean, identify, reconstruct, segment, estimate, assess):
        verb.main(workspace, params)
    return workspace, params


def number_and_sum(workspace, relative):
    path = workspace.path(relative)
    files = f"{path}/**/*.parquet" if path.is_dir() else path
    return duckdb.sql(f"select count(value), sum(value) from read_parquet('{files}')").fetchall()[0]


def test_number_and_money_of_orders_are_conserved_to_the_report(run):
    workspace, params = run
    raw = raw_orders(workspace)
    number, money = len(raw), sum(amount for amount, _ in raw.values())
    assert number_and_sum(workspace, "data/clean/events/orders.parquet") == (number, money)
    assert number_and_sum(workspace, "data/reconstruct/steps") == (number, money)
    # a journey's value is that of its orders; none is lost between journeys
    assert number_and_sum(workspace, "data/reconstruct/journeys")[1] == money
    kpi = pd.read_csv(workspace.path("data/estimate/kpis.csv")).query("grouping == 'all'").iloc[0]
    assert (kpi["n"], kpi["n"] * kpi["estimate"]) == (number, pytest.approx(float(money), rel=1e-9))
    table = kpis(read_results(workspace), "buyers", Voice(params, "en")).parts[0]
    shown = next(row for row in table.rows if row[1] == "All customers")
    assert f"{money / number:.2f}" in str(shown[2]) and str(shown[4]) == str(number)


def test_the_cards_share_out_all_the_money(run):
    workspace, _ = run
    raw = raw_orders(workspace)
    orders = Counter(email for _, email in raw.values())
    several = sum(amount for amount, email in raw.values() if orders[email] > 1)
    cards = pd.read_csv(workspace.path("data/segment/persona_cards.csv")).set_index("persona")
    everything = sum(amount for amount, _ in raw.values())
    assert cards.loc["buyers", "value_share"] == pytest.approx(float(several / everything))
    assert cards["value_share"].sum() == pytest.approx(1)
    assert cards["n_customers"].sum() == len(orders)


def test_what_was_left_out_is_told(run):
    workspace, _ = run
    counts = pd.read_csv(workspace.path("data/clean/conservation.csv")).set_index("source_file").loc["orders.csv"]
    assert (counts["raw"], counts["used"]) == (len(PLACED) + 3, len(PLACED))
    assert (counts["refused"], counts["filtered"], counts["duplicate"]) == (1, 1, 1)


def test_careless_joins_inflate_revenue(run):
    """The same files, joined as they lie: revenue grows with lines per order and with visits per customer."""
    workspace, _ = run
    orders = pd.read_csv(io.StringIO(ORDERS))
    revenue = number_and_sum(workspace, "data/reconstruct/steps")[1]
    by_line = orders.merge(pd.read_csv(io.StringIO(LINES)), left_on="order", right_on="line_order")
    by_visit = orders.merge(pd.read_csv(io.StringIO(VISITS)), on="email")
    assert float(revenue) == pytest.approx(orders["amount"].sum())
    assert by_line["amount"].sum() > 2 * float(revenue) and by_visit["amount"].sum() > 2 * float(revenue)


def test_a_look_up_with_a_key_twice_is_refused_with_file_key_and_rows(tmp_path):
    workspace = made(tmp_path / "w", CARELESS, "line_order,product\no1-0,p1\no2-0,p1\no1-0,p2\no3-0,p1\no3-0,p2\n")
    expected = (
        r"query: the join repeats rows: \d+ rows of the main file became \d+.* "
        r"lines: 2 rows have one line_order \(like 'x9-9'\): lines.csv row 2 and lines.csv row 4; and so have 1 more\."
    )
    with pytest.raises(ParcoursError, match=expected):
        clean.main(workspace, shop.load(workspace))
    assert not workspace.path("data/clean").exists()


def test_a_look_up_with_unique_keys_may_be_joined_as_it_is(tmp_path):
    workspace = made(tmp_path / "w", CARELESS.replace("product", "product as n_lines"), "line_order,product\no1-0,7\n")
    clean.main(workspace, shop.load(workspace))
    assert number_and_sum(workspace, "data/clean/events/orders.parquet")[0] == len(PLACED)
