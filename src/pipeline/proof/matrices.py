"""Coverage of the intervals of a matrix that are not a single share: the chain, pooled groups, the recent view."""

from __future__ import annotations

from functools import cache

import numpy as np

from pipeline.proof import season
from pipeline.proof.clustered import DEMANDS, OURS, Kinds, Random, covered, per_row, rows
from pipeline.proof.season import HORIZON, SILENCE, WINDOW
from pipeline.proof.streams import stream
from pipeline.proof.study import FULL, SHORT, Demand, Study, at_least
from pipeline.proof.tally import Key, Tally
from pipeline.proof.truths import expit
from pipeline.stats.censoring import Followed, censored_shares
from pipeline.stats.markov import pattern_keys, percentiles, poisson_sums, share_reaching
from pipeline.stats.pooling import pooled_shares, row_design_effect
from pipeline.stats.proportions import proportion_from_pairs
from pipeline.stats.result import Interval

NAME = "coverage_of_matrices"
CHAIN, POOLED, RECENT = "reaching the goal by the chain", "share of a group, pooled", "recent view, moved within 30 d"
REPLICATES = 1000  # of the bootstrap; the pipeline draws 2,000
GROUPS, GROUP_SPREAD, GROUP_LOGIT = 6, 0.5, -1.0
BINS, PARTS = 30, 40  # as the pipeline's
TRUTH_WORLDS, TRUTH_CUSTOMERS = 10, 250_000


def measure(first: int, last: int) -> Tally:
    """Return coverage, width and error of each kind of interval."""
    return covered(NAME, KINDS, first, last)


def demand(key: Key) -> Demand | None:
    """Return the bound on coverage."""
    return at_least(DEMANDS[key.customers]) if key.measure == "covers" and key.method == OURS else None


# -- the chain -----------------------------------------------------------------------------------------------------


def _moves(effect: np.ndarray, stage: int) -> np.ndarray:
    """Return the chances to move to stage 0, stage 1, the goal, lost and unresolved, shape (n, 5)."""
    other, goal, lost, open_ = 0.5 - 0.5 * stage + 0.2 * effect, -0.5 + stage + effect, 0.3 - effect, -1.0 + 0 * effect
    weights = np.exp(np.column_stack([other, goal, lost, open_]))
    chances = weights / weights.sum(axis=1, keepdims=True)
    return np.insert(chances, stage, 0.0, axis=1)  # nobody moves to where he is


def _chain(random: Random, customers: int) -> Interval:
    counts = np.zeros((customers, 2, 5), dtype=np.int64)
    owner, effect = rows(random, customers)
    for stage in (0, 1):
        edges = _moves(effect, stage).cumsum(axis=1)
        target = np.minimum((random.random((len(owner), 1)) > edges).sum(axis=1), 4)
        np.add.at(counts[:, stage], (owner, target), 1)
    patterns, alike = np.unique(counts.reshape(customers, 10), axis=0, return_counts=True)
    keys = pattern_keys(patterns, [f"count_{i}" for i in range(10)], str(random.integers(2**32)))
    drawn = share_reaching(poisson_sums(patterns, alike, keys, REPLICATES).reshape(-1, 2, 5))[:, 0]
    bounds = percentiles(drawn)
    return Interval(float(share_reaching(counts.sum(axis=0))[0]), bounds.low, bounds.high, len(owner), customers)


def _true_chain() -> float:
    def share(stage: int, target: int) -> float:
        return per_row(lambda effect: _moves(effect, stage)[:, target])

    shares = [[share(stage, target) for target in range(5)] for stage in (0, 1)]
    return float(share_reaching(np.array(shares))[0])


# -- pooled groups -------------------------------------------------------------------------------------------------


def _pooled(random: Random, customers: int) -> Interval:
    """Return the interval of one group's share less that share, which is drawn anew in each replicate."""
    logits = random.normal(GROUP_LOGIT, GROUP_SPREAD, GROUPS)
    moved, design_effects, visits = [], [], []
    for logit in logits:
        owner, effect = rows(random, max(customers // GROUPS, 2))
        does = random.random(len(owner)) < expit(logit + effect)
        trials, successes = np.bincount(owner), np.bincount(owner, weights=does).astype(np.int64)
        cells = [proportion_from_pairs(own, trials, np.ones_like(trials)) for own in (successes, trials - successes)]
        found = np.array([(cell.estimate, cell.design_effect) for cell in cells])
        design_effects.append(row_design_effect(found[:, 0], found[:, 1]))
        moved.append([successes.sum(), len(owner) - successes.sum()])
        visits.append(len(owner))
    found_shares = pooled_shares(np.array(moved), np.array(design_effects))
    truth = per_row(lambda effect: expit(logits[0] + effect))
    estimate, low, high = (
        float(kind[0, 0] - truth) for kind in (found_shares.estimate, found_shares.low, found_shares.high)
    )
    return Interval(estimate, low, high, visits[0], customers)


# -- recent view ---------------------------------------------------------------------------------------------------


def _recent(random: Random, customers: int) -> Interval | None:
    """Return the share of all visits of the window that move within the horizon, from what is seen by the cut-off."""
    visits = season.simulate(random, customers)
    seen = visits.at((visits.first_seen <= WINDOW) & (visits.entered <= WINDOW))
    first = np.full(customers, np.inf)
    np.minimum.at(first, seen.customer, seen.first_seen)
    whole = seen.at(seen.entered >= 0)
    if len(np.unique(whole.customer)) < 2:
        return None
    length = HORIZON / BINS
    at_risk = np.minimum((WINDOW - whole.entered) // length, BINS).astype(int)
    stayed = np.minimum(whole.moved, whole.left + SILENCE)  # an exit is dated at the end of the silence
    is_ended = stayed <= at_risk * length
    bins = np.where(is_ended, np.maximum(np.ceil(np.where(is_ended, stayed, 0) / length), 1), at_risk).astype(int)
    target = np.where(is_ended, np.where(np.isfinite(whole.moved), 0, 1), -1)
    # whoever is met within a silence of the window's start may have been there before
    is_known = np.isfinite(first) & (first >= SILENCE)
    age = np.where(is_known[whole.customer], (whole.entered - first[whole.customer]) // length, -1).astype(int)
    follow_up = np.zeros((PARTS, int(WINDOW / length) + 1))
    known = np.flatnonzero(is_known)
    np.add.at(follow_up, (known % PARTS, ((WINDOW - first[known]) // length).astype(int)), 1)
    followed = Followed(whole.customer % PARTS, age, bins, target, np.ones(len(age), dtype=np.int64))
    return censored_shares(followed, follow_up, BINS, 2, len(np.unique(whole.customer)))[0]


def _true_recent() -> float:
    moved = visits = 0
    for world in range(TRUTH_WORLDS):
        own = season.simulate(stream(f"{NAME}/truth", world), TRUTH_CUSTOMERS)
        meant = (own.entered >= 0) & (own.entered <= WINDOW)
        moved, visits = moved + int((own.moved[meant] <= HORIZON).sum()), visits + int(meant.sum())
    return moved / visits


KINDS: Kinds = {
    CHAIN: (_chain, cache(_true_chain)),
    POOLED: (_pooled, lambda: 0.0),
    RECENT: (_recent, cache(_true_recent)),
}

STUDY = Study(
    name=NAME,
    title="Coverage of the other 95 % intervals of a matrix",
    claim=(
        "Rows of customers as above, moving between two stages, to a goal or away: the chain's share that reaches the "
        f"goal, {REPLICATES:,} bootstrap replicates. {GROUPS} groups of equal size whose shares differ (sd "
        f"{GROUP_SPREAD:g} on the logit), drawn anew each time: the pooled share of one of them. The season below: all "
        "visits of the window, those still going at the cut-off included. Truth: integrals over customers, and worlds "
        "without a cut."
    ),
    measure=measure,
    replicates={SHORT: 20, FULL: 1000},
    chunk={SHORT: 10, FULL: 50},
    demand=demand,
    module="proof.matrices",
)
