import numpy as np
import pytest

from pipeline.stats.response import Bounded, bounds_of_always_answering, response_difference, worst_case
from stats import oracle


def _answers():
    units = oracle.data("units")
    row = np.arange(1, len(units) + 1)
    exposed = (units["exposed"] == 1).to_numpy()
    silent = (exposed & (row % 7 == 0)) | (~exposed & (row % 3 == 0))
    return units["score"].where(~silent).to_numpy(dtype=float), exposed, units["customer"].to_numpy()


def test_bounds_of_always_answering_against_r():
    # A million groups leave out one customer after the other, as the R script does.
    found = bounds_of_always_answering(*_answers(), groups=1_000_000)
    low, high, low_error, high_error = oracle.printed("lee_bounds")
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-8)
    assert (found.low_error, found.high_error) == pytest.approx((low_error, high_error), rel=1e-8)
    assert found.interval(0.95) == pytest.approx(oracle.printed("imbens_manski"), rel=1e-8)


def test_the_arms_are_treated_alike():
    outcome, exposed, customers = _answers()
    found = bounds_of_always_answering(outcome, exposed, customers)
    turned = bounds_of_always_answering(outcome, ~exposed, customers)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


def test_with_equal_response_the_bounds_are_the_difference_of_means():
    outcome, exposed = np.array([1.0, 2, np.nan, 4, 5, np.nan]), np.array([True, True, True, False, False, False])
    found = bounds_of_always_answering(outcome, exposed, np.arange(6))
    assert (found.low, found.high) == pytest.approx((-3, -3))


def test_weights_count_units_several_times():
    outcome, exposed, customers = _answers()
    weights = 1.0 + (customers % 3)
    repeated = np.repeat(np.arange(len(outcome)), weights.astype(int))
    weighed = bounds_of_always_answering(outcome, exposed, customers, weights)
    written_out = bounds_of_always_answering(outcome[repeated], exposed[repeated], customers[repeated])
    assert weighed.interval() == pytest.approx(written_out.interval())


def test_p_and_interval_agree():
    found = Bounded(0.2, 0.5, 0.1, 0.08, 99)
    low, _ = found.interval(1 - found.p)
    assert low == pytest.approx(0, abs=1e-9)
    assert Bounded(-0.1, 0.5, 0.1, 0.1, 99).p == 1


def test_the_interval_is_no_wider_than_two_ordinary_ones_and_no_narrower_than_one_sided_ones():
    low, high = Bounded(0.0, 0.0, 1.0, 1.0, 1e6).interval(0.95)
    assert (low, high) == pytest.approx((-1.959964, 1.959964), abs=1e-4)  # a point: two-sided
    low, high = Bounded(0.0, 100.0, 1.0, 1.0, 1e6).interval(0.95)
    assert (low, high) == pytest.approx((-1.644854, 101.644854), abs=1e-4)  # far apart: each bound one-sided


def test_the_worst_case_holds_the_bounds():
    outcome, exposed, customers = _answers()
    found = bounds_of_always_answering(outcome, exposed, customers)
    low, high = worst_case(outcome, exposed)
    assert low < found.low < found.high < high


def test_response_is_compared_as_any_share():
    outcome, exposed, customers = _answers()
    gap = response_difference(outcome, exposed, customers)
    assert gap.estimate == pytest.approx(np.mean(~np.isnan(outcome[exposed])) - np.mean(~np.isnan(outcome[~exposed])))


def test_no_answer_in_an_arm_is_refused():
    with pytest.raises(ValueError, match="need answers"):
        bounds_of_always_answering(np.array([np.nan, 3.0]), np.array([True, False]), np.arange(2))
