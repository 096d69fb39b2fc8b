import math

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from pipeline.stats.curves import cumulative_incidence, kaplan_meier, median_time, restricted_mean
from stats import oracle

AT = np.array([3, 8, 15, 25])


def visits_of_the_oracle(suffix):
    visits = oracle.data("survival")
    if suffix:
        visits = visits[visits["duration"] > visits["entry"]]
    entry = visits["entry"].to_numpy() if suffix else None
    return visits["duration"].to_numpy(), visits["cause"].to_numpy(), visits["customer"].to_numpy(), entry


def assert_same(found, name, rtol=1e-8):
    np.testing.assert_allclose(found, oracle.printed(name), rtol=rtol)


@pytest.mark.parametrize("suffix", ["", "_delayed"])
@pytest.mark.parametrize("cause", [1, 2])
def test_cumulative_incidence_against_r_survival(cause, suffix):
    durations, causes, customers, entry = visits_of_the_oracle(suffix)
    curve = cumulative_incidence(durations, causes, customers, cause, entry, AT)
    assert_same(curve.estimate, f"survfit_aj_{cause}{suffix}")
    # R has no factor for few customers; its bounds were asked for at the level that makes up for it and for t
    factor = math.sqrt((curve.clusters - 1) / curve.clusters)
    assert_same(curve.standard_error * factor, f"survfit_aj_se_{cause}{suffix}")
    assert_same(curve.low, f"survfit_aj_low_{cause}{suffix}")
    assert_same(curve.high, f"survfit_aj_high_{cause}{suffix}")


@pytest.mark.parametrize("cause", [1, 2])
def test_cumulative_incidence_against_r_cmprsk(cause):
    # Estimates only: its variance (Aalen's) takes visits as independent.
    durations, causes, customers, _ = visits_of_the_oracle("")
    assert_same(cumulative_incidence(durations, causes, customers, cause, times=AT).estimate, f"cuminc_{cause}")


@pytest.mark.parametrize("cause", [1, 2])
def test_left_truncated_incidence_against_r_etm(cause):
    # Estimates only: its variance (Greenwood's kind) takes visits as independent.
    durations, causes, customers, entry = visits_of_the_oracle("_delayed")
    assert_same(cumulative_incidence(durations, causes, customers, cause, entry, AT).estimate, f"etm_{cause}")


@pytest.mark.parametrize("suffix", ["", "_delayed"])
def test_kaplan_meier_median_and_restricted_mean_against_r_survival(suffix):
    durations, causes, customers, entry = visits_of_the_oracle(suffix)
    curve = kaplan_meier(durations, causes > 0, customers, entry, AT)
    factor = math.sqrt((curve.clusters - 1) / curve.clusters)
    assert_same(curve.estimate, f"survfit_km{suffix}")
    assert_same(curve.standard_error * factor, f"survfit_km_se{suffix}")
    assert_same(curve.low, f"survfit_km_low{suffix}")
    assert_same(curve.high, f"survfit_km_high{suffix}")
    assert_same(curve.at_risk, f"survfit_km_at_risk{suffix}")
    median = median_time(kaplan_meier(durations, causes > 0, customers, entry))
    assert_same([median.estimate, median.low, median.high], f"survfit_median{suffix}")
    mean = restricted_mean(durations, causes > 0, customers, 20, entry)
    assert_same([mean.estimate, math.sqrt(mean.variance) * factor], f"survfit_rmean{suffix}")


def test_kaplan_meier_against_statsmodels():
    durations, causes, _, _ = visits_of_the_oracle("")
    reference = SurvfuncRight(durations, causes > 0)
    found = kaplan_meier(durations, causes > 0, np.arange(len(durations)))
    np.testing.assert_array_equal(found.times, reference.surv_times)
    np.testing.assert_allclose(found.estimate, reference.surv_prob, rtol=1e-10)


def test_tied_censored_and_left_truncated_by_hand():
    # At 2: five seen, one event, and one censored who was still there. At 4: one of three left, and the one who
    # entered at 3 is there too: 1 of 4. S = 4/5, then 4/5 · 3/4 = 3/5.
    durations = np.array([2, 2, 4, 7, 7, 6])
    is_event = np.array([True, False, True, False, False, False])
    entry = np.array([0, 0, 0, 0, 0, 3])
    curve = kaplan_meier(durations, is_event, np.arange(6), entry)
    assert curve.at_risk.tolist() == [5, 4]
    assert curve.estimate.tolist() == pytest.approx([0.8, 0.6])
    # 2 days whole, 2 at 4/5, 1 at 3/5
    assert restricted_mean(durations, is_event, np.arange(6), 5, entry).estimate == pytest.approx(4.2)


def test_one_visit_per_customer_without_censoring_is_a_share():
    durations = np.array([1, 2, 2, 3, 5, 8, 9, 9, 9, 9])
    found = kaplan_meier(durations, np.ones(10, dtype=bool), np.arange(10), times=np.array([5]))
    assert found.estimate[0] == pytest.approx(0.5)
    assert found.standard_error[0] == pytest.approx(math.sqrt(0.25 / 9))  # s / √n of five 0 and five 1


def test_median_is_the_least_time_that_half_do_not_exceed():
    # S is exactly 1/2 from 2 to 3; R would say 2.5
    found = median_time(kaplan_meier(np.array([1, 2, 3, 4]), np.ones(4, dtype=bool), np.arange(4)))
    assert found.estimate == 2
    never = median_time(kaplan_meier(np.array([1, 9, 9]), np.array([True, False, False]), np.arange(3)))
    assert math.isnan(never.estimate)


def test_no_event_all_events_one_customer():
    none = kaplan_meier(np.array([3, 4, 5]), np.zeros(3, dtype=bool), np.arange(3), times=np.array([1, 4]))
    assert none.estimate.tolist() == [1, 1]
    assert none.high.tolist() == [1, 1]
    assert none.low[0] == pytest.approx(0.025 ** (1 / 3))  # Clopper and Pearson, 3 of 3
    assert kaplan_meier(np.array([3, 4]), np.zeros(2, dtype=bool), np.arange(2)).times.size == 0
    every = kaplan_meier(np.array([2, 2, 2]), np.ones(3, dtype=bool), np.arange(3))
    assert every.estimate.tolist() == [0]
    assert every.high[0] == pytest.approx(1 - 0.025 ** (1 / 3))
    one = kaplan_meier(np.array([1, 2, 3]), np.ones(3, dtype=bool), np.zeros(3, dtype=int))
    assert one.estimate.tolist() == pytest.approx([2 / 3, 1 / 3, 0], abs=1e-15)
    assert np.isnan(one.low).all()
    mean = restricted_mean(np.array([1, 2, 3]), np.ones(3, dtype=bool), np.zeros(3, dtype=int), 3)
    assert (mean.estimate, mean.clusters) == (pytest.approx(2), 1)
    assert math.isnan(mean.low)
    # two customers who do the same: no variance is not certainty
    same = kaplan_meier(np.array([1, 3, 1, 3]), np.ones(4, dtype=bool), np.array([1, 1, 2, 2]), times=np.array([2]))
    assert math.isnan(same.low[0])
    with pytest.raises(ValueError, match="followed to the horizon"):
        restricted_mean(np.array([1, 2]), np.array([True, False]), np.arange(2), 5)


def test_one_minus_kaplan_meier_overstates_where_exits_compete():
    durations, causes, customers, _ = visits_of_the_oracle("")
    right = cumulative_incidence(durations, causes, customers, times=AT)
    wrong = 1 - kaplan_meier(durations, causes == 1, customers, times=AT).estimate
    assert (wrong > right.estimate + 0.02)[1:].all()


def test_coverage_for_clustered_times():
    """Each customer's hazard is gamma (shape 2); durations, follow-up and number of visits differ: 300 draws.

    P(T > t) = (1 + t / 20)^-2 in the whole population. Visits taken as independent would cover far less.
    """
    covered = {"share": 0, "mean": 0, "median": 0}
    median = 20 * (math.sqrt(2) - 1)
    share = (1 + 10 / 20) ** -2
    area = 20 - 20 / (1 + 15 / 20)  # ∫ (1 + t/20)^-2 from 0 to 15
    for seed in range(300):
        generator = np.random.default_rng(seed)
        customers = np.repeat(np.arange(80), 4)
        times = generator.exponential(1 / generator.gamma(2, 1 / 20, 80)[customers])
        end = generator.uniform(8, 60, len(times))
        durations, is_event = np.round(np.minimum(times, end) * 1e6).astype(np.int64), times <= end
        curve = kaplan_meier(durations, is_event, customers, times=np.array([10, median]) * 1e6)
        covered["share"] += curve.low[0] <= share <= curve.high[0]
        mean = restricted_mean(durations, is_event, customers, 15_000_000)
        covered["mean"] += mean.low <= area * 1e6 <= mean.high
        # the interval of the median holds the times at which the interval of the share holds one half
        is_inside = curve.low[1] <= 0.5 <= curve.high[1]
        covered["median"] += is_inside
        if seed < 5:
            found = median_time(kaplan_meier(durations, is_event, customers))
            assert (found.low <= median * 1e6 <= found.high) == is_inside
    assert {name: 0.915 <= count / 300 <= 0.985 for name, count in covered.items()} == dict.fromkeys(covered, True), (
        covered
    )
