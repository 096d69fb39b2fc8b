"""Customers in parts: their codes are keyed hashes, so that equal ranges of codes are equal shares of the customers."""

from __future__ import annotations

CODES = 2**63  # codes of customers are whole numbers below


def bucket_count(n_rows: int, most: int) -> int:
    """Return into how many buckets rows of customers are cut, so that each has about `most` at most: a power of two.

    Examples
    --------
    >>> bucket_count(1_000, 10_000_000), bucket_count(40_000_000, 10_000_000)
    (1, 4)
    """
    buckets = 1
    while buckets * most < n_rows:
        buckets *= 2
    return buckets


def customer_ranges(n_rows: int, most: int) -> list[tuple[int, int]]:
    """Return the codes of each bucket, from the first to the last, both included.

    Examples
    --------
    >>> customer_ranges(40, 20) == [(0, 2**62 - 1), (2**62, 2**63 - 1)]
    True
    """
    buckets = bucket_count(n_rows, most)
    width = CODES // buckets
    return [(bucket * width, (bucket + 1) * width - 1) for bucket in range(buckets)]
