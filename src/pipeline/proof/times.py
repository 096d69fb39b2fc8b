"""Coverage of the intervals of times to an event: incidence with competing exits, time lost, ratio of hazards."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from pipeline.proof.clustered import Kinds, Random, bounded, covered, demand, exposures, per_row, rows
from pipeline.proof.study import FULL, SHORT, Study
from pipeline.proof.tally import Tally
from pipeline.stats.competing import CENSORED, COMPETING, EVENT
from pipeline.stats.result import Effect, Interval
from pipeline.stats.survival import cause_specific_cox, incidence_difference, time_lost_difference

NAME = "coverage_of_times"
DAY = 1440  # minutes: durations are whole numbers
HORIZON = 30.0  # days
EVENT_RATE, RIVAL_RATE = 0.03, 0.02  # a day, of the event and of the competing exit
EXPOSED_EFFECT = 0.5  # on the log of the event's rate
FOLLOWED = (10.0, 90.0)  # days until the end of observation, whatever happens
Observed = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def measure(first: int, last: int) -> Tally:
    """Return coverage, width and error of each kind of interval."""
    return covered(NAME, KINDS, first, last)


def _observed(random: Random, customers: int, log_ratio: float) -> Observed:
    """Return durations in minutes, causes, exposures and owners."""
    owner, effect = rows(random, customers)
    exposed = exposures(random, owner)
    event, rival = _rates(effect, log_ratio * exposed)
    leaves = random.exponential(1 / (event + rival))
    is_event = random.random(len(owner)) < event / (event + rival)
    ends = random.uniform(*FOLLOWED, len(owner))
    causes = np.where(leaves > ends, CENSORED, np.where(is_event, EVENT, COMPETING))
    return np.ceil(np.minimum(leaves, ends) * DAY).astype(np.int64), causes, exposed, owner


def _rates(effect: np.ndarray, shift: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates of the event and of the competing exit: who is quick to the one is slow to the other."""
    return EVENT_RATE * np.exp(0.6 * effect + shift), RIVAL_RATE * np.exp(-0.3 * effect)


def _answered(compared: Callable[..., Effect], *observed: Any) -> Interval | None:
    """Return the interval, or None where the function refuses: of few customers, an arm may have nobody followed."""
    try:
        return bounded(compared(*observed))
    except ValueError:
        return None


def _incidence(random: Random, customers: int) -> Interval | None:
    durations, causes, exposed, owner = _observed(random, customers, EXPOSED_EFFECT)
    return _answered(incidence_difference, durations, causes, exposed, owner, HORIZON * DAY)


def _true_incidence() -> float:
    def share(effect: np.ndarray, shift: float) -> np.ndarray:
        event, rival = _rates(effect, shift)
        return event / (event + rival) * (1 - np.exp(-(event + rival) * HORIZON))

    return per_row(lambda effect: share(effect, EXPOSED_EFFECT) - share(effect, 0.0))


def _time_lost(random: Random, customers: int) -> Interval | None:
    durations, causes, exposed, owner = _observed(random, customers, EXPOSED_EFFECT)
    return _answered(time_lost_difference, durations, causes, exposed, owner, HORIZON * DAY)


def _true_time_lost() -> float:
    def area(effect: np.ndarray, shift: float) -> np.ndarray:
        event, rival = _rates(effect, shift)
        both = event + rival
        return event / both * (HORIZON - (1 - np.exp(-both * HORIZON)) / both)

    return DAY * per_row(lambda effect: area(effect, EXPOSED_EFFECT) - area(effect, 0.0))


def _hazards(random: Random, customers: int) -> Interval | None:
    durations, causes, exposed, owner = _observed(random, customers, 0.0)
    return _answered(cause_specific_cox, durations, causes, exposed, owner)


def _no_difference() -> float:
    """Return the log ratio without an effect: with one, customers who differ leave no constant ratio to estimate."""
    return 0.0


KINDS: Kinds = {
    "difference in cumulative incidence at 30 d": (_incidence, cache(_true_incidence)),
    "difference in time lost up to 30 d, minutes": (_time_lost, cache(_true_time_lost)),
    "log ratio of hazards, no effect": (_hazards, _no_difference),
}

STUDY = Study(
    name=NAME,
    title="Coverage of 95 % intervals of times to an event",
    claim=(
        "Rows of customers as above; an event and a competing exit at rates that the customer's effect moves apart, "
        "observation ending after 10 to 90 days. Truth: integrals over customers."
    ),
    measure=measure,
    replicates={SHORT: 40, FULL: 2000},
    chunk={SHORT: 20, FULL: 100},
    demand=demand,
    module="proof.times",
)
