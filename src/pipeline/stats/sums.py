"""Sums of many floats, the same in any blocks of memory and on any number of threads."""

from __future__ import annotations

import math

import numpy as np

BLOCK = 64


def total(values: np.ndarray) -> float:
    """Sum of an array: blocks of 64 as they come, then the blocks without any rounding but the last.

    Parameters
    ----------
    values
        Numbers, shape (n,).

    Notes
    -----
    `math.fsum` of everything is exact and takes thirty times as long; a sum in one go loses digits with n. Cost: O(n).

    Examples
    --------
    >>> total(np.full(1_000_000, 0.1))
    100000.0
    """
    values = np.ascontiguousarray(values, dtype=float)
    whole = len(values) // BLOCK * BLOCK
    blocks = values[:whole].reshape(-1, BLOCK).sum(axis=1)
    return math.fsum([*blocks.tolist(), *values[whole:].tolist()])
