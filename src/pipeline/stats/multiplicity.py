"""Many tests at once: the rate of false discoveries, and intervals that stay honest after selection."""

from __future__ import annotations

import numpy as np
from statsmodels.stats.multitest import multipletests

METHODS = {"benjamini_hochberg": "fdr_bh", "benjamini_yekutieli": "fdr_by"}


def false_discovery_q(p: np.ndarray, correction: str = "benjamini_hochberg") -> np.ndarray:
    """q-values of a family.

    Parameters
    ----------
    p
        p-values, shape (family size,).
    correction
        ``"benjamini_hochberg"`` (1995): for tests that are independent or positively dependent, as hypotheses
        about the same customers mostly are; ``"benjamini_yekutieli"`` (2001): whatever the dependence, at the
        price of a factor 1 + 1/2 + … + 1/family size.

    Returns
    -------
    numpy.ndarray
        The least false discovery rate at which each would be found.

    Examples
    --------
    >>> [round(float(q), 4) for q in false_discovery_q(np.array([0.01, 0.04, 0.03]))]
    [0.03, 0.04, 0.04]
    >>> [round(float(q), 4) for q in false_discovery_q(np.array([0.01, 0.04, 0.03]), "benjamini_yekutieli")]
    [0.055, 0.0733, 0.0733]
    """
    p = np.asarray(p, dtype=float)
    return multipletests(p, method=METHODS[correction])[1] if p.size else p


def false_coverage_level(selected: int, tested: int, rate: float, level: float) -> float:
    """Level at which intervals of the selected rows keep the false coverage rate.

    Parameters
    ----------
    selected, tested
        Rows selected (here: supported), and rows of the family.
    rate
        False discovery rate of the selection.
    level
        Coverage of the intervals of rows that nobody selected.

    Notes
    -----
    ``max(level, 1 - rate · selected / tested)``. Benjamini and Yekutieli (2005): of the selected intervals, ``rate``
    at most are expected to miss. Where many are selected that alone would give intervals narrower than without any
    selection; `level` is their least coverage.

    Examples
    --------
    >>> false_coverage_level(selected=2, tested=10, rate=0.10, level=0.95)
    0.98
    >>> false_coverage_level(selected=9, tested=10, rate=0.10, level=0.95)
    0.95
    """
    return max(level, 1 - rate * selected / tested)


def level_of_next(found: int, tested: int, rate: float, correction: str = "benjamini_hochberg") -> float:
    """p-value under which one more row of a family would be found.

    Parameters
    ----------
    found, tested
        Rows found so far (q at most the rate), and rows of the family.
    rate, correction
        As `false_discovery_q`.

    Notes
    -----
    ``rate (found + 1) / tested``, divided by 1 + 1/2 + … + 1/tested for Benjamini and Yekutieli.

    Examples
    --------
    >>> level_of_next(found=4, tested=10, rate=0.10)
    0.05
    """
    level = rate * min(found + 1, tested) / tested
    if correction == "benjamini_yekutieli":
        level /= sum(1 / i for i in range(1, tested + 1))
    return level
