"""Coverage of a brand of eight customers, worked out by hand: 1–5 came by one source, 6–8 by two or three."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import small_brand as brand
from pipeline import estimate, tables

# customer → the sources of its steps; all of `shop` happen on the site, the others off it
SEEN = {1: "shop", 2: "shop", 3: "shop", 4: "shop", 5: "till", 6: "shop till", 7: "shop till", 8: "shop till mail"}


@pytest.fixture
def coverage(tmp_path: Path) -> pd.DataFrame:
    params = brand.load_params(tmp_path, sources=["shop", "till", "mail"])
    steps = brand.steps([(customer, 1, "page_seen") for customer, names in SEEN.items() for _ in names.split()])
    steps["source"] = [name for names in SEEN.values() for name in names.split()]
    steps["channel"] = steps["source"].map({"shop": "web", "till": "store", "mail": "email"})
    personas = brand.personas(range(1, 9), north={1, 2, 3, 4, 5})
    with brand.engine_with(tmp_path, params, steps=steps, personas=personas) as engine:
        engine.make("customer_personas", estimate.exp.select("customer_id", "persona").from_("personas"))
        rows = list(estimate.coverage.rows(engine, params, brand.WINDOW[1]))
        frame = estimate.in_form(rows, tables.COVERAGE, estimate.reading_orders(params))
        engine.load("coverage", frame)
        engine.check(tables.COVERAGE, "coverage")
    return frame.set_index(["measure", "item", "other"])


def test_customers_by_number_of_sources(coverage: pd.DataFrame) -> None:
    by = coverage.loc["seen_by"].droplevel("other")
    assert by.index.tolist() == ["1", "2", "3"]
    assert by.loc["1", ["n", "n_customers", "share"]].tolist() == [5, 8, 5 / 8]
    assert by.loc["1", "ci_low"] < 5 / 8 < by.loc["1", "ci_high"]
    assert by.loc["3", "note"] == "n < 2"  # the one customer of three sources is nobody's business
    assert by.loc["2", "note"] == "withheld"  # 8 customers less the others would tell that one
    assert by.loc[["2", "3"], ["n", "share"]].isna().all(axis=None)


def test_overlap_is_read_by_row(coverage: pd.DataFrame) -> None:
    overlap = coverage.loc["overlap"]
    assert overlap.loc[("shop", "till"), ["n", "n_customers", "share"]].tolist() == [3, 7, 3 / 7]
    assert overlap.loc[("till", "shop"), "note"] == "n < 2"  # three of four: the one left over would stand alone
    assert len(overlap) == 6


def test_what_happens_off_the_site(coverage: pd.DataFrame) -> None:
    """12 steps: 7 on the site, 4 in the store, 1 by mail."""
    off_site = coverage.loc["off_site"].droplevel("other")
    assert off_site.loc["(all)", ["n", "n_customers", "share"]].tolist() == [5, 8, 5 / 12]
    assert off_site.loc["north", "share"] == 1 / 5
    assert off_site.loc["south", "share"] == 4 / 7
