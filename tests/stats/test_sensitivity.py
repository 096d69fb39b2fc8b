import math

import pytest

from pipeline.stats.sensitivity import e_value, e_value_of_means, e_value_of_risks


def test_e_value_against_the_published_example():
    # VanderWeele and Ding (2017): a risk ratio of 3.9 (1.8 to 8.7) has E-values of 7.26 and 3.0.
    found = e_value_of_risks(0.39, 0.29, 0.08, 0.77)
    assert (round(e_value(3.9), 2), round(found.estimate, 2), round(found.bound, 2)) == (7.26, 7.26, 3.0)


def test_an_e_value_is_the_least_confounder_that_explains_the_ratio():
    # Ding and VanderWeele (2016): a confounder of strength E with both explains at most E² / (2E - 1).
    strength = e_value(2.5)
    assert strength**2 / (2 * strength - 1) == pytest.approx(2.5)


def test_protective_and_harmful_effects_are_alike():
    assert e_value(0.25) == pytest.approx(e_value(4))
    assert e_value_of_means(-0.4, -0.7, -0.1, 1).bound == pytest.approx(e_value_of_means(0.4, 0.1, 0.7, 1).bound)


def test_nothing_is_needed_to_explain_an_interval_that_holds_no_effect():
    assert e_value_of_risks(0.3, 0.1, -0.01, 0.2).bound == 1
    assert e_value_of_means(0.3, -0.1, 0.7, 1).bound == 1


def test_without_a_risk_to_compare_with_there_is_none():
    assert math.isnan(e_value_of_risks(0.2, 0.2, 0.1, 0.3).estimate)
    assert math.isnan(e_value_of_means(0.2, 0.1, 0.3, 0).bound)
