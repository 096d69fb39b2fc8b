import numpy as np
import pytest

from pipeline.stats.randomised import sample_ratio_p
from stats import oracle


def test_sample_ratio_against_r_chisq_test():
    exposed = np.arange(10_000) < 5210
    assert sample_ratio_p(exposed, np.arange(10_000), 0.5) == pytest.approx(
        oracle.printed("chisq_sample_ratio")[0], rel=1e-8
    )


def test_a_customer_counts_once_however_many_units_he_has():
    # 50 customers in each arm; those of the first arm have ten units each.
    customers = np.r_[np.repeat(np.arange(50), 10), np.arange(50, 100)]
    assert sample_ratio_p(customers < 50, customers, 0.5) == 1
