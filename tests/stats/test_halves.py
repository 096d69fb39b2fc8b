"""The halves are fair, frozen, and tell nothing about the other hashes of a customer's code."""

import numpy as np
import pytest

from pipeline.stats.adjusted import fold_of
from pipeline.stats.halves import CONFIRMING, DOMAIN, SCREENING, half_of

CODES = np.random.default_rng(17).integers(0, 2**63, size=200_000)
SPREAD = 0.5 / np.sqrt(len(CODES))  # of a share of one half among all codes


def _splitmix64(seed: int) -> int:
    """Return the published generator's first output, in Python's own whole numbers."""
    whole = 2**64 - 1
    state = (seed + 0x9E3779B97F4A7C15) & whole
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & whole
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & whole
    return state ^ (state >> 31)


def test_half_is_the_highest_bit_of_the_published_splitmix64():
    assert _splitmix64(0) == 0xE220A8397B1DCDAF  # as its authors print it
    codes = [0, 1, 7, 2**62, 2**63 - 1, *CODES[:500].tolist()]
    assert half_of(np.array(codes)).tolist() == [_splitmix64(code ^ int(DOMAIN)) >> 63 for code in codes]


@pytest.mark.parametrize("codes", [CODES, np.arange(200_000)], ids=["hashed", "counted"])
def test_each_half_has_half_of_the_customers(codes):
    assert set(np.unique(half_of(codes))) == {SCREENING, CONFIRMING}
    assert abs(half_of(codes).mean() - 0.5) < 4 * SPREAD


def test_halves_do_not_depend_on_the_folds_of_the_adjusted_estimate():
    folds, halves = fold_of(CODES, 5), half_of(CODES)
    shares = np.array([halves[folds == fold].mean() for fold in range(5)])
    assert np.all(np.abs(shares - 0.5) < 4 * SPREAD * np.sqrt(5))


def test_halves_do_not_depend_on_any_bit_of_the_code():
    halves = half_of(CODES)
    for bit in range(63):  # the leading ones choose the bucket
        is_set = (CODES >> bit) & 1 == 1
        assert abs(halves[is_set].mean() - halves[~is_set].mean()) < 5 * 2 * SPREAD, bit


def test_a_half_is_frozen_whoever_else_comes():
    few, some = CODES[:1000], np.random.default_rng(18).permutation(CODES)
    of_some = dict(zip(some.tolist(), half_of(some).tolist(), strict=True))
    assert half_of(few).tolist() == [of_some[code] for code in few.tolist()]
