"""Two halves of the customers: pains are searched in one, and what was found is confirmed in the other."""

from __future__ import annotations

import numpy as np

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
    mixed = (np.asarray(customers).astype(np.int64).view(np.uint64) ^ DOMAIN) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(63)).astype(np.int8)
