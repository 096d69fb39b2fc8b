"""Sums of whole numbers give the very effect that the units give."""

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.arm_sums import ArmSums, difference_from_sums, standardised_difference
from pipeline.stats.effects import difference_of_means
from stats import oracle


def sums_of(outcome, exposed, customers) -> ArmSums:
    """Return the sums, customer by customer, as the definition says."""
    units = pd.DataFrame({"c": customers, "e": np.asarray(exposed, bool), "y": np.asarray(outcome)})
    rows = []
    for _, mine in units.groupby("c"):
        one, other = mine[mine["e"]], mine[~mine["e"]]
        rows.append([
            len(one), int(one["y"].sum()), int((one["y"] ** 2).sum()),
            len(other), int(other["y"].sum()), int((other["y"] ** 2).sum()),
        ])  # fmt: skip
    n1, y1, q1, n0, y0, q0 = np.array(rows).T
    total = [len(rows), (n1 > 0).sum(), (n0 > 0).sum(), n1.sum(), y1.sum(), q1.sum(), n0.sum(), y0.sum(), q0.sum()]
    total += [n1 @ n1, n1 @ y1, y1 @ y1, n0 @ n0, n0 @ y0, y0 @ y0, n1 @ n0, n1 @ y0, y1 @ n0, y1 @ y0]
    return ArmSums(*map(int, total))


def _units(seed: int):
    generator = np.random.default_rng(seed)
    customers = np.repeat(np.arange(80), generator.integers(1, 6, size=80))
    level = generator.integers(-300, 300, size=80)[customers]
    exposed = generator.uniform(size=len(customers)) < 0.3
    return level + generator.integers(-100, 100, size=len(customers)) + 40 * exposed, exposed, customers


@pytest.mark.parametrize("seed", range(5))
def test_the_same_as_from_the_units(seed):
    outcome, exposed, customers = _units(seed)
    wanted = difference_of_means(outcome / 100, exposed, customers)
    found = difference_from_sums(sums_of(outcome, exposed, customers), scale=100)
    for name in ("estimate", "standard_error", "degrees", "n_exposed", "n_unexposed", "clusters", "design_effect"):
        assert getattr(found, name) == pytest.approx(getattr(wanted, name), rel=1e-12), name


def test_difference_from_sums_against_r_sandwich():
    # Every customer in both arms, as R's vcovCL(type = "HC0", cadjust = TRUE) has it, times C/(C-1) within the arms.
    units = oracle.data("units")
    found = difference_from_sums(sums_of(units["bought"], units["exposed"] == 1, units["customer"]))
    expected = oracle.printed("vcovCL_bought")
    assert found.estimate == pytest.approx(expected[0], rel=1e-8)
    assert found.standard_error == pytest.approx(expected[1], rel=1e-8)


def test_groups_without_a_common_customer_add_up():
    outcome, exposed, customers = _units(9)
    first = customers < 40
    parts = [sums_of(outcome[part], exposed[part], customers[part]) for part in (first, ~first)]
    assert parts[0] + parts[1] == sums_of(outcome, exposed, customers)


def test_agreement_gives_a_variance_of_exactly_zero():
    outcome, exposed = np.array([1, 1, 1, 0, 0, 0]), np.array([1, 1, 1, 0, 0, 0])
    found = difference_from_sums(sums_of(outcome, exposed, np.arange(6)))
    assert (found.estimate, found.standard_error) == (1.0, 0.0)


def test_one_customer_in_an_arm_is_refused():
    with pytest.raises(ValueError, match="at least 2 customers"):
        difference_from_sums(sums_of([1, 0, 0], [True, False, False], [1, 2, 3]))


def test_one_stratum_is_the_plain_difference():
    outcome, exposed, customers = _units(3)
    sums = sums_of(outcome, exposed, customers)
    plain, found = difference_from_sums(sums, 100), standardised_difference([sums], 100)
    assert vars(found) == pytest.approx(vars(plain), rel=1e-12)


def test_strata_are_averaged_as_the_exposed_fall_into_them():
    parts = [sums_of(*_units(seed)) for seed in (1, 2)]
    effects = [difference_from_sums(part) for part in parts]
    first = parts[0].n_1 / (parts[0].n_1 + parts[1].n_1)
    found = standardised_difference(parts)
    assert found.estimate == pytest.approx(first * effects[0].estimate + (1 - first) * effects[1].estimate)
    variance = (first * effects[0].standard_error) ** 2 + ((1 - first) * effects[1].standard_error) ** 2
    assert found.standard_error**2 == pytest.approx(variance)
    assert min(one.degrees for one in effects) <= found.degrees <= sum(one.degrees for one in effects)


def test_what_differs_between_strata_is_no_effect():
    # Everybody in the second stratum has 10 more, exposed or not, and most of the exposed are there.
    first = sums_of([0, 2, 0, 2, 0, 2, 0, 2], [True, True] + 6 * [False], range(8))
    second = sums_of([10, 12, 10, 12, 10, 12, 10, 12], 6 * [True] + [False, False], range(8, 16))
    assert difference_from_sums(first + second).estimate == pytest.approx(5)
    assert standardised_difference([first, second]).estimate == 0


def test_a_stratum_without_two_arms_is_left_out():
    lone = sums_of([5, 1, 2], [True, False, False], [1, 2, 3])
    full = sums_of(*_units(1))
    assert standardised_difference([lone, full]) == standardised_difference([full])
    with pytest.raises(ValueError, match="need a stratum"):
        standardised_difference([lone])
