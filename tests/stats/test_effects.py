import math

import numpy as np
import pytest
import scipy.stats
import statsmodels.api as sm
from statsmodels.stats.nonparametric import rank_compare_2indep

from pipeline.stats.effects import difference_of_means, superiority
from stats import oracle


@pytest.mark.parametrize("outcome", ["score", "bought"])
def test_difference_of_means_against_r_sandwich(outcome):
    units = oracle.data("units")
    found = difference_of_means(units[outcome], units["exposed"] == 1, units["customer"])
    np.testing.assert_allclose([found.estimate, found.standard_error], oracle.printed(f"vcovCL_{outcome}"), rtol=1e-9)


@pytest.mark.parametrize("outcome", ["score", "bought"])
def test_difference_of_means_against_r_geepack(outcome):
    units = oracle.data("units")
    found = difference_of_means(units[outcome], units["exposed"] == 1, units["customer"])
    estimate, standard_error = oracle.printed(f"geeglm_{outcome}")
    clusters = units["customer"].nunique()  # geepack leaves out C/(C-1)
    assert found.estimate == pytest.approx(estimate, rel=1e-8)
    assert found.standard_error == pytest.approx(standard_error * math.sqrt(clusters / (clusters - 1)), rel=1e-8)


def test_difference_of_means_against_statsmodels():
    units = oracle.data("units")
    fit = sm.OLS(units["score"], sm.add_constant(units["exposed"])).fit(
        cov_type="cluster", cov_kwds={"groups": units["customer"], "use_correction": False}
    )
    found = difference_of_means(units["score"], units["exposed"] == 1, units["customer"])
    clusters = units["customer"].nunique()
    assert found.standard_error == pytest.approx(fit.bse["exposed"] * math.sqrt(clusters / (clusters - 1)), rel=1e-9)


def test_one_unit_per_customer_against_scipy_welch():
    generator = np.random.default_rng(1)
    outcome, exposed = generator.normal(size=60), np.arange(60) < 15
    found = difference_of_means(outcome, exposed, np.arange(60))
    welch = scipy.stats.ttest_ind(outcome[exposed], outcome[~exposed], equal_var=False)
    assert found.estimate / found.standard_error == pytest.approx(welch.statistic, rel=1e-12)
    assert found.degrees == 14
    assert found.degrees <= welch.df
    assert found.design_effect == pytest.approx(1)


def test_one_unit_in_each_arm_against_scipy_paired():
    generator = np.random.default_rng(2)
    before, after = generator.normal(size=20), generator.normal(size=20) + 0.3
    found = difference_of_means(np.r_[after, before], np.arange(40) < 20, np.r_[np.arange(20), np.arange(20)])
    paired = scipy.stats.ttest_rel(after, before)
    assert found.p == pytest.approx(paired.pvalue, rel=1e-10)
    interval = paired.confidence_interval(0.95)
    assert found.interval(0.95) == pytest.approx((interval.low, interval.high))


def test_repeated_rows_of_a_customer_add_nothing():
    outcome, exposed = np.array([1.0, 2, 4, 3, 5, 9]), np.array([True, True, True, False, False, False])
    once = difference_of_means(outcome, exposed, np.arange(6))
    five_times = difference_of_means(np.repeat(outcome, 5), np.repeat(exposed, 5), np.repeat(np.arange(6), 5))
    assert five_times.standard_error == pytest.approx(once.standard_error)
    assert five_times.degrees == once.degrees
    assert five_times.design_effect > 4


def test_superiority_against_scipy_brunner_munzel():
    generator = np.random.default_rng(4)
    outcome, exposed = generator.integers(1, 6, 90), np.arange(90) < 30
    found = superiority(outcome, exposed, np.arange(90))
    reference = scipy.stats.brunnermunzel(outcome[~exposed], outcome[exposed], distribution="normal")
    assert (found.estimate - 0.5) / found.standard_error == pytest.approx(reference.statistic, rel=1e-10)


def test_superiority_against_statsmodels():
    generator = np.random.default_rng(5)
    outcome, exposed = generator.integers(1, 6, 90), np.arange(90) < 30
    found = superiority(outcome, exposed, np.arange(90))
    reference = rank_compare_2indep(outcome[exposed], outcome[~exposed], use_t=False)
    assert found.estimate == pytest.approx(reference.prob1, rel=1e-12)
    assert found.standard_error == pytest.approx(math.sqrt(reference.var_prob), rel=1e-10)


def test_superiority_by_hand():
    # Exposed 1, 2, 4 against 3, 4, 5: of nine pairs one is won (4 > 3) and one tied (4 = 4): 1.5 / 9.
    outcome, exposed = np.array([1, 2, 4, 3, 4, 5]), np.array([True, True, True, False, False, False])
    assert superiority(outcome, exposed, np.arange(6)).estimate == pytest.approx(1.5 / 9)


def test_one_exposed_customer_is_not_enough():
    with pytest.raises(ValueError, match="at least 2 customers"):
        difference_of_means(np.arange(6), np.arange(6) < 2, np.array([1, 1, 2, 3, 4, 5]))


@pytest.mark.parametrize("statistic", [difference_of_means, superiority])
def test_false_positives_with_clustered_exposure(statistic):
    # No effect; exposure belongs to the customer, of whom few are exposed; answers of one customer go together.
    generator = np.random.default_rng(11)
    replicates, found = 800, 0
    for _ in range(replicates):
        customers = np.repeat(np.arange(60), 1 + generator.poisson(3, 60))
        score = np.round(generator.normal(size=60)[customers] + generator.normal(size=len(customers)))
        found += statistic(score, customers < 15, customers).p < 0.05
    assert found / replicates < 0.05 + 3 * math.sqrt(0.05 * 0.95 / replicates)
