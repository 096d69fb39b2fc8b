import numpy as np
import pytest

from pipeline.stats.quantiles import quantile, quartiles
from pipeline.stats.ratios import Sums
from stats import oracle


def _sums_below(days, median):
    per_customer = days.assign(below=days["days"] <= median).groupby("customer")["below"].agg(["sum", "size"])
    a, b = per_customer["sum"].to_numpy(), per_customer["size"].to_numpy()
    return Sums(len(a), int(a.sum()), int(b.sum()), int((a * a).sum()), int((a * b).sum()), int((b * b).sum()))


def test_quartiles_against_r_survey():
    days = oracle.data("days")
    values, counts = np.unique(days["days"], return_counts=True)
    at_most = counts.cumsum()
    found = quartiles(values, at_most, _sums_below(days, quantile(values, at_most, 0.5)))
    numbers = (found.first, found.median, found.third, found.median_low, found.median_high)
    assert numbers == oracle.printed("svyquantile")


def test_thinned_histogram_only_widens_the_interval():
    generator = np.random.default_rng(3)
    seconds = np.sort(generator.integers(0, 10**6, 20_000))
    ranks = np.arange(1, 20_001)
    is_kept = np.floor(1000 * ranks / 20_000) > np.floor(1000 * (ranks - 1) / 20_000)
    median = seconds[9_999]
    sums = Sums(20_000, 10_000, 20_000, 10_000, 10_000, 20_000)
    whole = quartiles(seconds, ranks, sums)
    thinned = quartiles(seconds[is_kept], ranks[is_kept], sums, grid=1000)
    assert (whole.first, whole.median, whole.third) == (thinned.first, thinned.median, thinned.third)
    assert thinned.median == median
    assert thinned.median_low <= whole.median_low
    assert thinned.median_high >= whole.median_high


@pytest.mark.parametrize(("share", "expected"), [(0.3, 3), (0.31, 4), (1, 10), (0, 1)])
def test_quantile_is_the_least_value_with_that_share_at_or_under(share, expected):
    assert quantile(np.arange(1, 11), np.arange(1, 11), share) == expected
