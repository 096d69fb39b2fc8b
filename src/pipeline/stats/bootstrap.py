"""A bootstrap over customers of any whole numbers that add up over them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.stats.markov import customer_keys, poisson_sums

UNIT = 2.0**36  # fractions travel as whole numbers of 1 / UNIT: their sums are the same in any order


def customer_bootstrap(
    customers: np.ndarray, columns: Sequence[np.ndarray], domain: str, replicates: int
) -> np.ndarray:
    """Sums of columns over rows, each customer weighing Poisson(1) in each replicate.

    Parameters
    ----------
    customers
        Whose row it is, codes, shape (n_rows,).
    columns
        Numbers per row, each shape (n_rows,): whole ones, or fractions that `in_units` made whole.
    domain
        One name, one set of weights: sums of one domain may be compared within a replicate.
    replicates
        How many.

    Returns
    -------
    numpy.ndarray
        Shape (replicates + 1, n_columns); the first row is the plain sum.

    Notes
    -----
    Poisson bootstrap of `markov.poisson_sums`; weights follow from a hash of the customer's code alone. Cost:
    customers × replicates, some 10 ns each.

    Examples
    --------
    >>> sums = customer_bootstrap(np.array([4, 4, 9]), [np.array([1, 2, 5])], "example", replicates=3)
    >>> sums.shape, float(sums[0, 0])
    ((4, 1), 8.0)
    """
    codes, places = np.unique(np.asarray(customers), return_inverse=True)
    summed = [np.bincount(places, weights=column, minlength=len(codes)) for column in columns]
    counts = np.rint(np.column_stack(summed)).astype(np.int64)
    alone = np.ones(len(codes), dtype=np.int64)
    return np.vstack([counts.sum(axis=0), poisson_sums(counts, alone, customer_keys(codes, domain), replicates)])


def in_units(values: np.ndarray) -> np.ndarray:
    """Return fractions as multiples of 1 / `UNIT`, still to be rounded once they are added up per customer."""
    return np.asarray(values, dtype=float) * UNIT
