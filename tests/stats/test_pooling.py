"""Partial pooling: limits known beforehand, R's optimiser, coverage on groups that differ as the prior says."""

import math

import numpy as np
import pytest
from scipy import stats

from pipeline.stats.pooling import marginal_log_likelihood, pooled_shares, row_design_effect
from stats import oracle

NONE = np.ones(4)


def test_pooled_shares_against_r_optim():
    rows = oracle.data("rows")
    moved = rows[["a", "b", "c"]].to_numpy()
    found = pooled_shares(moved, rows["design_effect"].to_numpy())
    precision, likelihood, *numbers = oracle.printed("dirichlet_multinomial")
    # two optimisers of one flat-topped curve agree to half the digits of the likelihood; the means follow, bounds do not
    assert found.precision == pytest.approx(precision, rel=1e-5)
    effective = moved / rows["design_effect"].to_numpy()[:, None]
    assert marginal_log_likelihood(precision, effective, moved.sum(axis=0) / moved.sum()) == pytest.approx(
        likelihood, rel=1e-10
    )
    expected = np.array(numbers).reshape(len(rows), 3, 3)
    np.testing.assert_allclose(found.estimate, expected[:, :, 0], rtol=1e-6)
    np.testing.assert_allclose(np.stack([found.low, found.high], axis=-1), expected[:, :, 1:], rtol=1e-8)


def test_marginal_likelihood_against_scipy():
    moved, overall = np.array([[3, 1, 2], [0, 4, 4]]), np.array([0.25, 0.35, 0.40])
    constant = sum(math.lgamma(row.sum() + 1) - sum(math.lgamma(k + 1) for k in row) for row in moved)
    expected = sum(stats.dirichlet_multinomial.logpmf(row, 7.0 * overall, row.sum()) for row in moved)
    assert marginal_log_likelihood(7.0, moved.astype(float), overall) + constant == pytest.approx(expected, rel=1e-12)


def test_groups_that_agree_are_pooled_as_far_as_the_overall_row_is_known():
    moved = np.array([[30, 70], [60, 140], [3, 7], [6, 14]])
    found = pooled_shares(moved, NONE)
    assert found.precision == moved.sum()
    assert found.estimate[:, 0] == pytest.approx([0.3] * 4)
    alone = stats.beta.ppf(0.975, 0.3 * 10, 0.7 * 10)
    assert found.high[2, 0] < 0.7 * alone
    assert (found.high[:, 0] - found.low[:, 0] > 0.05).all()  # never certain


def test_groups_that_have_nothing_in_common_keep_their_own_row():
    moved = np.array([[1000, 0], [0, 1000], [1000, 0], [0, 1000]])
    found = pooled_shares(moved, NONE)
    assert found.precision < 1
    assert found.estimate[:, 0] == pytest.approx([1, 0, 1, 0], abs=0.001)


def test_the_smaller_group_moves_further():
    moved = np.array([[300, 100], [200, 200], [8, 2], [250, 150]])
    found = pooled_shares(moved, NONE)
    overall = moved[:, 0].sum() / moved.sum()
    raw = moved[:, 0] / moved.sum(axis=1)
    kept = (found.estimate[:, 0] - overall) / (raw - overall)
    assert kept[2] < kept[0] < 1
    assert ((found.estimate[:, 0] - overall) * (raw - overall) > 0).all()


def test_clustered_visits_are_worth_fewer():
    moved = np.array([[300, 100], [200, 200], [80, 20], [250, 150]])
    loose, tight = pooled_shares(moved, np.full(4, 4.0)), pooled_shares(moved, NONE)
    assert (loose.high - loose.low > tight.high - tight.low).all()
    quarter = pooled_shares(moved / 4, NONE)
    np.testing.assert_allclose(loose.high, quarter.high, rtol=1e-9)
    np.testing.assert_allclose(pooled_shares(moved, np.full(4, 0.5)).high, tight.high)  # never worth more


def test_where_nobody_moved_the_upper_bound_is_that_of_one_visit_more():
    found = pooled_shares(np.array([[10, 0], [30, 0]]), np.ones(2))
    assert (found.estimate[:, 1] == 0).all() and (found.low[:, 1] == 0).all()
    for high, own in zip(found.high[:, 1], (10, 30), strict=True):
        assert 1 - 0.025 ** (1 / (40 + own)) < high < 1 - 0.025 ** (1 / own)  # its own visits, and up to all of them
    assert (found.high[:, 0] == 1).all()


def test_rows_add_up_to_one():
    moved = np.array([[5, 2, 9], [50, 3, 1], [7, 7, 7]])
    assert pooled_shares(moved, np.array([1.0, 2.0, 1.5])).estimate.sum(axis=1) == pytest.approx([1, 1, 1])


def test_a_group_without_visits_is_refused():
    with pytest.raises(ValueError, match="without a visit"):
        pooled_shares(np.array([[1, 2], [0, 0]]), np.ones(2))


def test_row_design_effect_is_rao_scotts_mean():
    # (0.5 · 1 + 0.8 · 2 + 0.7 · 3) / (0.5 + 0.8 + 0.7), the unknown one left out
    found = row_design_effect(np.array([0.5, 0.2, 0.3, 0.0]), np.array([1.0, 2.0, 3.0, math.nan]))
    assert found == pytest.approx(4.2 / 2.0)
    assert row_design_effect(np.array([1.0, 0.0]), np.array([math.nan, math.nan])) == 1


def test_coverage_over_groups_that_differ():
    """Five groups of 20 to 400 customers, shares from a Dirichlet of precision 30, customers of sd 0.7 around them."""
    rng = np.random.default_rng(11)
    overall, sizes, held, errors = np.array([0.5, 0.3, 0.2]), np.array([20, 40, 80, 200, 400]), [], []
    for _ in range(200):
        truth = rng.dirichlet(30 * overall, len(sizes))
        moved, inflations = np.empty((len(sizes), 3)), np.empty(len(sizes))
        for g, size in enumerate(sizes):
            visits = 1 + rng.poisson(2, size)
            own = np.array([rng.dirichlet(6 * truth[g]) for _ in range(size)])
            counts = np.array([rng.multinomial(n, p) for n, p in zip(visits, own, strict=True)])
            moved[g] = counts.sum(axis=0)
            p = moved[g] / moved[g].sum()
            deviations = counts - visits[:, None] * p
            variance = size / (size - 1) * (deviations**2).sum(axis=0) / visits.sum() ** 2
            inflations[g] = row_design_effect(p, variance * visits.sum() / np.maximum(p * (1 - p), 1e-9))
        found = pooled_shares(moved, inflations)
        held.append((found.low <= truth) & (truth <= found.high))
        raw = moved / moved.sum(axis=1, keepdims=True)
        errors.append([((found.estimate - truth) ** 2).mean(axis=1), ((raw - truth) ** 2).mean(axis=1)])
    coverage = np.mean(held)
    pooled_error, raw_error = np.mean(errors, axis=0)
    assert 0.915 <= coverage <= 0.975  # of 3,000 intervals, some alike: Monte-Carlo error 0.6 points
    assert pooled_error[0] < 0.8 * raw_error[0]  # the smallest group gains most
    assert pooled_error.sum() < raw_error.sum()
