"""Change of a share between two periods in which partly the same customers are seen."""

from __future__ import annotations

import math

import numpy as np

from pipeline.stats.result import Effect


def change_of_share(
    customers: np.ndarray, before: tuple[np.ndarray, np.ndarray], after: tuple[np.ndarray, np.ndarray]
) -> Effect:
    """Share after minus share before, clustered by customer.

    Parameters
    ----------
    customers
        How many customers have each pattern of counts, shape (n_patterns,).
    before, after
        Counts (successes, trials) of a customer of that pattern in either period, each of shape (n_patterns,).

    Returns
    -------
    Effect
        ``n_exposed`` and ``n_unexposed`` are the trials after and before.

    Raises
    ------
    ValueError
        If there are fewer than two customers, or no trial in a period.

    Notes
    -----
    Linearised difference of two ratios: customer c brings ``u_c = (a_c − p b_c) / B`` after minus the same before;
    variance ``C / (C − 1) Σ u_c²``. A customer seen in both periods so counts against himself.

    Examples
    --------
    >>> one = np.ones(4)
    >>> change_of_share(one, (np.array([1, 0, 0, 0]), one), (np.array([1, 1, 1, 0]), one)).estimate
    0.5
    """
    clusters = int(customers.sum())
    trials = [float((customers * period[1]).sum()) for period in (before, after)]
    if clusters < 2 or min(trials) == 0:
        raise ValueError(f"need at least 2 customers and a trial in each period, got {clusters} and {trials}")
    shares = [
        float((customers * period[0]).sum()) / total for period, total in zip((before, after), trials, strict=True)
    ]
    brought = (after[0] - shares[1] * after[1]) / trials[1] - (before[0] - shares[0] * before[1]) / trials[0]
    variance = clusters / (clusters - 1) * float((customers * brought**2).sum())
    return Effect(shares[1] - shares[0], math.sqrt(variance), clusters - 1, int(trials[1]), int(trials[0]), clusters)
