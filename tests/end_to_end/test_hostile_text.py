"""Text from data and declarations that would be code elsewhere, through the whole pipeline into every output."""

from __future__ import annotations

import csv
import re
from xml.etree import ElementTree

import pytest

import small_workspace as shop
from pipeline import run

SCRIPT, FORMULA, QUOTE = "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "\"'><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """The shop with hostile cities, names and claims, run from raw files to reports."""
    cities = [SCRIPT, FORMULA, QUOTE]
    rows = "order,email,at,amount,late_days,delivered_at,score,city\n" + "".join(
        f"o{i},p{i % 30}@shop.example,2026-01-{1 + i % 28:02d} 10:00:00,{5 + i % 7}.50,{i % 3},"
        f'2026-01-{1 + i % 28:02d} 18:00:00,{1 + i % 5},"{cities[i % 3].replace(chr(34), chr(34) * 2)}"\n'
        for i in range(90)
    )
    personas = [
        {
            "id": "hostile",
            "name": {"fr": SCRIPT, "en": QUOTE},
            "goal": {"fr": FORMULA, "en": SCRIPT},
            "when": "orders > 0",
            "describe_by": ["city", "orders"],
        },
        {"id": "nobody", "name": shop.both(QUOTE), "goal": shop.both("-"), "when": "orders > 1000"},
        {"id": "visitors", "name": shop.both("Visitors"), "goal": shop.both("Look"), "otherwise": True},
    ]
    hypothesis = {
        "id": "late",
        "claim": {"fr": SCRIPT, "en": FORMULA},
        "index": "every order_delivered",
        "exposure": "late_days > 0",
        "outcome": {"kind": "binary", "when": "is_goal"},
        "outcome_window": "10 d",
        "direction": "lower",
        "smallest_effect": 0.05,
        "adjust_for": ["city"],
        "stage": "experience",
        "owner": QUOTE,
    }
    source = {**shop.ORDERS_SOURCE, "attributes": {"city": "city"}}
    workspace = shop.make(
        tmp_path_factory.mktemp("hostile") / "w",
        orders=rows,
        orders_source=source,
        params={
            "personas": personas,
            "hypotheses": [hypothesis],
            "traits": ["city"],
            "touchpoints": {"order_placed": shop.both(SCRIPT), "order_delivered": shop.both(QUOTE)},
        },
    )
    run.main(workspace)
    return workspace.out


def test_pages_and_pictures_hold_it_as_text_only(outputs):
    pages = [*outputs.glob("reports/*.html"), *outputs.glob("data/draw/*.svg")]
    assert len([page for page in pages if page.suffix == ".html"]) == 9
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text.lower() and "<img src=x" not in text, page.name
        if page.suffix == ".svg":
            tags = {element.tag.rpartition("}")[2].lower() for element in ElementTree.fromstring(text).iter()}
            assert not tags & {"script", "img", "foreignobject"}, page.name
    shown = (outputs / "reports/hostile.fr.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_no_cell_of_a_table_is_a_formula(outputs):
    for path in outputs.rglob("*.csv"):
        if "raw" in path.parts:
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                for cell in row:
                    assert not cell.startswith(("=", "+", "@")), (path.name, cell)
                    assert not cell.startswith("-") or re.fullmatch(r"-\d.*", cell), (path.name, cell)


def test_a_persona_with_no_customer_has_a_report_that_says_so(outputs):
    for language, said in (("fr", "Aucun client"), ("en", "No customer")):
        assert said in (outputs / f"reports/nobody.{language}.html").read_text(encoding="utf-8")
