"""Expectations over customers by quadrature: the truth that coverage is counted against, its own error far below it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import optimize

NODES = 120


def over_customers(function: Callable[[np.ndarray], np.ndarray], nodes: int = NODES) -> float:
    """Return E f(u) of a standard normal customer effect u (Gauss-Hermite).

    Examples
    --------
    >>> round(over_customers(np.exp), 10)  # exp(1 / 2)
    1.6487212707
    """
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    return float(weights @ function(points) / np.sqrt(2 * np.pi))


def intercept_for(p: float) -> float:
    """Return the intercept at which customers differing with sd 1 on the logit have the mean chance p."""
    return float(optimize.brentq(lambda a: over_customers(lambda u: expit(a + u)) - p, -12, 12, xtol=1e-13))


def expit(score: np.ndarray) -> np.ndarray:
    """Return the chance that a logit stands for."""
    return 1 / (1 + np.exp(-score))
