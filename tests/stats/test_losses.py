"""Projected losses: against the jackknife of whole customers, and their intervals against a known truth."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.stats.losses import LossSums, projected_loss, value_kept

CUSTOMERS = [(1, 2, 300), (0, 3, 0), (2, 0, 0), (0, 1, 150), (1, 1, 90), (0, 4, 410), (3, 1, 20)] * 8


def sums_of(rows):
    lost, kept, money = (np.array(column) for column in zip(*rows, strict=True))
    products = (lost * lost, lost * kept, lost * money, kept * kept, kept * money, money * money)
    return LossSums(len(lost), *(int(one.sum()) for one in (lost, kept, money, *products)))


def test_a_loss_is_visits_lost_times_what_a_kept_one_brought():
    sums = sums_of(CUSTOMERS)
    found = projected_loss([sums])
    assert found.estimate == pytest.approx(56 * (8 * 970) / (8 * 12))
    assert found.n == 56
    assert found.low < found.estimate < found.high
    assert value_kept(sums).estimate == pytest.approx(970 / 12)


def test_its_variance_is_that_of_the_influences_found_by_leaving_customers_out():
    """Leaving one customer out moves T by about its z_c, with an error of one order less; z_c² add up to the variance."""
    whole = projected_loss([sums_of(CUSTOMERS)])
    left_out = [
        projected_loss([sums_of([*CUSTOMERS[:i], *CUSTOMERS[i + 1 :]])]).estimate for i in range(len(CUSTOMERS))
    ]
    influences = whole.estimate - np.array(left_out)
    assert whole.variance == pytest.approx(float((influences**2).sum()), rel=0.05)


def test_strata_add_up_and_do_not_borrow_from_each_other():
    cheap, dear = [(4, 1, 10), (3, 2, 30), (5, 1, 0)], [(0, 3, 3000), (1, 2, 1500), (0, 1, 900)]
    apart = projected_loss([sums_of(cheap), sums_of(dear)])
    each = [projected_loss([sums_of(rows)]) for rows in (cheap, dear)]
    assert apart.estimate == pytest.approx(each[0].estimate + each[1].estimate)
    assert apart.variance == pytest.approx(each[0].variance + each[1].variance)
    # those who leave are the cheap ones: the mean of all would make of them what they never were
    assert projected_loss([sums_of([*cheap, *dear])]).estimate > 4 * apart.estimate


@pytest.mark.parametrize(
    "strata", [[], [LossSums(1, 1, 1, 5, 1, 1, 5, 1, 5, 25)], [LossSums(3, 2, 0, 0, 2, 0, 0, 0, 0, 0)]]
)
def test_nothing_is_projected_from_nobody(strata):
    with pytest.raises(ValueError, match="need at least 2 customers"):
        projected_loss(strata)


def test_intervals_cover_what_such_a_year_loses_on_average():
    """900 years of about 300 customers whose visits, losses and money hang together; nominal 95 %, within 3 sd."""
    random = np.random.default_rng(20260901)
    years, hits = 900, 0
    for _ in range(years):
        customers = random.poisson(300)
        bent = random.normal(size=customers)  # who visits more also leaves more often and spends less
        visits = 1 + random.poisson(np.exp(0.4 * bent))
        lost = random.binomial(visits, 1 / (1 + np.exp(1 - bent)))
        kept = visits - lost
        money = random.poisson(np.exp(3 - 0.5 * bent) * kept)
        found = projected_loss([sums_of(list(zip(lost, kept, money, strict=True)))])
        hits += found.low <= TRUE_LOSS <= found.high
    assert abs(hits / years - 0.95) < 3 * (0.95 * 0.05 / years) ** 0.5


def expected_loss():
    """Return 300 × E[l] E[m] / E[k] by quadrature over the bent of customers."""
    points, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    visits = 1 + np.exp(0.4 * points)
    leaving = 1 / (1 + np.exp(1 - points))
    lost, kept = (weights @ (visits * share) for share in (leaving, 1 - leaving))
    money = weights @ (np.exp(3 - 0.5 * points) * visits * (1 - leaving))
    return 300 * lost * money / kept


TRUE_LOSS = expected_loss()
