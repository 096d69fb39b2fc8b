"""A season of customers who move between two stages, seen through a window that cuts it at its height.

A semi-Markov world in numpy, apart from the pipeline: visits to *consideration* end by moving to the basket or by
leaving; from the basket some come back to consider again. Everything is followed past the window, so that the truth
is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.proof.truths import expit

BURN_IN, WINDOW, SILENCE, HORIZON = 240.0, 120.0, 30.0, 30.0  # days; the window is [0, WINDOW]
JOURNEYS = 1.2  # per customer and half a year, times exp(u / 2)
SHAPE, SCALE = 1.2, 24.0  # Weibull days until a move; customers who move often move fast
LEAVING = 4.0  # mean days until the last event of a visit that ends by leaving
BASKET, RETURNS = 3.0, 0.5  # mean days in the basket; share that comes back from it
EVENTS = 0.35  # a day, within a visit
PEAK, RISE = 3.0, 25.0  # journeys start up to 1 + PEAK times as often towards the cut-off


@dataclass(frozen=True)
class Visits:
    """Visits to consideration, one entry each.

    Parameters
    ----------
    customer
        Whose visit it is.
    entered
        Day of the first event.
    moved
        Days from there to the move; infinite if the customer leaves instead.
    left
        Days from there to the last event, where the customer leaves; infinite otherwise.
    first_seen
        Day of the first event inside the window (a journey under way at its start is first seen late).
    """

    customer: np.ndarray
    entered: np.ndarray
    moved: np.ndarray
    left: np.ndarray
    first_seen: np.ndarray

    def at(self, kept: np.ndarray) -> Visits:
        """Return some of the visits."""
        return Visits(self.customer[kept], self.entered[kept], self.moved[kept], self.left[kept], self.first_seen[kept])


def simulate(random: np.random.Generator, customers: int) -> Visits:
    """Return every visit of every customer, whether a window would show it or not. Cost: linear in visits."""
    effect = random.standard_normal(customers)
    customer = np.repeat(np.arange(customers), random.poisson(JOURNEYS * np.exp(effect / 2)))
    entered = _starts(random, len(customer))
    parts = []
    while len(customer):
        u = effect[customer]
        does_move = random.random(len(u)) < expit(-0.2 + u)
        moved = np.where(does_move, SCALE * np.exp(-0.3 * u) * random.weibull(SHAPE, len(u)), np.inf)
        left = np.where(does_move, np.inf, random.exponential(LEAVING, len(u)))
        parts.append(Visits(customer, entered, moved, left, _first_seen(random, entered, np.minimum(moved, left))))
        returns = does_move & (random.random(len(u)) < RETURNS)
        back = entered + moved + random.exponential(BASKET, len(u))
        customer, entered = customer[returns], back[returns]
    columns = zip(*((one.customer, one.entered, one.moved, one.left, one.first_seen) for one in parts), strict=True)
    return Visits(*(np.concatenate(column) for column in columns))


def _starts(random: np.random.Generator, journeys: int) -> np.ndarray:
    """Return days on which journeys start, by the inverse of 1 + PEAK · exp((day - WINDOW) / RISE) summed up."""
    grid = np.arange(-BURN_IN, WINDOW + 0.5, 0.5)
    rate = 1 + PEAK * np.exp((grid - WINDOW) / RISE)
    summed = np.concatenate([[0.0], np.cumsum((rate[1:] + rate[:-1]) / 2)])
    return np.interp(random.random(journeys) * summed[-1], summed, grid)


def _first_seen(random: np.random.Generator, entered: np.ndarray, lasted: np.ndarray) -> np.ndarray:
    """Return the first event in the window: the entry, or the next event after day 0 (never, if the visit ends first).

    A visit that ends by leaving has its last event at its end, so that is seen at the latest; a move is an event of
    the next stage.
    """
    next_event = random.exponential(1 / EVENTS, len(entered))
    under_way = (entered < 0) & (entered + lasted > next_event)
    return np.where(entered >= 0, entered, np.where(under_way, next_event, np.inf))


def true_share(visits: Visits) -> tuple[int, int]:
    """Return moves and visits of the estimand: entered in the window by WINDOW - HORIZON, moved within HORIZON."""
    meant = (visits.entered >= 0) & (visits.entered <= WINDOW - HORIZON)
    return int((visits.moved[meant] <= HORIZON).sum()), int(meant.sum())
