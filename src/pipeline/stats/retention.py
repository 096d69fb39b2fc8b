"""By when customers come back, some of them followed for a shorter time than others."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from pipeline.stats.proportions import korn_graubard
from pipeline.stats.result import Interval


class Waits:
    """How many customers were followed for so many whole periods, and in which they first came back.

    Parameters
    ----------
    followed
        Whole periods followed, shape (n_rows,).
    period
        In which the first return fell, 1 … followed; 0: in none of them.
    customers
        How many.

    Examples
    --------
    >>> waits = Waits(np.array([2, 2, 1]), np.array([1, 0, 0]), np.array([3, 5, 2]))
    >>> waits.at_risk.tolist(), waits.returned.tolist(), round(waits.share(1).estimate, 4)
    ([10, 5], [3, 0], 0.3)
    """

    def __init__(self, followed: np.ndarray, period: np.ndarray, customers: np.ndarray) -> None:
        self.followed, self.period, self.customers = followed, period, customers
        self.n_customers = int(customers.sum())
        self.longest = int(followed.max(initial=0))

    @cached_property
    def returned(self) -> np.ndarray:
        """Customers who first came back in each period, shape (longest,)."""
        return self._count(self.period)

    @cached_property
    def at_risk(self) -> np.ndarray:
        """Customers followed through each period who had not come back before it, shape (longest,)."""
        last = np.where(self.period > 0, self.period, self.followed)
        left = np.bincount(last, weights=self.customers, minlength=self.longest + 1)
        return np.asarray(np.cumsum(left[::-1])[::-1][1:], dtype=np.int64)

    def _count(self, place: np.ndarray) -> np.ndarray:
        return np.bincount(place, weights=self.customers, minlength=self.longest + 1).astype(np.int64)[1:]

    def share(self, periods: int, level: float = 0.95) -> Interval:
        """Share that has come back by the end of a period: one minus Kaplan-Meier.

        Raises
        ------
        ValueError
            If nobody is followed for so long.

        Notes
        -----
        ``1 - Π (1 - d_j / n_j)``, variance by Greenwood; a customer counts in the periods that the cut-off leaves
        whole (R survfit on whole periods). Interval: `korn_graubard` at as many trials as customers.
        Cost: O(rows + periods).
        """
        risk, back = self.at_risk[:periods], self.returned[:periods]
        if len(risk) < periods or risk[-1] == 0:
            raise ValueError(f"nobody is followed for {periods} periods")
        stays = float(np.prod(1 - back / risk))
        variance = stays**2 * math.fsum(back / (risk * np.maximum(risk - back, 1)))
        n = self.n_customers
        return korn_graubard((1 - stays) * n, n, n, variance, level)
