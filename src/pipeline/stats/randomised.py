"""Exposures assigned at random: whether the arms came out in the shares that were drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

SMALLEST_RATIO_P = 0.001


def sample_ratio_p(exposed: np.ndarray, customers: np.ndarray, share: float) -> float:
    """p-value of the sample-ratio check: chi-square of customers per arm against the share that was drawn.

    Parameters
    ----------
    exposed
        Truth per unit, shape (n_units,).
    customers
        Whose unit it is. A customer counts once, with the first of his units: units of one customer need not be
        drawn anew.
    share
        Expected share of exposed customers.

    Notes
    -----
    Pearson's chi-square with one degree of freedom. A tiny p (below 0.001 by custom) says that units were lost or
    sent astray *after* the draw, and then nothing that the arms show can be read as an effect.

    Examples
    --------
    >>> round(sample_ratio_p(np.repeat([True, False], [60, 40]), np.arange(100), 0.5), 4)
    0.0455
    """
    frame = pd.DataFrame({"customer": np.asarray(customers), "exposed": np.asarray(exposed, dtype=bool)})
    firsts = frame.drop_duplicates("customer")["exposed"]
    seen = np.array([int(firsts.sum()), int((~firsts).sum())])
    return float(stats.chisquare(seen, seen.sum() * np.array([share, 1 - share])).pvalue)
