"""Two months of one ratio, and batches of tests under one rate."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from pipeline.stats.months import NOBODY, Products, difference, mix_and_rate
from pipeline.stats.online import Batch, judge_batch

ORACLE = Path(__file__).parents[1] / "oracles" / "batches.jsonl"


def test_levels_and_discoveries_of_batches_against_online_fdr() -> None:
    earlier: list[Batch] = []
    for line in ORACLE.read_text(encoding="utf-8").splitlines():
        known = json.loads(line)
        is_found, batch = judge_batch(np.array(known["p"]), earlier, 0.10)
        assert is_found.tolist() == known["found"]
        assert batch.level == pytest.approx(known["level"], rel=1e-6)
        earlier.append(batch)
    assert sum(batch.found for batch in earlier) > 3


def products(a: np.ndarray, b: np.ndarray, other_a: np.ndarray, other_b: np.ndarray) -> Products:
    both = (b > 0) & (other_b > 0)
    a, b, other_a, other_b = a[both], b[both], other_a[both], other_b[both]
    return Products(int(both.sum()), a.sum(), b.sum(), a @ other_a, a @ other_b, b @ other_a, b @ other_b)


def months_of(random: np.random.Generator, shift: float) -> tuple[Products, Products, Products]:
    """Return two months of 300 customers, two thirds seen in each, who differ with sd 1 on the logit."""
    effect = random.standard_normal(300)
    months = []
    for logit in (-0.5, -0.5 + shift):
        visits = random.integers(1, 6, 300) * (random.random(300) < 2 / 3)
        months.append((random.binomial(visits, 1 / (1 + np.exp(-logit - effect))).astype(float), visits.astype(float)))
    before, after = months
    return products(*before, *before), products(*after, *after), products(*after, *before)


def test_the_test_keeps_its_size_and_needs_the_covariance() -> None:
    """4,000 quiet pairs: 5 % within four Monte-Carlo errors; without the covariance too few, so power is lost."""
    random = np.random.default_rng(5)
    pairs = [months_of(random, 0.0) for _ in range(4000)]
    rejected = np.mean([difference(*pair).p < 0.05 for pair in pairs])
    assert abs(rejected - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 4000)
    careless = np.mean([difference(before, after, NOBODY).p < 0.05 for before, after, _ in pairs])
    assert careless < 0.04


def test_the_interval_covers_the_difference() -> None:
    random = np.random.default_rng(6)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    share = [float((weights / np.sqrt(2 * np.pi)) @ (1 / (1 + np.exp(0.5 - more - nodes)))) for more in (0.0, 0.4)]
    truth = share[1] - share[0]
    found = [difference(*months_of(random, 0.4)) for _ in range(2000)]
    assert abs(np.mean([one.low <= truth <= one.high for one in found]) - 0.95) < 4 * np.sqrt(0.05 * 0.95 / 2000)


def test_one_visit_per_customer_is_the_two_sample_test_of_shares() -> None:
    """Disjoint customers, one visit each: the pooled z of the textbook, up to C / (C - 1) and t for normal."""
    before, after = Products(400, 80, 400, 80, 80, 80, 400), Products(500, 130, 500, 130, 130, 130, 500)
    pooled = 210 / 900
    z = (0.26 - 0.20) / np.sqrt(pooled * (1 - pooled) * (1 / 400 + 1 / 500))
    assert difference(before, after).p == pytest.approx(2 * stats.norm.sf(z), rel=0.05)


def test_a_change_splits_into_mix_and_rate_that_add_up() -> None:
    before, after = [(10.0, 50.0), (40.0, 100.0), (0.0, 0.0)], [(30.0, 100.0), (10.0, 20.0), (5.0, 10.0)]
    mix, rate = mix_and_rate(before, after)
    assert mix + rate == pytest.approx(45 / 130 - 50 / 150)
    only_rate = mix_and_rate([(10.0, 50.0), (40.0, 100.0)], [(15.0, 50.0), (50.0, 100.0)])
    assert only_rate == pytest.approx((0.0, 65 / 150 - 50 / 150))


def test_months_without_customers_are_refused() -> None:
    with pytest.raises(ValueError, match="need 2 customers"):
        difference(Products(1, 1, 1, 1, 1, 1, 1), Products(5, 1, 5, 1, 1, 1, 5))
