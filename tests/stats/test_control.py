"""The control chart: its rate of false alarms where customers come back, its limits by hand, and what it sees."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pipeline.stats.control import control_points, rate_per_point
from pipeline.stats.months import Products

CHARTS, MONTHS, CUSTOMERS, RATE = 500, 6, 300, 0.10


def products(one: np.ndarray, other: np.ndarray) -> Products:
    both = (one[1] > 0) & (other[1] > 0)
    (a, b), (other_a, other_b) = one[:, both], other[:, both]
    return Products(int(both.sum()), a.sum(), b.sum(), a @ other_a, a @ other_b, b @ other_a, b @ other_b)


def chart(
    random: np.random.Generator, shift: float = 0.0, measure: str = "share", customers: int = CUSTOMERS
) -> list[bool]:
    """Return which months are outside: customers who differ with sd 1, half of them seen in each month.

    `shift` moves the last month: the logit of a share, else what a customer is bent to.
    """
    bent = random.standard_normal(customers)
    counts = []
    for month in range(MONTHS):
        visits = random.integers(1, 6, customers) * (random.random(customers) < 0.5)
        now = bent + shift * (month == MONTHS - 1)
        counts.append(np.stack([MEASURES[measure](random, now, visits), visits]).astype(float))
    shared = {(i, j): products(counts[i], counts[j]) for i in range(MONTHS) for j in range(i)}
    points = control_points([products(one, one) for one in counts], shared, rate_per_point(RATE, MONTHS - 1))
    return [point.is_outside for point in points]


def summed(values: np.ndarray, visits: np.ndarray) -> np.ndarray:
    """Return the sum per customer of one value per visit."""
    return np.bincount(np.repeat(np.arange(len(visits)), visits), weights=values, minlength=len(visits))


def scores(random: np.random.Generator, bent: np.ndarray, visits: np.ndarray) -> np.ndarray:
    """Satisfaction from 1 to 5, most of it at the top."""
    each = np.repeat(3.6 + 0.7 * bent, visits)
    return summed(np.clip(np.round(each + random.standard_normal(len(each))), 1, 5), visits)


def promoters(random: np.random.Generator, bent: np.ndarray, visits: np.ndarray) -> np.ndarray:
    """Promoters less detractors, of answers from 0 to 10."""
    each = np.repeat(7.5 + 1.2 * bent, visits)
    answers = np.round(each + 2 * random.standard_normal(len(each)))
    return summed((answers >= 9).astype(float) - (answers <= 6), visits)


def money(random: np.random.Generator, bent: np.ndarray, visits: np.ndarray) -> np.ndarray:
    """Baskets: lognormal, a mean one and a half times the median."""
    each = np.repeat(4 + 0.4 * bent, visits)
    return summed(np.exp(each + 0.8 * random.standard_normal(len(each))), visits)


MEASURES = {
    "share": lambda random, bent, visits: random.binomial(visits, 1 / (1 + np.exp(0.5 - bent))),
    "score": scores,
    "points": promoters,
    "money": money,
}


def test_quiet_charts_alarm_as_often_as_declared_and_a_change_is_seen() -> None:
    """500 quiet charts: 10 % within four Monte-Carlo errors; half a logit in the last month is seen in most."""
    random = np.random.default_rng(11)
    alarms = np.array([chart(random) for _ in range(CHARTS)])
    assert abs(alarms.any(axis=1).mean() - RATE) < 4 * np.sqrt(RATE * (1 - RATE) / CHARTS)
    assert not alarms[:, 0].any()
    # no month of a chart alarms more than another one: rate / 5 each
    assert alarms[:, 1:].mean(axis=0).max() < RATE / (MONTHS - 1) + 4 * np.sqrt(RATE / (MONTHS - 1) / CHARTS)
    assert np.mean([chart(random, 1.0)[-1] for _ in range(40)]) > 0.8


@pytest.mark.parametrize("measure", ["score", "points", "money"])
def test_quiet_charts_of_means_keep_the_rate_and_a_change_is_seen(measure: str) -> None:
    """As for shares: of 200 quiet charts at most 10 %, within four Monte-Carlo errors; skewed money is no exception."""
    random = np.random.default_rng(12)
    charts = 200
    alarms = np.array([chart(random, measure=measure) for _ in range(charts)])
    assert alarms.any(axis=1).mean() < RATE + 4 * np.sqrt(RATE * (1 - RATE) / charts)
    assert alarms.any(axis=1).mean() > RATE / 4  # a chart that never alarms would see nothing either
    assert np.mean([chart(random, 1.0, measure)[-1] for _ in range(40)]) > 0.8


def test_without_shared_customers_the_limits_are_those_of_two_samples() -> None:
    """Three months of independent customers, one visit each: the textbook variance of a share and of its base."""
    months = [Products(n, a, n, a, a, a, n) for n, a in ((100, 30.0), (200, 70.0), (150, 40.0))]
    point = control_points(months, {}, 0.01)[2]
    centre = 100 / 300
    squares = [a * (1 - centre) ** 2 + (n - a) * centre**2 for n, a in ((100, 30), (200, 70), (150, 40))]
    variance = 150 / 149 * squares[2] / 150**2 + (100 / 99 * squares[0] + 200 / 199 * squares[1]) / 300**2
    reach = stats.t.ppf(0.995, 149) * np.sqrt(variance)
    assert point.centre == pytest.approx(centre)
    assert (point.low, point.high) == pytest.approx((centre - reach, centre + reach))


def test_a_month_of_one_customer_is_refused() -> None:
    with pytest.raises(ValueError, match="2 customers"):
        control_points([Products(1, 1, 1, 1, 1, 1, 1)], {}, 0.01)
