"""The chain against R and by hand; the bootstrap against formulas that need none."""

import math
import time

import numpy as np
import pytest
from scipy import stats

from pipeline.stats.markov import _poisson_table, pattern_keys, percentiles, poisson_sums, share_reaching
from pipeline.stats.proportions import clustered_proportion
from stats import oracle


def test_share_reaching_against_r_solve():
    counts = oracle.data("moves").to_numpy()
    assert share_reaching(counts) == pytest.approx(oracle.printed("fundamental_matrix"), abs=6e-10)


def test_share_reaching_is_what_a_walk_finds():
    # a → b 1/2, goal 1/4, lost 1/4; b → a 1/3, lost 2/3: r_a = 1/4 + r_b / 2, r_b = r_a / 3 → r_a = 3/10, r_b = 1/10
    counts = np.array([[0, 2, 1, 1, 0], [1, 0, 0, 2, 0]])
    assert share_reaching(counts) == pytest.approx([0.3, 0.1])
    assert share_reaching(np.stack([counts, 7 * counts])) == pytest.approx(np.array([[0.3, 0.1]] * 2))


def test_a_stage_without_visits_makes_unknown_only_what_leads_there():
    counts = np.array([[0, 4, 0, 4, 4, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 2, 2, 0]])
    assert math.isnan(share_reaching(counts)[0])
    assert share_reaching(counts)[2] == 0.5


def test_stages_that_only_lead_to_each_other_never_reach_it():
    counts = np.array([[0, 3, 0, 0, 0], [3, 0, 0, 0, 0]])
    assert share_reaching(counts) == pytest.approx([0, 0], abs=1e-9)


@pytest.mark.parametrize("mean", [1, 2, 7, 300, 50_000])
def test_weights_are_poisson_against_scipy(mean):
    table = _poisson_table(mean)
    assert table.mean() == pytest.approx(mean, rel=1e-4)
    assert table.var() == pytest.approx(mean, rel=2e-3)
    seen, slices = np.unique(table, return_counts=True)
    assert np.abs(slices / len(table) - stats.poisson.pmf(seen, mean)).max() < 2 / len(table)


@pytest.fixture(scope="module")
def customers():
    rng = np.random.default_rng(5)
    chance = 1 / (1 + np.exp(-rng.normal(-0.4, 1, 600)))
    visits = rng.integers(1, 6, 600)
    return np.column_stack([rng.binomial(visits, chance), visits])


def _patterns(rows):
    return np.unique(rows, axis=0, return_counts=True)


def test_bootstrap_of_a_ratio_has_its_linearised_error(customers):
    patterns, shared = _patterns(customers)
    sums = poisson_sums(patterns, shared, pattern_keys(patterns, ["moved", "visits"], "test"), 8000)
    found = clustered_proportion(customers[:, 0], customers[:, 1])
    assert sums.mean(axis=0) == pytest.approx(customers.sum(axis=0), rel=0.003)
    # the standard error of a standard deviation over 8,000 replicates is 0.8 %
    assert np.std(sums[:, 0] / sums[:, 1]) == pytest.approx(math.sqrt(found.variance), rel=0.03)


def test_customers_alike_may_be_drawn_together_or_apart(customers):
    patterns, shared = _patterns(customers)
    together = poisson_sums(patterns, shared, pattern_keys(patterns, ["moved", "visits"], "test"), 8000)
    keys = np.arange(1, len(customers) + 1, dtype=np.uint64) * np.uint64(0x632BE59BD9B4E019)
    apart = poisson_sums(customers, np.ones(len(customers), dtype=int), keys, 8000)
    for sums in (together, apart):
        assert sums.var(axis=0) == pytest.approx((customers.astype(float) ** 2).sum(axis=0), rel=0.06)
        assert np.cov(sums.T)[0, 1] == pytest.approx((customers[:, 0] * customers[:, 1]).sum(), rel=0.06)


def test_draws_depend_on_neither_order_nor_other_customers(customers):
    patterns, shared = _patterns(customers)
    keys = pattern_keys(patterns, ["moved", "visits"], "test")
    sums = poisson_sums(patterns, shared, keys, 40)
    mixed = np.random.default_rng(1).permutation(len(patterns))
    np.testing.assert_array_equal(poisson_sums(patterns[mixed], shared[mixed], keys[mixed], 40), sums)
    halves = [poisson_sums(patterns[part], shared[part], keys[part], 40) for part in (slice(0, 9), slice(9, None))]
    np.testing.assert_array_equal(sum(halves), sums)
    np.testing.assert_array_equal(poisson_sums(patterns, shared, keys, 20), sums[:20])


def test_weights_of_different_patterns_and_domains_are_independent():
    patterns = np.arange(1, 401)[:, None]
    ones, two = np.ones(400, dtype=int), {}
    for domain in ("north", "south"):
        keys = pattern_keys(patterns, ["visits"], domain)
        two[domain] = poisson_sums(np.eye(400, dtype=int), ones, keys, 2000)
    correlations = np.corrcoef(np.hstack([two["north"], two["south"]]).T)
    beside = correlations[~np.eye(800, dtype=bool)]
    assert np.std(beside) == pytest.approx(1 / math.sqrt(2000), rel=0.02)
    assert np.abs(beside).max() < 6 / math.sqrt(2000)


def test_replicates_without_an_answer_are_counted_not_hidden():
    found = percentiles(np.array([0.5] * 97 + [math.nan] * 3))
    assert (found.low, found.high, found.degenerate) == (0.5, 0.5, 3)
    found = percentiles(np.array([0.5] * 90 + [math.nan] * 10))
    assert math.isnan(found.low) and found.degenerate == 10


def test_chain_interval_covers_where_customers_differ():
    """Three stages, customers of sd 1: the interval holds the chain's answer on very many customers."""
    rng = np.random.default_rng(21)

    def drawn(customers):
        effect = rng.normal(0, 1, customers)
        counts = np.zeros((customers, 2, 5), dtype=int)
        for stage, base in enumerate((-0.5, 0.3)):
            forward = 1 / (1 + np.exp(-(base + effect)))
            visits = rng.integers(1, 4, customers)
            moved = rng.binomial(visits, forward)
            back = rng.binomial(visits - moved, 0.3)
            counts[:, stage, 1 - stage] += moved if stage == 0 else back
            counts[:, stage, 2] += moved if stage == 1 else 0
            counts[:, stage, 3] += visits - moved - (back if stage == 1 else 0)
        return counts.reshape(customers, 10)

    truth = share_reaching(drawn(1_000_000).sum(axis=0).reshape(2, 5))
    held = []
    names = [str(i) for i in range(10)]
    for run in range(300):
        patterns, shared = _patterns(drawn(150))
        sums = poisson_sums(patterns, shared, pattern_keys(patterns, names, f"run {run}"), 400)
        found = share_reaching(sums.reshape(-1, 2, 5))
        held.append([percentiles(found[:, s]).low <= truth[s] <= percentiles(found[:, s]).high for s in (0, 1)])
    assert 0.91 <= np.mean(held) <= 0.98  # 600 intervals: Monte-Carlo error 1 point


@pytest.mark.slow
def test_a_hundred_thousand_patterns_take_seconds():
    rng = np.random.default_rng(2)
    counts = rng.poisson(0.15, (100_000, 60))
    keys = pattern_keys(counts, [str(i) for i in range(60)], "test")
    begun = time.perf_counter()
    poisson_sums(counts, np.ones(len(counts), dtype=int), keys, 2000)
    assert time.perf_counter() - begun < 30
