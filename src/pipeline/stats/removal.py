"""What removing pain points would bring – each alone, and all together – with a bootstrap over customers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.stats.bootstrap import UNIT, customer_bootstrap, in_units
from pipeline.stats.markov import percentiles
from pipeline.stats.result import Effect, Interval
from pipeline.stats.sums import total

REPLICATES = 1_000
DOMAIN = "opportunities"


@dataclass(frozen=True)
class Pain:
    """A pain point as one sample of customers shows it.

    Parameters
    ----------
    harm
        What an exposed unit suffers on average (the effect on the exposed, claimed direction positive): a share of
        outcomes lost or caused, or an amount.
    customers, influence
        Of each unit of the comparison, exposed or not: whose it is, and what it moves `harm` by
        (`effects.influence_on_difference`).
    hits
        One row per exposed unit: customer_id, opens_at and closes_at (from time zero to the end of the outcome
        window), is_open – whether removing the pain can still change its outcome: the sale was lost, the ticket opened.
    scale
        Exposed units of everybody, per month, for each exposed unit of this sample.
    value
        Money per outcome, or per unit of an amount.
    direction
        Of the claim. Only pains of one direction can win back the same outcome.
    is_share
        Whether outcomes are 0 or 1.
    """

    harm: float
    customers: np.ndarray
    influence: np.ndarray
    hits: pd.DataFrame
    scale: float
    value: float
    direction: str
    is_share: bool


@dataclass(frozen=True)
class Gain:
    """What a removal brings per month, between its bounds."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Means:
    """The mean outcome of all units as it is, and as it would be with the pain point removed."""

    now: Interval
    removed: Interval


def means_without(
    outcome: np.ndarray, exposed: np.ndarray, customers: np.ndarray, effect: Effect, influence: np.ndarray,
    level: float = 0.95,
) -> Means:  # fmt: skip
    """Mean outcome of all units, exposed and others, now and with the pain point removed.

    Parameters
    ----------
    outcome, exposed, customers
        Of the comparison, one entry per unit, as `effects.difference_of_means`.
    effect, influence
        On the exposed, and what each unit moves it by (`effects.influence_on_difference`).
    level
        Coverage of both intervals.

    Returns
    -------
    Means
        Bounds are not-a-number where nothing varies. They may leave the range of the outcome.

    Notes
    -----
    ``removed = mean - share exposed · effect``: exposed units are changed by the effect on the exposed, others by
    nothing. Both are linear in the units to first order, so one sum per customer of the units' influences
    ``(y - mean)/n - [(exposed - share)/n · effect + share · influence]`` carries the uncertainty of the mean, the share
    and the effect together; variance ``C/(C-1) Σ``; t with the effect's degrees of freedom. Cost: O(n_units).

    Examples
    --------
    >>> from pipeline.stats.effects import difference_of_means, influence_on_difference
    >>> outcome, exposed = np.array([0.0, 1.0, 0.0, 1.0, 1.0, 1.0]), np.array([True] * 3 + [False] * 3)
    >>> effect = difference_of_means(outcome, exposed, np.arange(6))
    >>> found = means_without(outcome, exposed, np.arange(6), effect, influence_on_difference(outcome, exposed))
    >>> round(found.now.estimate, 4), found.removed.estimate
    (0.6667, 1.0)
    """
    outcome, exposed = np.asarray(outcome, dtype=float), np.asarray(exposed, dtype=float)
    codes, found = pd.factorize(np.asarray(customers))
    n, share = len(outcome), total(exposed) / len(outcome)
    mean = total(outcome) / n
    moved_now = (outcome - mean) / n
    moved_by_removal = (exposed - share) / n * effect.estimate + share * np.asarray(influence, dtype=float)

    def around(estimate: float, moved: np.ndarray, degrees: float) -> Interval:
        clusters = len(found)
        variance = clusters / (clusters - 1) * total(np.bincount(codes, weights=moved) ** 2)
        if variance == 0:
            return Interval(estimate, math.nan, math.nan, n, clusters, 0.0)
        reach = float(stats.t.ppf((1 + level) / 2, degrees)) * math.sqrt(variance)
        return Interval(estimate, estimate - reach, estimate + reach, n, clusters, variance)

    return Means(
        around(mean, moved_now, len(found) - 1),
        around(mean - share * effect.estimate, moved_now - moved_by_removal, effect.degrees),
    )


def outcomes_gained(pain: Pain, level: float = 0.95, replicates: int = REPLICATES) -> Gain:
    """Outcomes per month that removing one pain point gives back (or spares).

    Parameters
    ----------
    pain
        What is removed.
    level
        Coverage of the percentile interval.
    replicates
        Of the bootstrap.

    Notes
    -----
    ``scale · n · harm``: exposed units, each changed by the effect on the exposed; nothing else of the journey is.
    Replicates weigh every customer Poisson(1) (`markov.poisson_sums`), which moves n, and harm to first order through
    each unit's influence; the models of an adjusted harm are thereby refitted to first order, too. Not capped: the
    bounds may lie below 0. Cost: customers × replicates, some 10 ns each.

    Examples
    --------
    >>> hits = pd.DataFrame({"customer_id": [1, 2], "opens_at": 0, "closes_at": 1, "is_open": [True, False]})
    >>> pain = Pain(0.5, np.array([1, 2]), np.zeros(2), hits, scale=3.0, value=10.0, direction="lower", is_share=True)
    >>> outcomes_gained(pain, replicates=50).estimate
    3.0
    """
    drawn = _drawn(pain, np.zeros(len(pain.hits), dtype=np.int64), replicates)
    return _gain(pain.scale * drawn.exposed * drawn.harm, level)


def joint_gain(pains: Sequence[Pain], level: float = 0.95, replicates: int = REPLICATES) -> Gain:
    """Money per month that removing all of these pain points together brings; less than the sum of each alone.

    Parameters
    ----------
    pains
        What is removed, each as in the same sample of customers.
    level, replicates
        As `outcomes_gained`.

    Notes
    -----
    Expectation of this simulation: an open unit of pain j is won back with the chance ``harm · exposed units / open
    units``. Where the windows of one customer's open units overlap, pains of one direction go for the same outcome:
    it is won back once, by the dearest pain that succeeds, chances being independent. A unit of j so brings
    ``value · chance · Π (1 - chance of k)`` over the dearer pains k that overlap it. Of amounts (money, minutes,
    points) that overlap, the dearest counts alone. It is an expectation, so no random number but the bootstrap's
    enters. What a customer who was won back would meet next is not followed: nothing is gained twice.

    Examples
    --------
    >>> hits = pd.DataFrame({"customer_id": [1], "opens_at": 0, "closes_at": 1, "is_open": [True]})
    >>> one = Pain(0.5, np.array([1]), np.zeros(1), hits, scale=1.0, value=10.0, direction="lower", is_share=True)
    >>> joint_gain([one, one], replicates=50).estimate
    7.5
    """
    ranked = sorted(pains, key=lambda pain: -pain.value)
    masks = [_overlaps(pain, ranked[:place]) for place, pain in enumerate(ranked)]
    drawn = [_drawn(pain, mask, replicates) for pain, mask in zip(ranked, masks, strict=True)]
    chances = [one.chance() for one in drawn]
    money = np.zeros(replicates + 1)
    for pain, one, chance in zip(ranked, drawn, chances, strict=True):
        for mask, units in one.open_units.items():
            left = chance.copy()
            for place in range(len(ranked)):
                if mask >> place & 1:
                    left *= 1 - np.maximum(chances[place], 0) if ranked[place].is_share else 0.0
            money += pain.scale * pain.value * units * left
    return _gain(money, level)


@dataclass(frozen=True)
class _Drawn:
    """Totals of one pain as observed (first entry) and in each replicate, shape (replicates + 1,)."""

    harm: np.ndarray
    exposed: np.ndarray
    open_units: dict[int, np.ndarray]  # by the dearer pains that overlap them, as bits
    is_share: bool

    def chance(self) -> np.ndarray:
        """Return the chance (of an amount: the mean) that removal brings an open unit."""
        units = np.sum(list(self.open_units.values()), axis=0) if self.open_units else np.zeros_like(self.harm)
        chance = np.divide(self.harm * self.exposed, units, out=np.zeros_like(self.harm), where=units > 0)
        return np.minimum(chance, 1.0) if self.is_share else chance


def _drawn(pain: Pain, masks: np.ndarray, replicates: int) -> _Drawn:
    hit_by, is_open = pain.hits["customer_id"].to_numpy(), pain.hits["is_open"].to_numpy(dtype=bool)
    found = np.unique(masks[is_open])
    of_units, of_hits = np.zeros(len(pain.customers)), np.zeros(len(hit_by))
    columns = [np.concatenate([in_units(pain.influence), of_hits]), np.concatenate([of_units, of_hits + 1])]
    columns += [np.concatenate([of_units, is_open & (masks == mask)]) for mask in found]
    totals = customer_bootstrap(np.concatenate([pain.customers, hit_by]), columns, DOMAIN, replicates)
    harm = pain.harm + (totals[:, 0] - totals[0, 0]) / UNIT
    by_mask = {int(mask): totals[:, 2 + place] for place, mask in enumerate(found)}
    return _Drawn(harm, totals[:, 1], by_mask, pain.is_share)


def _overlaps(pain: Pain, dearer: Sequence[Pain]) -> np.ndarray:
    """Return for each exposed unit which dearer pains hit the same customer, open, in an overlapping window: bits."""
    masks = np.zeros(len(pain.hits), dtype=np.int64)
    own = pain.hits.reset_index(drop=True).reset_index(names="place")
    for bit, other in enumerate(dearer):
        if other.direction != pain.direction:
            continue
        meets = own.merge(other.hits[other.hits["is_open"]], on="customer_id", suffixes=("", "_other"))
        shared = (meets["opens_at"] <= meets["closes_at_other"]) & (meets["opens_at_other"] <= meets["closes_at"])
        masks[meets.loc[shared, "place"].unique()] |= 1 << bit
    return masks


def _gain(values: np.ndarray, level: float) -> Gain:
    bounds = percentiles(values[1:], level)
    return Gain(*(float(f"{value:.6g}") for value in (values[0], bounds.low, bounds.high)))
