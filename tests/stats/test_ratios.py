import math
from decimal import Decimal

import numpy as np
import pytest

from pipeline.stats.proportions import clustered_proportion
from pipeline.stats.ratios import Sums, clustered_ratio, net_promoter_interval, proportion_from_sums, share_of_customers
from stats import oracle


def _sums(a, b):
    a, b = [int(x) for x in a], [int(x) for x in b]
    both = sum(x * y for x, y in zip(a, b, strict=True))
    return Sums(len(a), sum(a), sum(b), sum(x * x for x in a), both, sum(y * y for y in b))


def test_clustered_ratio_against_r_survey():
    clusters = oracle.data("clusters")
    cents = [int(Decimal(str(money)) * 100) for money in clusters["money"]]
    found = clustered_ratio(_sums(cents, clusters["visits"]), scale=100)
    np.testing.assert_allclose([found.estimate, found.low, found.high], oracle.printed("svyratio_money"), rtol=1e-9)
    assert found.n == clusters["visits"].sum()


def test_proportion_from_sums_is_the_clustered_proportion():
    clusters = oracle.data("clusters")
    from_sums = proportion_from_sums(_sums(clusters["moved"], clusters["visits"]))
    from_arrays = clustered_proportion(clusters["moved"].to_numpy(), clusters["visits"].to_numpy())
    assert (from_sums.low, from_sums.high) == pytest.approx((from_arrays.low, from_arrays.high), rel=1e-12)


def test_sums_are_exact_where_floats_cancel():
    # Two customers, 10^12 ± 1: the variance is 2/1 · (1 + 1) / 2² = 1, lost entirely in doubles.
    found = clustered_ratio(_sums([10**12 - 1, 10**12 + 1], [1, 1]))
    assert found.variance == 1.0


def test_mean_of_one_answer_each_is_a_t_interval():
    # 2, 4, 6: mean 4, se = 2/√3, t(0.975, 2) = 4.302652729911275
    found = clustered_ratio(_sums([2, 4, 6], [1, 1, 1]))
    reach = 4.302652729911275 * 2 / math.sqrt(3)
    assert (found.low, found.high) == pytest.approx((4 - reach, 4 + reach))


def test_no_variation_gives_no_bounds():
    found = clustered_ratio(_sums([5, 5, 5], [1, 1, 1]))
    assert found.estimate == 5.0
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_net_promoter_score_by_hand():
    # Four customers, one answer each: +1, +1, 0, -1 → 25 points; s² = Σ(x - 0.25)²/3 = 2.75/3.
    found = net_promoter_interval(_sums([1, 1, 0, -1], [1, 1, 1, 1]))
    assert found.estimate == 25
    assert found.variance == pytest.approx(100**2 * 2.75 / 3 / 4)
    assert found.low >= -100
    assert found.high <= 100


def test_share_of_customers_counts_each_once():
    found = share_of_customers(3, 10)
    assert found.estimate == 0.3
    assert found.variance == pytest.approx(0.3 * 0.7 / 9)
    assert share_of_customers(0, 10).high == pytest.approx(1 - 0.025 ** (1 / 10))


@pytest.mark.parametrize("sums", [Sums(1, 2, 3, 4, 6, 9), Sums(2, 0, 0, 0, 0, 0)])
def test_too_little_is_refused(sums):
    with pytest.raises(ValueError, match="at least 2 customers"):
        clustered_ratio(sums)
