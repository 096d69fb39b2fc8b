"""Two halves of the customers: pains are searched in one, and what was found is confirmed in the other."""

from __future__ import annotations

import numpy as np

from pipeline.stats.splitmix import splitmix64

SCREENING, CONFIRMING = 0, 1
# The first 64 bits of the SHA-256 of "parcours: halves": nobody chose it, and no other hash of the code uses it.
DOMAIN = np.uint64(0xAC276466CB0D29AB)


def half_of(customers: np.ndarray) -> np.ndarray:
    """Half of each customer, from a hash of the code alone.

    Parameters
    ----------
    customers
        Codes of the customers, whole numbers, any shape.

    Returns
    -------
    numpy.ndarray
        `SCREENING` (0) or `CONFIRMING` (1) for each, int8, same shape.

    Notes
    -----
    The highest bit of SplitMix64 (Steele, Lea, Flood 2014) seeded with the code, salted with a domain of its own: it
    says nothing about the folds of `adjusted.fold_of` nor about the leading bits of the code (the buckets of the
    steps). Nothing else enters, so a half is frozen at the customer's first appearance: whoever comes later changes
    nobody's half. Cost: O(n).

    Examples
    --------
    >>> half_of(np.array([1, 2, 3, 4, 1])).tolist()
    [1, 0, 0, 0, 1]
    """
    codes = np.asarray(customers).astype(np.int64).view(np.uint64)
    return (splitmix64(codes ^ DOMAIN) >> np.uint64(63)).astype(np.int8)
