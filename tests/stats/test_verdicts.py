import pytest
from statsmodels.stats.power import NormalIndPower

from pipeline.stats.result import Effect
from pipeline.stats.verdicts import customers_needed, verdict


@pytest.mark.parametrize(
    ("low", "high", "q", "expected"),
    [
        (0.30, 0.50, 0.01, ("supported", "material")),
        (0.10, 0.50, 0.01, ("supported", None)),
        (0.10, 0.50, 0.11, ("inconclusive", None)),  # not found in the family
        (-0.10, 0.50, 0.01, ("inconclusive", None)),
        (0.05, 0.20, 0.01, ("refuted", "real but too small")),
        (-0.05, 0.20, 0.50, ("refuted", "too small")),
        (-0.40, -0.20, 0.01, ("refuted", "opposite")),
        (0.25, 0.25, 0.01, ("supported", "material")),  # the smallest effect itself is worth acting on
    ],
)
def test_verdict_three_ways(low, high, q, expected):
    assert verdict(low, high, "higher", 0.25, q, 0.10) == expected
    assert verdict(-high, -low, "lower", 0.25, q, 0.10) == expected


def test_customers_needed_against_statsmodels_power():
    # Two arms of one unit per customer, sd 1: V = 2 / (C / 2); difference to detect 0.2, 80 % power.
    per_arm = NormalIndPower().solve_power(effect_size=0.2, alpha=0.05, power=0.8, ratio=1)
    found = customers_needed(Effect(0.0, (4 / 100) ** 0.5, 49, 50, 50, clusters=100), smallest_effect=0.2)
    assert found == pytest.approx(2 * per_arm, abs=2)
