import math

import numpy as np
import pytest
from scipy import stats

from pipeline.stats.permutation import rearranged, rearranged_shares
from pipeline.stats.strata import coarse_strata
from stats import oracle


def _few():
    units = oracle.data("units").drop_duplicates("customer", keep="last")
    event = (units["customer"] % 11 == 0) | ((units["exposed"] == 1) & (units["customer"] % 5 == 0))
    return event.to_numpy(), (units["exposed"] == 1).to_numpy(), units["customer"].to_numpy(), units


def test_rearranged_shares_against_r_fisher_test():
    event, exposed, customers, _ = _few()
    p, low, high = oracle.printed("fisher_exact")
    found = rearranged_shares(event, exposed, customers)
    assert found.is_exact
    assert found.p == pytest.approx(p, abs=1e-10)
    assert found.odds_ratio() == pytest.approx((low, high), rel=1e-3)  # R's own roots are found to 1e-4


def test_rearranged_shares_against_scipy_odds_ratio():
    event, exposed, customers, _ = _few()
    table = [[np.sum(event & exposed), np.sum(~event & exposed)], [np.sum(event & ~exposed), np.sum(~event & ~exposed)]]
    found = rearranged_shares(event, exposed, customers)
    bounds = stats.contingency.odds_ratio(table).confidence_interval(0.95)
    assert found.odds_ratio() == pytest.approx((bounds.low, bounds.high), rel=1e-8)


def test_rearranged_within_strata_against_r_mantel_haenszel():
    event, exposed, customers, units = _few()
    p, low, high = oracle.printed("mantelhaen_exact")
    regions = units["region"].astype("category").cat.codes.to_numpy()
    found = rearranged_shares(event, exposed, customers, regions)
    assert found.is_exact
    assert found.p == pytest.approx(p, abs=1e-10)
    assert found.odds_ratio() == pytest.approx((low, high), rel=1e-3)  # R's own roots are found to 1e-4


def test_rearranged_against_scipy_permutation_test():
    generator = np.random.default_rng(3)
    ours, theirs = generator.gamma(2, 2, 5), generator.gamma(2, 1, 6)
    found = rearranged(np.r_[ours, theirs], np.arange(11) < 5, np.arange(11))
    expected = stats.permutation_test(
        (ours, theirs), lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis), vectorized=True, n_resamples=np.inf
    )
    assert found.is_exact
    assert found.p == pytest.approx(expected.pvalue, abs=1e-12)
    assert found.effect.estimate == pytest.approx(expected.statistic)


def test_the_interval_holds_what_the_same_test_does_not_refuse():
    generator = np.random.default_rng(4)
    outcome, exposed = generator.normal(size=12), np.arange(12) < 5
    low, high = rearranged(outcome, exposed, np.arange(12)).interval(0.9)
    for bound, inwards in ((low, 1e-6), (high, -1e-6)):  # a constant effect just inside is not refused, outside it is
        assert rearranged(outcome - (bound + inwards) * exposed, exposed, np.arange(12)).p > 0.1
        assert rearranged(outcome - (bound - inwards) * exposed, exposed, np.arange(12)).p <= 0.1


def test_drawn_arrangements_come_near_all_of_them_and_are_always_the_same(monkeypatch):
    event, exposed, customers, _ = _few()
    exact = rearranged_shares(event, exposed, customers)
    monkeypatch.setattr("pipeline.stats.permutation.MOST_ARRANGEMENTS", 0)
    drawn, again = (rearranged_shares(event, exposed, customers) for _ in range(2))
    assert not drawn.is_exact
    assert drawn.p == again.p
    assert drawn.p == pytest.approx(exact.p, abs=4 * math.sqrt(exact.p / 20_000))
    assert drawn.interval() == pytest.approx(exact.interval(), abs=0.04)


def test_customers_with_one_exposure_change_places_as_a_whole():
    # Three customers exposed at all their five units, three at none; outcomes differ by customer only.
    customers, outcome = np.repeat(np.arange(6), 5), np.repeat([1, 1, 1, 0, 0, 0], 5)
    found = rearranged_shares(outcome, customers < 3, customers)
    assert found.p == pytest.approx(2 / 20)  # C(6, 3) arrangements of customers, not C(30, 15) of units
    low, high = found.interval()
    assert low < 0 < high


def test_units_change_places_within_their_customer_where_the_exposure_varies():
    # Each customer has one exposed and one other unit, so that there are 2^4 arrangements.
    customers, exposed = np.repeat(np.arange(4), 2), np.tile([True, False], 4)
    found = rearranged_shares(exposed, exposed, customers)
    assert found.p == pytest.approx(2 / 16)
    assert found.effect.estimate == 1


def test_without_an_effect_it_seldom_rejects_and_its_interval_covers():
    generator = np.random.default_rng(5)
    rejected, covered, replicates = 0, 0, 150
    for _ in range(replicates):
        event, exposed = generator.uniform(size=400) < 0.01, generator.uniform(size=400) < 0.1
        if not 0 < event.sum() < 400:
            covered += 1
            continue
        found = rearranged_shares(event, exposed, np.arange(400))
        rejected += found.p <= 0.05
        low, high = found.interval(0.95)
        covered += low <= 0 <= high
    assert rejected / replicates <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / replicates)
    assert covered / replicates >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / replicates)


@pytest.mark.parametrize(("exposed_risk", "other_risk"), [(0.15, 0.03), (0.02, 0.03), (0.3, 0.005)])
def test_the_interval_of_a_risk_difference_covers(exposed_risk, other_risk):
    generator = np.random.default_rng(6)
    covered, replicates = 0, 100
    for _ in range(replicates):
        exposed = np.arange(430) < 30
        event = generator.uniform(size=430) < np.where(exposed, exposed_risk, other_risk)
        low, high = rearranged_shares(event, exposed, np.arange(430)).interval(0.95) if event.any() else (-1, 1)
        covered += low <= exposed_risk - other_risk <= high
    assert covered / replicates >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / replicates)


def test_no_stratum_with_both_arms_is_refused():
    with pytest.raises(ValueError, match="at least one stratum"):
        rearranged_shares(np.array([0, 1, 1]), np.array([True, False, False]), np.arange(3), np.array([0, 1, 1]))


def test_coarse_strata_stop_where_units_would_stand_alone():
    units = oracle.data("units")
    exposed = units["exposed"].to_numpy() == 1
    strata, used = coarse_strata(units[["region", "size", "customer"]].assign(row=units.index.astype(str)), exposed)
    assert used == ["region", "size", "customer", "row"][: len(used)]
    assert "row" not in used or len(np.unique(strata)) <= 3 * 2 * 2 * 4
    assert {"region", "size"} <= set(used)
