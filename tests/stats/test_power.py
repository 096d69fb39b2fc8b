"""Power, the effect that is found, and the customers for it, against two independent programs."""

import math

import numpy as np
import pytest
from statsmodels.stats.power import NormalIndPower, TTestIndPower

from pipeline.stats.effects import difference_of_means
from pipeline.stats.power import customers_for_power, detectable_effect, power_at
from stats import oracle


def _error(n: int) -> float:
    """Return the standard error of a difference of two means of n units each, sd 1."""
    return math.sqrt(2 / n)


@pytest.mark.parametrize("n", [12, 50, 400])
def test_power_and_detectable_effect_against_r_power_t_test(n):
    found = power_at(0.3, _error(n), degrees=2 * n - 2)
    assert found == pytest.approx(oracle.printed(f"power_t_test_{n}")[0], rel=1e-8)
    delta = detectable_effect(_error(n), degrees=2 * n - 2)
    assert delta == pytest.approx(oracle.printed(f"power_t_test_delta_{n}")[0], rel=1e-8)


@pytest.mark.parametrize(("n", "effect", "alpha"), [(12, 0.9, 0.05), (80, -0.4, 0.01), (300, 0.0, 0.1)])
def test_power_against_statsmodels(n, effect, alpha):
    t = TTestIndPower().power(effect, n, alpha)
    assert power_at(effect, _error(n), alpha, 2 * n - 2) == pytest.approx(t, rel=1e-8)
    z = NormalIndPower().power(effect, n, alpha)
    assert power_at(effect, _error(n), alpha) == pytest.approx(z, rel=1e-8)


@pytest.mark.parametrize(("ratio", "power"), [(1.0, 0.8), (3.0, 0.9)])
def test_customers_for_power_against_statsmodels(ratio, power):
    # 100 customers observed in the same proportions: exposed 100 / (1 + ratio), others ratio times as many.
    exposed, others = 100 / (1 + ratio), 100 * ratio / (1 + ratio)
    found = customers_for_power(100, math.sqrt(1 / exposed + 1 / others), 0.2, alpha=0.02, power=power)
    first_arm = NormalIndPower().solve_power(effect_size=0.2, alpha=0.02, power=power, ratio=ratio)
    assert found == math.ceil(first_arm * (1 + ratio) - 1e-6)


def test_customers_for_power_beside_r_power_prop_test():
    # Not the same formula: R takes the critical value from the pooled share, we from the two shares apart, as the
    # clustered comparison does. Pooling makes the null variance larger, so R asks for a little more.
    error = math.sqrt((0.2 * 0.8 + 0.25 * 0.75) / 1000)
    found = customers_for_power(2000, error, 0.05)
    per_arm = oracle.printed("power_prop_test_n")[0]
    assert found / 2 < per_arm
    assert found / 2 == pytest.approx(per_arm, rel=0.005)


def test_with_that_many_customers_the_test_finds_the_effect_that_often():
    # Clustered units and 30 % exposed; planned at 90 % from one pilot's expected standard error, then tried.
    generator, pilot, effect = np.random.default_rng(4), 200, 0.25

    def once(customers: int, true: float):
        codes = np.repeat(np.arange(customers), 3)
        exposed = (generator.uniform(size=customers) < 0.3)[codes]
        outcome = generator.normal(size=customers)[codes] + generator.normal(size=3 * customers) + true * exposed
        return difference_of_means(outcome, exposed, codes)

    error = math.sqrt(np.mean([once(pilot, 0.0).standard_error ** 2 for _ in range(40)]))
    needed = customers_for_power(pilot, error, effect, power=0.9)
    found = np.mean([once(needed, effect).p < 0.05 for _ in range(400)])
    assert found == pytest.approx(0.9, abs=3.5 * math.sqrt(0.9 * 0.1 / 400))


@pytest.mark.parametrize("power", [0.05, 0.04, 1.0])
def test_a_power_that_no_plan_reaches_is_refused(power):
    with pytest.raises(ValueError, match="must lie between"):
        detectable_effect(0.1, power=power)
