"""Cumulative incidence from counts per cell of time, its variance from parts of the customers.

What an engine counts is small whatever the number of customers: exits per part, cell of time and cause.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats

from pipeline.stats.proportions import korn_graubard
from pipeline.stats.ratios import clipped
from pipeline.stats.result import Interval

ROUNDING = 1e-12  # shares that sums of floats leave this near to 0 or 1 are meant to be there


@dataclass(frozen=True)
class Exits:
    """Exits of units whose customers are in parts, and the cumulative incidence that they give.

    Parameters
    ----------
    ends
        End of each cell of time, rising, shape (n_cells,). A cell starts, open, where the one before ends, the first
        at 0, closed; what happens in a cell counts as happening at once.
    exits
        How many left in each cell for each cause, shape (n_parts, n_cells, n_causes).
    spent
        Total time that they took, of the same shape, in the unit of the ends.
    least, most
        Shortest and longest time to an exit in each cell for each cause, shape (n_cells, n_causes); anything where
        there is none.
    censored
        Units whose observation ended in each cell, shape (n_parts, n_cells). They are at risk in it.
    beyond
        Units seen past the last cell, shape (n_parts,).
    customers
        How many are behind them; a part is one customer, or a random share of them.

    Notes
    -----
    Variance: delete-a-group jackknife, ``(G-1)/G Σ_g (θ_(-g) - θ)²`` with θ_(-g) the estimate without part g, and
    G - 1 degrees of freedom (Rust and Rao 1996; Kott 2001). With one customer per part it is the delete-one-customer
    jackknife of the transitions. Cost: O(parts · cells · causes), whatever the number of units.
    """

    ends: np.ndarray
    exits: np.ndarray
    spent: np.ndarray
    least: np.ndarray
    most: np.ndarray
    censored: np.ndarray
    beyond: np.ndarray
    customers: int

    @property
    def units(self) -> int:
        """How many units there are."""
        return int(self.exits.sum() + self.censored.sum() + self.beyond.sum())

    @cached_property
    def staying(self) -> np.ndarray:
        """How many units are neither gone nor out of sight after each cell."""
        return np.asarray(self.units - np.cumsum(self.exits.sum(axis=(0, 2)) + self.censored.sum(axis=0)))

    def left(self, causes: list[int]) -> np.ndarray:
        """Return how many units have been seen to leave for some causes by the end of each cell."""
        return np.cumsum(self.exits[:, :, causes].sum(axis=(0, 2)))

    @cached_property
    def followed(self) -> tuple[np.ndarray, np.ndarray]:
        """Share that has not left before each cell, and units at risk in it: of all parts, then without each part.

        Both of shape (1 + n_parts, n_cells).
        """
        exits = self.exits.sum(axis=2)
        gone = exits + self.censored
        at_risk = _with_deleted(np.cumsum(gone[:, ::-1], axis=1)[:, ::-1] + self.beyond[:, None])
        after = np.cumprod(1 - _ratio(_with_deleted(exits), at_risk), axis=1)
        return np.column_stack([np.ones(len(after)), after[:, :-1]]), at_risk

    def incidence(self, causes: list[int]) -> np.ndarray:
        """Return the share that has left for some causes by the end of each cell (rows as `followed`).

        Notes
        -----
        Aalen and Johansen (1978). Without censoring it is the plain share of the units.

        Examples
        --------
        >>> exits = np.array([[[1, 0]], [[0, 1]], [[0, 0]], [[0, 0]]])
        >>> spent, censored, beyond = 2 * exits, np.zeros((4, 1)), np.array([0, 0, 1, 1])
        >>> found = Exits(np.array([7.0]), exits, spent, np.array([[2, 2]]), np.array([[2, 2]]), censored, beyond, 4)
        >>> found.incidence([0])[:, 0].round(6).tolist()
        [0.25, 0.0, 0.333333, 0.333333, 0.333333]
        """
        before, at_risk = self.followed
        left = _with_deleted(self.exits[:, :, causes].sum(axis=2))
        return np.cumsum(before * _ratio(left, at_risk), axis=1)

    def share(self, shares: np.ndarray, cell: int, level: float = 0.95) -> Interval:
        """Return one number of `incidence` with its interval.

        Notes
        -----
        Korn and Graubard's (1998), as every share of the pipeline (`proportions.korn_graubard`), for the clustered
        variance; where the share is 0 or 1, for as many trials as customers.
        """
        p = float(shares[0, cell])
        if min(p, 1 - p) < ROUNDING:
            return korn_graubard(self.units * round(p), self.units, self.customers, 0.0, level)
        variance = _jackknife(shares[:, cell])
        found = korn_graubard(p * self.units, self.units, len(shares) - 1, variance, level)
        return Interval(p, found.low, found.high, self.units, self.customers, variance, found.design_effect)

    def restricted_mean(self, cell: int, level: float = 0.95) -> Interval:
        """Return the mean time before leaving for any cause, up to a horizon: the end of a cell.

        Notes
        -----
        ``horizon - Σ S(k-) (horizon d_k - time spent by those d_k) / n_k``: exact, not rounded to cells, while
        nothing is censored before the horizon. Bounds: t with G - 1 degrees of freedom, kept inside 0 … horizon;
        not-a-number where parts do not differ.
        """
        horizon = float(self.ends[cell])
        before, at_risk = self.followed
        left, spent = (_with_deleted(one.sum(axis=2)) for one in (self.exits, self.spent))
        means = horizon - (before * _ratio(horizon * left - spent, at_risk))[:, : cell + 1].sum(axis=1)
        variance = _jackknife(means)
        reach = math.nan
        if variance > (ROUNDING * horizon) ** 2:
            reach = float(stats.t.ppf((1 + level) / 2, len(means) - 2)) * math.sqrt(variance)
        mean = float(means[0])
        return clipped(Interval(mean, mean - reach, mean + reach, self.units, self.customers, variance), 0.0, horizon)

    def median(self, causes: list[int], level: float = 0.95) -> Interval:
        """Return the time by which half have left for some causes; not-a-number if fewer do in sight.

        Notes
        -----
        Woodruff (1952): the interval of the share at the median is read back through the incidence, in which those
        who left in a cell are spread evenly between the first and the last of them: times that tie stay where they are.
        """
        shares = self.incidence(causes)
        middle = _first(shares[0], 0.5)
        if middle is None:
            return Interval(math.nan, math.nan, math.nan, self.units, self.customers)
        around = self.share(shares, middle, level)
        # the interval is that of the cell's whole share: moved to where half is
        below, above = around.estimate - around.low, around.high - around.estimate
        estimate, low, high = (self._time_of(shares[0], causes, share) for share in (0.5, 0.5 - below, 0.5 + above))
        return Interval(estimate, low, high, self.units, self.customers)

    def _time_of(self, shares: np.ndarray, causes: list[int], wanted: float) -> float:
        """Return the time by which a share has left; not-a-number where it never has."""
        if wanted <= 0:
            return 0.0
        cell = _first(shares, wanted)
        if cell is None:
            return math.nan
        some = [cause for cause in causes if self.exits[:, cell, cause].any()]
        least, most = self.least[cell, some].min(), self.most[cell, some].max()
        before = shares[cell - 1] if cell else 0.0
        return float(least + (most - least) * (wanted - before) / (shares[cell] - before))


def _with_deleted(per_part: np.ndarray) -> np.ndarray:
    """Return the totals over parts, then the totals without each of them."""
    total = per_part.sum(axis=0)
    return np.concatenate([total[None], total[None] - per_part])


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Return the ratio, 0 where nobody is left."""
    return np.divide(numerator, denominator, out=np.zeros(np.shape(denominator)), where=denominator > 0)


def _jackknife(values: np.ndarray) -> float:
    parts = len(values) - 1
    return (parts - 1) / parts * math.fsum((values[1:] - values[0]) ** 2)


def _first(rising: np.ndarray, least: float) -> int | None:
    reached = np.flatnonzero(rising >= least - ROUNDING)
    return int(reached[0]) if reached.size else None
