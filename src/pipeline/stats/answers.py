"""Scores weighted from those who answered to all who were asked."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.stats.proportions import korn_graubard
from pipeline.stats.result import Interval

FEWEST_ANSWERS = 10  # of a stratum that is weighted by itself


@dataclass(frozen=True)
class Answers:
    """Counts of one question by part of the customers and by stratum.

    Parameters
    ----------
    asked, answered
        How often the question was asked, and answered; shape (n_parts, n_strata).
    total
        Sum of the answers, same shape.
    customers
        Asked.

    Notes
    -----
    A customer is in one part, whatever the strata: parts are what the jackknife leaves out. As many parts as
    customers make it delete-one.
    """

    asked: np.ndarray
    answered: np.ndarray
    total: np.ndarray
    customers: int

    def rate(self, level: float = 0.95) -> Interval:
        """Return the share of questions that were answered (Korn-Graubard, clustered by the jackknife)."""
        asked, answered = self.asked.sum(axis=1), self.answered.sum(axis=1)
        rate = answered.sum() / asked.sum()
        variance = jackknife((answered.sum() - answered) / np.maximum(asked.sum() - asked, 1), rate)
        return korn_graubard(int(answered.sum()), int(asked.sum()), self.customers, variance, level)

    def weighted(self) -> tuple[float, float]:
        """Return the mean answer, each stratum counting as it was asked, and its variance.

        Raises
        ------
        ValueError
            If fewer than two parts hold answers.

        Notes
        -----
        ``Σ_s asked_s mean_s / Σ_s asked_s``: each answer weighs the inverse of its stratum's share of answers. It is
        right where, within a stratum, those who answered are like those who did not. Strata with fewer than 10
        answers, or answers in one part only, are taken together. Variance: delete-a-part jackknife,
        ``(G - 1)/G Σ (mean without g - mean)²``, the weights re-estimated in each replicate (R survey: ``postStratify``
        of an ``as.svrepdesign(type = "JK1", mse = TRUE)``). Cost: O(parts · strata).

        Examples
        --------
        >>> np.round(Answers(np.full((4, 1), 2), np.ones((4, 1)), np.array([[1], [2], [3], [4.0]]), 4).weighted(), 12)
        array([2.5       , 0.41666667])
        """
        if np.sum(self.answered.sum(axis=1) > 0) < 2:
            raise ValueError("need answers in at least 2 parts of the customers")
        together = pooled(self.answered)
        asked, answered, total = (_joined(part, together) for part in (self.asked, self.answered, self.total))
        left_out = [part.sum(axis=0) - part for part in (asked, answered, total)]
        means = _mean(*left_out)
        mean = float(_mean(*(part.sum(axis=0)[None, :] for part in (asked, answered, total)))[0])
        return mean, jackknife(means, mean)


def pooled(answered: np.ndarray, fewest: int = FEWEST_ANSWERS) -> np.ndarray:
    """Return which group of strata each stratum belongs to: sparse ones share a group, the least answered first.

    Examples
    --------
    >>> pooled(np.array([[20, 3, 30, 1], [20, 4, 30, 8]])).tolist()
    [1, 0, 2, 0]
    """
    n, parts = answered.sum(axis=0), np.sum(answered > 0, axis=0)
    groups, pool, pool_parts, is_open = np.zeros(len(n), dtype=int), 0, np.zeros(len(answered), dtype=bool), True
    for place in np.lexsort((np.arange(len(n)), n, parts >= 2)):
        is_open = is_open and (pool < fewest or pool_parts.sum() < 2)
        if n[place] >= fewest and parts[place] >= 2 and not (is_open and pool):
            groups[place] = groups.max() + 1
            continue
        groups[place] = 0
        pool, pool_parts = pool + int(n[place]), pool_parts | (answered[:, place] > 0)
    return np.unique(groups, return_inverse=True)[1] if not np.any(groups == 0) else groups


def jackknife(replicates: np.ndarray, estimate: float) -> float:
    """Return ``(G - 1)/G Σ (replicate - estimate)²``."""
    return (len(replicates) - 1) / len(replicates) * math.fsum((replicates - estimate) ** 2)


def mean_interval(
    mean: float, variance: float, answers: int, parts: int, customers: int, level: float = 0.95
) -> Interval:
    """Return the t interval of a weighted mean, degrees of freedom as many as parts but one."""
    reach = float(stats.t.ppf((1 + level) / 2, parts - 1)) * math.sqrt(variance)
    return Interval(mean, mean - reach, mean + reach, answers, customers, variance)


def _joined(counts: np.ndarray, groups: np.ndarray) -> np.ndarray:
    joined = np.zeros((len(counts), groups.max() + 1))
    np.add.at(joined.T, groups, np.asarray(counts, dtype=float).T)
    return joined


def _mean(asked: np.ndarray, answered: np.ndarray, total: np.ndarray) -> np.ndarray:
    means = np.divide(total, answered, out=np.zeros_like(total), where=answered > 0)
    weights = np.where(answered > 0, asked, 0.0)
    return np.asarray((weights * means).sum(axis=1) / weights.sum(axis=1))
