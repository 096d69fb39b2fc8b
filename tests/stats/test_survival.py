import numpy as np
import pytest
import scipy.stats
from statsmodels.duration.hazard_regression import PHReg

from pipeline.stats.competing import incidence, weighted_incidence
from pipeline.stats.effects import difference_of_means
from pipeline.stats.survival import (
    cause_specific_cox,
    cause_specific_log_rank,
    incidence_difference,
    incidence_values,
    time_lost_difference,
    time_lost_values,
)
from stats import oracle

MINUTE = 60_000_000


def simulated(seed, customers=60, effect=0.0):
    """Clustered times with two exits and censoring, the exposure within customers."""
    generator = np.random.default_rng(seed)
    visits = 2 + generator.poisson(2, customers)
    customer = np.repeat(np.arange(customers), visits)
    frailty = np.exp(generator.normal(0, 0.7, customers))[customer]
    exposed = generator.random(len(customer)) < 0.4
    event = generator.exponential(20 / frailty / np.exp(effect * exposed))
    competing = generator.exponential(30, len(customer))
    end = generator.uniform(5, 40, len(customer))
    causes = np.where(end < np.minimum(event, competing), 0, np.where(event < competing, 1, 2))
    durations = np.ceil(np.minimum(np.minimum(event, competing), end)).astype(np.int64)
    return durations, causes, exposed, customer


def visits_of_the_oracle():
    visits = oracle.data("survival")
    columns = (visits[name].to_numpy() for name in ("duration", "cause", "exposed", "customer"))
    durations, causes, exposed, customers = columns
    return durations, causes, exposed == 1, customers


def one_clustered_error(values, customers):
    """The error without a factor for few customers, as R has it: the root of the sum of squared influences."""
    return np.sqrt(np.sum(np.bincount(customers, weights=values - values.mean()) ** 2)) / len(values)


@pytest.mark.parametrize("arm", [0, 1])
def test_incidence_and_time_lost_against_r_survival(arm):
    durations, causes, exposed, customers = visits_of_the_oracle()
    of_arm = exposed == bool(arm)
    for make, name in ((incidence_values, "arm"), (time_lost_values, "lost")):
        values = make(durations[of_arm], causes[of_arm], 10)
        found = values.mean(), one_clustered_error(values, customers[of_arm])
        np.testing.assert_allclose(found, oracle.printed(f"survfit_{name}_{arm}"), rtol=1e-8)


def test_differences_against_r_survival():
    # Each arm's estimate is R's; the variance of the difference, customers being in both arms, is that of the
    # summed influences of both arms: with all customers in both, C/(C-1) times R's clustered sum of squares.
    durations, causes, exposed, customers = visits_of_the_oracle()
    for compare, name in ((incidence_difference, "arm"), (time_lost_difference, "lost")):
        found = compare(durations, causes, exposed, customers, 10)
        (other, _), (own, _) = (oracle.printed(f"survfit_{name}_{arm}") for arm in (0, 1))
        factor = found.clusters / (found.clusters - 1)
        expected = own - other, np.sqrt(factor) * oracle.printed(f"survfit_{name}_difference")[0]
        np.testing.assert_allclose((found.estimate, found.standard_error), expected, rtol=1e-8)


@pytest.mark.parametrize("arm", [0, 1])
def test_pseudo_values_against_r_survival(arm):
    durations, causes, exposed, _ = visits_of_the_oracle()
    of_arm = exposed == bool(arm)
    values = incidence_values(durations[of_arm], causes[of_arm], 10)[:12]
    np.testing.assert_allclose(values, oracle.printed(f"pseudo_{arm}"), rtol=1e-8, atol=1e-10)


def test_cox_against_r_survival():
    durations, causes, exposed, customers = visits_of_the_oracle()
    found = cause_specific_cox(durations, causes, exposed, customers)
    factor = np.sqrt(found.clusters / (found.clusters - 1))
    log_ratio, independent, clustered = oracle.printed("coxph_efron")
    np.testing.assert_allclose((found.estimate, found.standard_error), (log_ratio, clustered * factor), rtol=1e-8)
    assert found.design_effect == pytest.approx((clustered * factor / independent) ** 2, rel=1e-8)
    durations, exposed = np.arange(1, 7), np.array([True, False, True, True, False, False])
    alone = cause_specific_cox(durations, np.ones(6, dtype=int), exposed, np.arange(6))
    assert alone.estimate == pytest.approx(oracle.printed("coxph_six")[0], rel=1e-8)


def test_cox_against_statsmodels():
    durations, causes, exposed, customers = visits_of_the_oracle()
    # one event at most at any time, because statsmodels' clustered errors are not Efron's where times tie
    durations = durations * 1000 + np.arange(len(durations))
    model = PHReg(durations, exposed.astype(float), status=causes == 1)
    found = cause_specific_cox(durations, causes, exposed, customers)
    assert found.estimate == pytest.approx(model.fit(disp=0).params[0], rel=1e-8)


def test_log_rank_against_r_survival():
    durations, causes, exposed, customers = visits_of_the_oracle()
    clusters = len(np.unique(customers))
    (statistic,) = oracle.printed("coxph_score_test")
    expected = 2 * scipy.stats.t.sf(np.sqrt(statistic * (clusters - 1) / clusters), clusters - 1)
    assert cause_specific_log_rank(durations, causes, exposed, customers) == pytest.approx(expected, rel=1e-8)


def test_incidence_by_hand():
    # 5 units: event at 2 (of 5), competing at 3 (of 4), one censored at 3, event at 4 (of 2).
    # S before 4 is 4/5 · 3/4 = 0.6; F = 1/5 + 0.6 / 2 = 0.5; the last is censored at 9.
    durations, causes = np.array([2, 3, 3, 4, 9]), np.array([1, 2, 0, 1, 0])
    found = incidence(durations, causes)
    assert found.at_risk.tolist() == [5, 4, 2]
    assert np.cumsum(found.increments).tolist() == pytest.approx([0.2, 0.2, 0.5])
    assert found.share_left(4) == pytest.approx(0.3)
    assert np.mean(incidence_values(durations, causes, 4)) == pytest.approx(0.5)
    # area to 6: 0.2 · (6 - 2) + 0.3 · (6 - 4)
    assert np.mean(time_lost_values(durations, causes, 6)) == pytest.approx(1.4)


def test_all_exits_and_what_is_left_add_up_to_one():
    durations, causes, _, _ = simulated(1)
    for horizon in (1, 7, 20):
        found = [incidence(durations, causes, cause) for cause in (1, 2)]
        shares = [one.increments[one.times <= horizon].sum() for one in found]
        assert sum(shares) + found[0].share_left(horizon) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("is_delayed", [False, True])
def test_influence_is_the_derivative_with_respect_to_weights(is_delayed):
    # a unit of weight 1 + ε: duplicating every unit m times and one of them m + 1 times is ε = 1/m
    durations, causes, _, _ = simulated(2, customers=8)
    entry = np.where(np.arange(len(durations)) % 3 == 0, 1, 0) if is_delayed else None
    if entry is not None:
        kept = durations > entry
        durations, causes, entry = durations[kept], causes[kept], entry[kept]

    def share(repeats):
        own = None if entry is None else np.repeat(entry, repeats)
        found = incidence(np.repeat(durations, repeats), np.repeat(causes, repeats), entry=own)
        return found.increments[found.times <= 12].sum()

    found = incidence(durations, causes, entry=entry)
    weights = (found.times <= 12).astype(float)
    estimate, influence = weighted_incidence(found, weights, durations, causes, entry=entry)
    assert influence.sum() == pytest.approx(0, abs=1e-12)
    many = 20_000
    for unit in range(len(durations)):
        repeats = np.full(len(durations), many)
        repeats[unit] += 1
        assert (share(repeats) - estimate) * many == pytest.approx(influence[unit], abs=2e-4)


def test_without_censoring_it_is_the_risk_difference():
    durations, causes, exposed, customers = simulated(3)
    causes = np.where(causes == 0, 2, causes)
    for horizon in (5, 15):
        found = incidence_difference(durations, causes, exposed, customers, horizon)
        plain = difference_of_means((durations <= horizon) & (causes == 1), exposed, customers)
        assert found.estimate == pytest.approx(plain.estimate, rel=1e-12)
        assert found.standard_error == pytest.approx(plain.standard_error, rel=1e-12)
        assert found.degrees == plain.degrees
        lost = np.where(causes == 1, np.maximum(horizon - durations, 0), 0)
        area = time_lost_difference(durations, causes, exposed, customers, horizon)
        plain = difference_of_means(lost, exposed, customers)
        assert (area.estimate, area.standard_error) == pytest.approx((plain.estimate, plain.standard_error), rel=1e-12)


def test_units_of_time_do_not_matter():
    durations, causes, exposed, customers = simulated(4)
    minutes = time_lost_difference(durations, causes, exposed, customers, 15)
    microseconds = time_lost_difference(durations * MINUTE, causes, exposed, customers, 15 * MINUTE)
    assert microseconds.estimate == pytest.approx(minutes.estimate * MINUTE, rel=1e-12)
    assert microseconds.p == pytest.approx(minutes.p, rel=1e-9)
    assert cause_specific_cox(durations * MINUTE, causes, exposed, customers) == cause_specific_cox(
        durations, causes, exposed, customers
    )


def test_the_order_of_units_and_their_codes_do_not_matter():
    durations, causes, exposed, customers = simulated(5)
    order = np.random.default_rng(0).permutation(len(durations))
    for compare in (incidence_difference, time_lost_difference):
        first = compare(durations, causes, exposed, customers, 10)
        second = compare(durations[order], causes[order], exposed[order], customers[order] * 7 - 3, 10)
        assert (second.estimate, second.standard_error) == pytest.approx((first.estimate, first.standard_error))
    first = cause_specific_cox(durations, causes, exposed, customers)
    second = cause_specific_cox(durations[order], causes[order], exposed[order], customers[order] * 7 - 3)
    assert (second.estimate, second.standard_error) == pytest.approx((first.estimate, first.standard_error))


def test_nothing_happens_and_everything_happens():
    exposed, customers = np.arange(8) < 4, np.arange(8)
    nothing = incidence_difference(np.full(8, 9), np.zeros(8, dtype=int), exposed, customers, 5)
    assert (nothing.estimate, nothing.standard_error, nothing.p) == (0, 0, 1)
    everything = incidence_difference(np.full(8, 3), np.ones(8, dtype=int), exposed, customers, 5)
    assert (everything.estimate, everything.standard_error, everything.p) == (0, 0, 1)
    one_arm = incidence_difference(np.where(exposed, 3, 9), np.where(exposed, 1, 0), exposed, customers, 5)
    assert one_arm.estimate == 1
    assert cause_specific_log_rank(np.full(8, 9), np.zeros(8, dtype=int), exposed, customers) == 1


def test_what_cannot_be_compared_is_refused():
    exposed, customers = np.arange(6) < 3, np.arange(6)
    durations, causes = np.array([1, 2, 3, 4, 5, 6]), np.array([1, 1, 0, 0, 1, 0])
    with pytest.raises(ValueError, match="followed to the horizon 20"):
        incidence_difference(durations, causes, exposed, customers, 20)
    with pytest.raises(ValueError, match="at least 2 customers"):
        incidence_difference(durations, causes, exposed, np.array([1, 1, 1, 2, 3, 4]), 3)
    with pytest.raises(ValueError, match="at least 2 customers"):
        incidence_difference(durations, causes, np.zeros(6, dtype=bool), customers, 3)
    for causes_of_one_arm in (np.where(exposed, 1, 0), np.where(exposed, 0, 1), np.zeros(6, dtype=int)):
        with pytest.raises(ValueError, match="hazard ratio has no bound"):
            cause_specific_cox(durations, causes_of_one_arm, exposed, customers)
    with pytest.raises(ValueError, match="durations of at least 0"):
        incidence(np.array([-1, 2]), np.array([1, 0]))
    with pytest.raises(ValueError, match="after they enter"):
        incidence(np.array([1, 2]), np.array([1, 0]), entry=np.array([1, 0]))


def test_log_rank_by_hand():
    # Events at 1 (exposed; 2 of 4 at risk) and at 2 (other; 1 of 3): observed 1, expected 1/2 + 1/3.
    # Each unit: its event less the share of the exposed then, less what it was expected to bring while at risk.
    durations, causes = np.array([1, 5, 2, 5]), np.array([1, 0, 1, 0])
    exposed = np.array([True, True, False, False])
    hazards, shares = np.array([1 / 4, 1 / 3]), np.array([1 / 2, 1 / 3])
    scores = np.array([
        (1 - shares[0]) - (1 - shares[0]) * hazards[0],
        -(1 - shares[0]) * hazards[0] - (1 - shares[1]) * hazards[1],
        (0 - shares[1]) + shares[0] * hazards[0] + shares[1] * hazards[1],
        shares[0] * hazards[0] + shares[1] * hazards[1],
    ])  # fmt: skip
    assert scores.sum() == pytest.approx(1 - 5 / 6)
    statistic = scores.sum() / np.sqrt(4 / 3 * np.sum(scores**2))
    assert cause_specific_log_rank(durations, causes, exposed, np.arange(4)) == pytest.approx(
        2 * scipy.stats.t.sf(statistic, 1)
    )


def test_false_positives_and_coverage_with_clustered_times():
    """No effect within customers: 400 draws; a rejection rate of 5 % has a standard error of 1.1 points."""
    rejected = {"incidence": 0, "lost": 0, "cox": 0, "log-rank": 0}
    for seed in range(400):
        data = simulated(seed, customers=50)
        rejected["incidence"] += incidence_difference(*data, 12).p < 0.05
        rejected["lost"] += time_lost_difference(*data, 12).p < 0.05
        rejected["cox"] += cause_specific_cox(*data).p < 0.05
        rejected["log-rank"] += cause_specific_log_rank(*data) < 0.05
    assert {name: 0.02 <= count / 400 <= 0.085 for name, count in rejected.items()} == dict.fromkeys(rejected, True)
