import math

import numpy as np
import pytest

from pipeline.stats.sums import total


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 100_001])
def test_total_against_the_exactly_rounded_sum(size):
    values = np.random.default_rng(1).lognormal(3, 4, size)
    assert total(values) == pytest.approx(math.fsum(values), rel=1e-15)


def test_large_parts_that_cancel_leave_the_small_one():
    values = np.r_[np.full(64, 1e16), np.full(64, -1e16), np.ones(64)]
    assert total(values) == 64
