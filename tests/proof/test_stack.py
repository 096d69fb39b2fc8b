"""Brands in a stack: each gets the verdicts that it gets alone, and identifiers are held against who shows them."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from pipeline.proof.stack import Stack, owners_of, stacked, verdicts
from pipeline.simulation.truth import Truth
from pipeline.simulation.world import SEED_STEP
from pipeline.stats.identity import agreement, unshared

SEEDS, CUSTOMERS = ("clairval-null-1", "clairval-null-2"), 500
COUNTED_OVER_ALL = {"n_left_out", "note"}  # by one query, over all brands


def facts(stack: Stack, brand: int) -> tuple[list[dict[str, object]], int]:
    rows = verdicts(stack)[brand]
    known = [
        {name: value for name, value in row.items() if name not in COUNTED_OVER_ALL and value is not None}
        for row in rows
    ]
    numbers = [{name: value for name, value in row.items() if value == value} for row in known]
    return numbers, int((stack.owners["brand"] == brand).sum())


@pytest.mark.slow
@pytest.mark.slow
def test_a_brand_gets_the_verdicts_in_a_stack_that_it_gets_alone() -> None:
    truth = Truth.default()
    with stacked(truth, SEEDS, CUSTOMERS) as both:
        in_stack, customers_in_stack = facts(both, 2)
        assert both.owners["brand"].nunique() == 2
        assert (both.identifiers.groupby("customer_id")["person"].nunique() > 1).any()  # some errors are there
        shares = agreement(unshared(both.identifiers))
    with stacked(truth, SEEDS[1:], CUSTOMERS) as one:
        alone, customers_alone = facts(one, 1)
    assert in_stack == alone
    assert customers_in_stack == customers_alone
    assert any("p" in row and not math.isnan(float(str(row["p"]))) for row in alone)
    assert all(0.3 < value <= 1 for value in shares.values()), shares
    assert shares["pairs recall"] < 1


def rows(*given: tuple[str, str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(given, columns=["kind", "value_hash", "person", "customer_id"])


def test_a_customer_belongs_to_whom_most_identifiers_say_and_to_nobody_between_two_brands() -> None:
    other = 2 * SEED_STEP
    owners = owners_of(
        rows(
            ("email", "a", SEED_STEP + 8, 1), ("login", "b", SEED_STEP + 8, 1), ("card", "c", SEED_STEP + 3, 1),
            ("email", "d", SEED_STEP + 9, 2), ("phone", "e", SEED_STEP + 4, 2),
            ("phone", "f", SEED_STEP + 5, 3), ("phone", "f", other + 5, 3),
        )
    )  # fmt: skip
    assert owners["person"].to_dict() == {1: SEED_STEP + 8, 2: SEED_STEP + 4}
    assert owners["brand"].tolist() == [1, 1]


def test_precision_and_recall_of_pairs_counted_by_hand() -> None:
    # person 1 shows a b c (in customers 7 7 8), person 2 shows d e (8 8); f belongs to both and is left out
    graph = rows(
        ("k", "a", 1, 7), ("k", "b", 1, 7), ("k", "c", 1, 8), ("k", "d", 2, 8), ("k", "e", 2, 8),
        ("k", "f", 1, 9), ("k", "f", 2, 9),
    )  # fmt: skip
    found = agreement(unshared(graph))
    assert found["pairs precision"] == pytest.approx(2 / 4)  # ab de of ab cd ce de
    assert found["pairs recall"] == pytest.approx(2 / 4)  # ab de of ab ac bc de
    assert found["B-cubed precision"] == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert found["B-cubed recall"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
