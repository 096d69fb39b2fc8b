"""Tests that come in batches, month after month: one rate of false discoveries over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import zeta

DECAY = 1.6  # of the share of the rate that batch s may spend: s ** -DECAY, scaled to add up to 1


@dataclass(frozen=True)
class Batch:
    """What the ledger has to remember of one batch.

    Parameters
    ----------
    size
        Tests in it.
    level
        At which Benjamini-Hochberg was run.
    found
        Discoveries.
    most
        Discoveries there could have been had one p-value been 0: the largest such number.
    """

    size: int
    level: float
    found: int
    most: int


def judge_batch(p: np.ndarray, earlier: Sequence[Batch], rate: float) -> tuple[np.ndarray, Batch]:
    """Which p-values of a new batch are discoveries, given the batches before it.

    Parameters
    ----------
    p
        p-values of the batch, shape (n,), n > 0.
    earlier
        Batches judged before, in their order.
    rate
        False discovery rate over all batches, this one and those to come included.

    Returns
    -------
    is_found, batch
        Shape (n,), and what to remember.

    Notes
    -----
    Batch-BH (Zrnic, Jiang, Ramdas, Jordan 2020, The Power of Batching in Multiple Hypothesis Testing, ICML, algorithm 1).
    With R_s discoveries of batch s, R_s⁺ the most there could have been and γ_s = s^-1.6 / ζ(1.6), the level of batch t
    is (rate · Σ_{s ≤ t} γ_s - Σ_{s < t} level_s R_s⁺ / (R_s⁺ + Σ_{r < t, r ≠ s} R_r)) · (n + Σ_{s < t} R_s) / n. It holds for p-values that
    are independent, and is shown by simulation for ours (docs/proof.md). Cost: O(n²).

    Examples
    --------
    >>> is_found, first = judge_batch(np.array([0.001, 0.3, 0.02]), [], 0.10)
    >>> is_found.tolist(), round(first.level, 4), first.found
    ([True, False, True], 0.0437, 2)
    >>> round(judge_batch(np.array([0.5]), [first], 0.10)[1].level, 4)
    0.0433
    """  # noqa: E501 – one formula
    p = np.asarray(p, dtype=float)
    found = np.array([batch.found for batch in earlier], dtype=float)
    spent = sum(batch.level * batch.most / (batch.most + found.sum() - batch.found) for batch in earlier if batch.most)
    shares = np.arange(1, len(earlier) + 2, dtype=float) ** -DECAY / zeta(DECAY)
    level = max(rate * float(shares.sum()) - spent, 0.0) * (len(p) + float(found.sum())) / len(p)
    is_found = p <= _threshold(p, level)
    most = max(_count(np.where(np.arange(len(p)) == i, 0.0, p), level) for i in range(len(p)))
    return is_found, Batch(len(p), float(level), int(is_found.sum()), most)


def _threshold(p: np.ndarray, level: float) -> float:
    """Return the largest p-value that Benjamini-Hochberg rejects; -1 if none."""
    ordered = np.sort(p)
    kept = ordered[ordered <= level * np.arange(1, len(p) + 1) / len(p)]
    return float(kept[-1]) if len(kept) else -1.0


def _count(p: np.ndarray, level: float) -> int:
    return int((p <= _threshold(p, level)).sum())
