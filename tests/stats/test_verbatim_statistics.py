"""Keyness, rank correlation and change of a share: against other software, by hand, and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from pipeline.stats.agreement import rank_correlation
from pipeline.stats.change import change_of_share
from pipeline.stats.keyness import weighted_log_odds


def test_weighted_log_odds_by_hand():
    # prior 10 over terms used 4 + 2, 1 + 3, 5 + 5 times of 20: 3, 2 and 5
    here, elsewhere = np.array([4, 1, 5]), np.array([2, 3, 5])
    delta = math.log((7 / 13) / (5 / 15))
    assert weighted_log_odds(here, elsewhere, 10)[0] == pytest.approx(delta / math.sqrt(1 / 7 + 1 / 5))
    assert weighted_log_odds(here, elsewhere, 10)[2] == 0


def test_weighted_log_odds_change_sign_with_the_bodies_and_leave_unused_terms_alone():
    here, elsewhere = np.array([9, 0, 3, 20]), np.array([2, 0, 8, 22])
    z = weighted_log_odds(here, elsewhere)
    assert z == pytest.approx(-weighted_log_odds(elsewhere, here))
    assert z[1] == 0


def test_a_large_prior_draws_rare_terms_to_no_difference():
    here, elsewhere = np.array([30, 970]), np.array([10, 990])
    assert weighted_log_odds(here, elsewhere, 5000)[0] < weighted_log_odds(here, elsewhere, 5)[0]


def test_rare_terms_used_alike_have_standard_normal_z():
    random = np.random.default_rng(20261122)
    share = np.array([0.02, 0.03, 0.95])
    z = [
        weighted_log_odds(random.multinomial(4000, share), random.multinomial(4000, share), 1e-6)[0] for _ in range(800)
    ]
    assert abs(np.mean(z)) < 0.12
    assert np.std(z) == pytest.approx(1, abs=0.08)


@pytest.mark.parametrize(
    ("here", "elsewhere", "says"), [([-1, 2], [1, 1], "negative"), ([0, 0], [1, 1], "at least one")]
)
def test_impossible_counts_are_refused(here, elsewhere, says):
    with pytest.raises(ValueError, match=says):
        weighted_log_odds(np.array(here), np.array(elsewhere))


def _answers(random, customers, rho):
    """Return answers of customers who each gave one to three, scores on five steps."""
    owner = np.repeat(np.arange(customers), random.integers(1, 4, customers))
    shared = random.normal(size=(customers, 2))[owner] * 0.7
    own = random.normal(size=(len(owner), 2)) * math.sqrt(1 - 0.49)
    x, y = (shared + own).T
    y = rho * x + math.sqrt(1 - rho**2) * y
    return owner, np.digitize(x, [-1.2, -0.4, 0.4, 1.2]) - 2.0, np.round(y, 1)


def test_rank_correlation_against_scipy():
    owner, x, y = _answers(np.random.default_rng(7), 200, 0.6)
    expected = stats.spearmanr(x, y).statistic
    one = np.ones(len(x))
    assert rank_correlation(x, y, one, owner % 50, 200).estimate == pytest.approx(expected, abs=1e-12)
    pairs, counts = np.unique(np.c_[x, y, owner % 50], axis=0, return_counts=True)
    counted = rank_correlation(pairs[:, 0], pairs[:, 1], counts, pairs[:, 2], 200)
    assert counted.estimate == pytest.approx(expected, abs=1e-12)
    assert counted.n == len(x)


def test_its_interval_covers_although_answers_of_a_customer_are_alike():
    random = np.random.default_rng(20261122)
    _, x, y = _answers(random, 60_000, 0.5)
    truth = stats.spearmanr(x, y).statistic
    hits = 0
    for _ in range(60):
        owner, x, y = _answers(random, 300, 0.5)
        found = rank_correlation(x, y, np.ones(len(x)), owner % 50, 300)
        hits += found.low <= truth <= found.high
    assert hits / 60 >= 0.88  # 0.95 less 2.5 Monte Carlo errors


def test_a_measure_that_does_not_vary_has_no_correlation():
    found = rank_correlation(np.zeros(9), np.arange(9.0), np.ones(9), np.arange(9), 9)
    assert math.isnan(found.estimate)
    assert math.isnan(found.low)


def test_change_of_share_is_that_of_independent_customers_where_nobody_is_seen_twice():
    # 40 customers before, 9 of them with the theme; 50 after, 20 of them
    customers = np.array([9, 31, 20, 30])
    before = np.array([1, 0, 0, 0]), np.array([1, 1, 0, 0])
    after = np.array([0, 0, 1, 0]), np.array([0, 0, 1, 1])
    found = change_of_share(customers, before, after)
    assert found.estimate == pytest.approx(20 / 50 - 9 / 40)
    variance = 0.4 * 0.6 / 50 + 0.225 * 0.775 / 40
    assert found.standard_error == pytest.approx(math.sqrt(variance * 90 / 89))


def test_customers_who_say_the_same_twice_show_no_change():
    customers, always = np.array([30, 70]), np.array([1, 0])
    found = change_of_share(customers, (always, np.ones(2)), (always, np.ones(2)))
    assert (found.estimate, found.standard_error) == (0, 0)


def test_a_period_without_texts_has_no_change():
    with pytest.raises(ValueError, match="a trial in each period"):
        change_of_share(np.array([3]), (np.zeros(1), np.zeros(1)), (np.ones(1), np.ones(1)))
