"""BG/NBD and Gamma-Gamma against what their authors published on the CDNOW customers.

tests/oracles/cdnow.csv: the tenth of CDNOW's customers of 1997 that the papers use, 39 weeks, times in weeks – as the
Python package `lifetimes` 0.11.3 (MIT licence) gives them.
"""

import math

import numpy as np
import pytest

from pipeline.stats.lifetime_value import (
    Purchases,
    expected_purchases,
    fit_money,
    fit_purchase_counts,
    is_shown_to_predict,
    predict,
)
from stats import oracle


@pytest.fixture(scope="module")
def cdnow():
    data = oracle.data("cdnow")
    repeats, recency, age = (data[name].to_numpy(float) for name in ("repeats", "recency", "age"))
    return Purchases(repeats, recency, age, np.where(repeats > 0, data["money"], np.nan))


def test_purchase_counts_against_fader_hardie_lee_and_clvtools(cdnow):
    found = fit_purchase_counts(cdnow)
    assert np.exp(found.logs).round(3).tolist() == [0.243, 4.414, 0.793, 2.426]  # Fader, Hardie and Lee (2005), table 2
    assert np.exp(found.logs) == pytest.approx([0.2425945, 4.4136019, 0.7929199, 2.4258881], rel=2e-4)  # R CLVTools
    assert found.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    assert found.influence.sum(axis=0) == pytest.approx(0, abs=1e-2)  # at the top nobody pulls on balance


def test_expected_purchases_against_fader_hardie_lee(cdnow):
    one = Purchases(*(np.array([number]) for number in (2.0, 30.43, 38.86, math.nan)))
    assert expected_purchases(fit_purchase_counts(cdnow).logs, one, 39.0)[0] == pytest.approx(1.226, abs=5e-4)


def test_money_against_fader_hardie(cdnow):
    found = np.exp(fit_money(cdnow).logs)
    assert found == pytest.approx([6.25, 3.74, 15.44], abs=0.01)  # Fader and Hardie (2013), section 4


def _simulated(rng, n, leaves):
    """Return customers as the models have them up to week 40, and what they spend in the 20 weeks after it.

    Where `leaves` is given all stop at that week whatever they did before: what no model of the past can know.
    """
    rate, chance, scale = rng.gamma(0.8, 1 / 8, n), rng.beta(1.2, 3, n), rng.gamma(5, 8, n)
    first = rng.uniform(0, 20, n)
    rows = []
    for i in range(n):
        times, now, stays = [], first[i], rng.random() > chance[i]
        while stays and (now := now + rng.exponential(1 / rate[i])) < min(60, leaves or 60):
            times.append(now)
            stays = rng.random() > chance[i]
        before, money = [time for time in times if time <= 40], rng.gamma(6, scale[i] / 6, len(times))
        mean = money[: len(before)].mean() if before else math.nan
        rows.append(
            (len(before), (before[-1] - first[i]) if before else 0, 40 - first[i], mean, money[len(before) :].sum())
        )
    *parts, later = np.array(rows).T
    return Purchases(*parts), later


def test_a_back_test_tells_a_world_that_goes_on_from_one_that_stops():
    rng = np.random.default_rng(7)
    purchases, later = _simulated(rng, 1500, leaves=None)
    ratio = predict(purchases, 20.0).over(later)
    assert ratio.low < 1 < ratio.high
    assert is_shown_to_predict(ratio, 0.4)
    purchases, later = _simulated(rng, 1500, leaves=50)
    assert not is_shown_to_predict(predict(purchases, 20.0).over(later), 0.4)


def test_money_that_does_not_vary_with_the_unit_of_time_or_money(cdnow):
    days = Purchases(cdnow.repeats, cdnow.recency * 7, cdnow.age * 7, cdnow.money * 100)
    weeks = predict(cdnow, 39.0).interval()
    found = predict(days, 273.0).interval()
    assert (found.estimate / 100, found.low / 100) == pytest.approx((weeks.estimate, weeks.low), rel=1e-3)


def test_few_customers_who_came_back_are_refused(cdnow):
    few = Purchases(*(part[:60] for part in (cdnow.repeats, cdnow.recency, cdnow.age, cdnow.money)))
    with pytest.raises(ValueError, match="need 30 customers who came back"):
        predict(few, 39.0)
