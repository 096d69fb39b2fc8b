import numpy as np
import pytest

from pipeline.stats.multiplicity import false_coverage_level, false_discovery_q, level_of_next
from stats import oracle


def test_false_discovery_q_against_r_p_adjust():
    p = np.array([0.001, 0.02, 0.04, 0.3, 0.9, 0.0005, 0.04])
    np.testing.assert_allclose(false_discovery_q(p), oracle.printed("p_adjust_BH"), rtol=1e-10)


def test_benjamini_yekutieli_against_r_p_adjust():
    p = np.array([0.001, 0.02, 0.04, 0.3, 0.9, 0.0005, 0.04])
    np.testing.assert_allclose(false_discovery_q(p, "benjamini_yekutieli"), oracle.printed("p_adjust_BY"), rtol=1e-10)


@pytest.mark.parametrize("correction", ["benjamini_hochberg", "benjamini_yekutieli"])
def test_level_of_next_is_where_one_more_row_would_be_found(correction):
    p = np.array([0.001, 0.004, 0.3, 0.5, 0.9])
    found = int(np.sum(false_discovery_q(p, correction) <= 0.1))
    level = level_of_next(found, len(p), 0.1, correction)
    for shift, is_found in ((-1e-9, True), (1e-9, False)):
        p[-1] = level + shift
        assert (false_discovery_q(p, correction)[-1] <= 0.1) == is_found


def test_an_empty_family_has_no_q():
    assert false_discovery_q(np.array([])).size == 0


def test_selecting_all_keeps_the_rate_itself():
    assert false_coverage_level(7, 7, 0.10, 0.80) == pytest.approx(0.90)
    assert false_coverage_level(1, 10, 0.10, 0.80) == pytest.approx(0.99)


def test_no_selection_makes_an_interval_narrower():
    assert false_coverage_level(7, 7, 0.10, 0.95) == 0.95
