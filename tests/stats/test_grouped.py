import math

import numpy as np
import pytest

from pipeline.stats.curves import cumulative_incidence, kaplan_meier, restricted_mean
from pipeline.stats.grouped import Exits
from pipeline.stats.proportions import clustered_proportion
from stats import oracle

CELLS = 30


def counted(durations, causes, customers, parts=None):
    """Count as the engine does: cells are whole numbers 1 … CELLS, a part is a customer or every n-th one."""
    place = np.unique(customers, return_inverse=True)[1]
    part = place if parts is None else place % parts
    n_parts = int(part.max()) + 1
    cell = np.ceil(durations).astype(int) - 1
    exits, spent = np.zeros((n_parts, CELLS, 2), dtype=np.int64), np.zeros((n_parts, CELLS, 2))
    censored, beyond = np.zeros((n_parts, CELLS), dtype=np.int64), np.zeros(n_parts, dtype=np.int64)
    least, most = np.full((CELLS, 2), np.inf), np.zeros((CELLS, 2))
    for unit in range(len(durations)):
        if cell[unit] >= CELLS:
            beyond[part[unit]] += 1
        elif causes[unit] == 0:
            censored[part[unit], cell[unit]] += 1
        else:
            exits[part[unit], cell[unit], causes[unit] - 1] += 1
            spent[part[unit], cell[unit], causes[unit] - 1] += durations[unit]
            place = cell[unit], causes[unit] - 1
            least[place], most[place] = min(least[place], durations[unit]), max(most[place], durations[unit])
    return Exits(np.arange(1.0, CELLS + 1), exits, spent, least, most, censored, beyond, len(np.unique(customers)))


def of_the_oracle():
    visits = oracle.data("survival")
    return tuple(visits[name].to_numpy() for name in ("duration", "cause", "customer"))


def test_grouped_incidence_against_r_survival():
    # The data are whole numbers and so are the cells: the estimate is the ungrouped one. Its variance is a jackknife,
    # R's the first term of it: near, not the same.
    durations, causes, customers = of_the_oracle()
    found = counted(durations, causes, customers)
    for cause in (1, 2):
        shares = found.incidence([cause - 1])
        at = np.array([3, 8, 15, 25]) - 1
        np.testing.assert_allclose(shares[0, at], oracle.printed(f"survfit_aj_{cause}"), rtol=1e-8)
        errors = [math.sqrt(found.share(shares, cell).variance) for cell in at]
        np.testing.assert_allclose(errors, oracle.printed(f"survfit_aj_se_{cause}"), rtol=0.04)
    mean = found.restricted_mean(19)
    estimate, error = oracle.printed("survfit_rmean")
    assert mean.estimate == pytest.approx(estimate, rel=1e-8)
    assert math.sqrt(mean.variance) == pytest.approx(error, rel=0.04)
    assert found.median([0, 1]).estimate == oracle.printed("survfit_median")[0]


def test_each_deleted_row_is_the_estimate_without_that_customer():
    durations, causes, customers = of_the_oracle()
    shares = counted(durations, causes, customers).incidence([0])
    for customer in (1, 35, 70):
        kept = customers != customer
        alone = cumulative_incidence(durations[kept], causes[kept], customers[kept], times=np.array([8, 25]))
        np.testing.assert_allclose(shares[customer, [7, 24]], alone.estimate, rtol=1e-12)


def test_exits_and_who_stays_add_up():
    found = counted(*of_the_oracle())
    shares = [found.incidence(causes)[0] for causes in ([0], [1], [0, 1])]
    np.testing.assert_allclose(shares[0] + shares[1], shares[2], rtol=1e-12)
    before, at_risk = found.followed
    np.testing.assert_allclose(before[0, 1:], 1 - shares[2][:-1], rtol=1e-12)
    assert at_risk[0, 0] == found.units
    assert found.staying[-1] == found.beyond.sum()


def test_without_censoring_it_is_the_proportion_of_the_transitions():
    durations, causes, customers = of_the_oracle()
    causes = np.where(causes == 0, 2, causes)
    found = counted(durations, causes, customers)
    moved = (durations <= 8) & (causes == 1)
    per_customer = [np.bincount(customers, weights=of)[1:].astype(int) for of in (moved, np.ones(len(moved)))]
    plain = clustered_proportion(*per_customer)
    share = found.share(found.incidence([0]), 7)
    assert share.estimate == pytest.approx(plain.estimate, rel=1e-12)
    # jackknife against linearised: near; the bounds follow
    assert share.variance == pytest.approx(plain.variance, rel=0.05)
    assert (share.low, share.high) == pytest.approx((plain.low, plain.high), rel=0.02)


def test_nothing_and_everything_in_a_cell():
    nothing = counted(np.full(6, 40), np.zeros(6, dtype=int), np.arange(6))
    share = nothing.share(nothing.incidence([0]), 3)
    assert (share.estimate, share.low) == (0, 0)
    assert share.high == pytest.approx(1 - 0.025 ** (1 / 6))  # Clopper and Pearson, 0 of 6 customers
    assert math.isnan(nothing.median([0]).estimate)
    everything = counted(np.full(6, 2), np.ones(6, dtype=int), np.arange(6))
    share = everything.share(everything.incidence([0]), 3)
    assert (share.estimate, share.high) == (1, 1)
    assert everything.restricted_mean(9).estimate == pytest.approx(2)
    assert math.isnan(everything.restricted_mean(9).low)
    assert everything.median([0]).estimate == 2  # all at once: not spread over the cell


def test_median_by_hand():
    # Two leave in the first cell: half have left when the later one has.
    found = counted(np.array([0.5, 0.7, 1.4, 1.8]), np.ones(4, dtype=int), np.arange(4))
    assert found.median([0]).estimate == pytest.approx(0.7)
    # of five, 0.1 more of the 0.4 in the second cell: a quarter of the way from 1.4 to 1.8
    found = counted(np.array([0.5, 0.7, 1.4, 1.8, 9]), np.ones(5, dtype=int), np.arange(5))
    assert found.median([0]).estimate == pytest.approx(1.5)


@pytest.mark.parametrize(("customers", "parts"), [(60, None), (500, 200)])
def test_coverage_of_the_group_jackknife(customers, parts):
    """Each customer has one gamma hazard for 1–6 visits, two exits and censoring: 300 draws, error 1.3 points.

    P(left for the first cause by t) = ½ (1 - (1 + t/10)^-2): both causes have half of the hazard.
    """
    covered = {"share": 0, "mean": 0, "median": 0}
    share, mean, median = 0.5 * (1 - (1 + 8 / 10) ** -2), 10 - 10 / (1 + 15 / 10), 10 * (math.sqrt(2) - 1)
    for seed in range(300):
        generator = np.random.default_rng(seed)
        customer = np.repeat(np.arange(customers), generator.integers(1, 7, customers))
        times = generator.exponential(1 / generator.gamma(2, 1 / 10, customers)[customer])
        end = generator.uniform(15, 60, len(times))
        causes = np.where(times > end, 0, generator.integers(1, 3, len(times)))
        found = counted(np.maximum(np.minimum(times, end), 1e-9), causes, customer, parts)
        interval = found.share(found.incidence([0]), 7)
        covered["share"] += interval.low <= share <= interval.high
        interval = found.restricted_mean(14)
        covered["mean"] += interval.low <= mean <= interval.high
        interval = found.median([0, 1])
        covered["median"] += interval.low <= median <= interval.high
    assert all(0.915 <= count / 300 <= 0.99 for count in covered.values()), covered


def test_ungrouped_and_grouped_agree_on_the_restricted_mean():
    generator = np.random.default_rng(5)
    durations, customers = generator.exponential(6, 400), np.arange(400) // 4
    found = counted(durations, np.ones(400, dtype=int), customers).restricted_mean(11)
    exact = restricted_mean(durations, np.ones(400, dtype=bool), customers, 12)
    assert found.estimate == pytest.approx(exact.estimate, rel=1e-12)  # cells do not blur it while all are followed
    assert found.estimate == pytest.approx(np.minimum(durations, 12).mean(), rel=1e-12)
    assert found.variance == pytest.approx(exact.variance, rel=1e-9)
    curve = kaplan_meier(durations, np.ones(400, dtype=bool), customers)
    assert curve.estimate[-1] == pytest.approx(0, abs=1e-12)
