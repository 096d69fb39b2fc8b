import math

import numpy as np
import pytest

from pipeline.stats.proportions import clustered_proportion, korn_graubard, proportion_from_pairs
from stats import oracle


def _pairs(successes, trials):
    pairs, customers = np.unique(np.column_stack([successes, trials]), axis=0, return_counts=True)
    return pairs[:, 0], pairs[:, 1], customers


def test_clustered_proportion_against_r_survey():
    clusters = oracle.data("clusters")
    p, low, high, variance = oracle.printed("svyciprop_beta")
    found = clustered_proportion(clusters["moved"].to_numpy(), clusters["visits"].to_numpy())
    assert found.design_effect > 1  # where R does not cap the effective n either
    numbers = [found.estimate, found.low, found.high, found.variance]
    np.testing.assert_allclose(numbers, [p, low, high, variance], rtol=1e-9)


def test_proportion_from_pairs_against_r_survey_jackknife():
    clusters = oracle.data("clusters")
    p, variance = oracle.printed("svyratio_jackknife")
    found = proportion_from_pairs(*_pairs(clusters["moved"], clusters["visits"]))
    np.testing.assert_allclose([found.estimate, found.variance], [p, variance], rtol=1e-9)
    assert (found.n, found.clusters) == (clusters["visits"].sum(), len(clusters))


def test_jackknife_stands_beside_linearised():
    clusters = oracle.data("clusters")
    linearised = clustered_proportion(clusters["moved"].to_numpy(), clusters["visits"].to_numpy())
    jackknife = proportion_from_pairs(*_pairs(clusters["moved"], clusters["visits"]))
    assert jackknife.variance == pytest.approx(linearised.variance, rel=0.05)


def test_one_trial_per_customer_is_the_variance_of_a_mean():
    # p = 0.3 over 10 customers: s²/n with s² = 10/9 · 0.3 · 0.7; jackknife and linearised agree exactly.
    found = proportion_from_pairs(np.array([0, 1]), np.array([1, 1]), np.array([7, 3]))
    assert found.variance == pytest.approx(0.3 * 0.7 / 9)
    assert found.design_effect == pytest.approx(10 / 9)


@pytest.mark.parametrize(("moved", "expected"), [(0, (0.0, 0.0)), (1, (1.0, 1.0))])
def test_effective_n_is_the_customers_where_they_all_agree(moved, expected):
    # 20 customers with 5 visits each. Clopper-Pearson of 0 in 20: upper bound 1 - 0.025^(1/20).
    found = proportion_from_pairs(np.array([5 * moved]), np.array([5]), np.array([20]))
    bound = 1 - 0.025 ** (1 / 20)
    assert found.estimate == expected[0]
    assert found.high == pytest.approx(bound if moved == 0 else 1)
    assert found.low == pytest.approx(0 if moved == 0 else 1 - bound)
    assert math.isnan(found.design_effect)


def test_effective_n_never_exceeds_the_visits():
    # Customers alternate perfectly (one of each pair moves), so clustering *lowers* the variance.
    found = clustered_proportion(np.array([1, 1, 1, 2]), np.array([2, 2, 2, 4]) + np.array([0, 0, 0, 1]))
    assert found.design_effect < 1
    plain = korn_graubard(5, 11, 11, 5 / 11 * 6 / 11 / 11)  # effective n = 11: Clopper-Pearson
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high))


def test_one_customer_has_no_interval():
    with pytest.raises(ValueError, match="at least 2 clusters"):
        proportion_from_pairs(np.array([3]), np.array([9]), np.array([1]))
    with pytest.raises(ValueError, match="at least 2 clusters"):
        clustered_proportion(np.array([3]), np.array([9]))


@pytest.mark.parametrize("customers", [50, 300])
def test_coverage_on_simulated_customers(customers):
    # Customers differ with sd 1 on the logit and visit counts go with the rate, as in METHODS section 2.
    generator = np.random.default_rng(7)
    many = generator.normal(size=1_000_000)
    truth = float(np.average(_rate(many), weights=_mean_visits(many)))
    hits, replicates = 0, 600
    for _ in range(replicates):
        taste = generator.normal(size=customers)
        visits = 1 + generator.poisson(_mean_visits(taste) - 1)
        found = proportion_from_pairs(*_pairs(generator.binomial(visits, _rate(taste)), visits))
        hits += found.low <= truth <= found.high
    # METHODS reports 93 % at worst; the second term is twice the Monte-Carlo error.
    assert hits / replicates > 0.93 - 2 * math.sqrt(0.93 * 0.07 / replicates)


def _rate(taste):
    return 1 / (1 + np.exp(1 - taste))


def _mean_visits(taste):
    return 1 + 3 * np.exp(0.5 * taste)
