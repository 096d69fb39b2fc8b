"""The window cuts the season: our estimate beside the usual ways to treat what the cut leaves open."""

from __future__ import annotations

from functools import cache

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from pipeline.proof import season
from pipeline.proof.season import HORIZON, SILENCE, WINDOW, Visits
from pipeline.proof.streams import stream
from pipeline.proof.study import FULL, SHORT, Demand, Study, at_least, at_most
from pipeline.proof.tally import Key, Tally
from pipeline.stats.proportions import proportion_from_pairs
from pipeline.stats.result import Interval

NAME = "naive_treatments"
CASE = "consideration → basket within 30 d"
OURS = "ours (entered a horizon before the cut)"
ROWS, DROPPED, LOST, KEPT = (
    "rows independent", "censored dropped", "censored counted as lost", "left-truncated kept",
)  # fmt: skip
SIZES = (300, 2000)
DEMANDS = {300: 0.925, 2000: 0.94}
LARGEST_NAIVE = 0.90  # coverage by which a naive treatment counts as shown to miss, with many customers
TRUTH_WORLDS, TRUTH_CUSTOMERS = 20, 250_000


def measure(first: int, last: int) -> Tally:
    """Return coverage, width and error of each treatment."""
    tally = Tally()
    truth, error = _truth()
    tally.add(Key(CASE, 0, "truth", "share"), truth)
    tally.add(Key(CASE, 0, "truth", "mc_error_of_truth"), error)
    for customers in SIZES:
        for replicate in range(first, last):
            visits = season.simulate(stream(f"{NAME}/{customers}", replicate), customers)
            for method, interval in treatments(visits).items():
                tally.add_interval(CASE, customers, method, interval, truth)
    return tally


def demand(key: Key) -> Demand | None:
    """Ours covers; with many customers the naive ones are shown to miss."""
    if key.measure != "covers":
        return None
    if key.method == OURS:
        return at_least(DEMANDS[key.customers])
    return at_most(LARGEST_NAIVE) if key.customers == max(SIZES) else None


@cache
def _truth() -> tuple[float, float]:
    """Return the estimand in uncensored worlds of their own, and its Monte-Carlo error (between the worlds)."""
    worlds = [
        season.true_share(season.simulate(stream(f"{NAME}/truth", i), TRUTH_CUSTOMERS)) for i in range(TRUTH_WORLDS)
    ]
    moved, visits = np.array(worlds, dtype=float).T
    share = moved.sum() / visits.sum()
    return float(share), float(np.sqrt(((moved - share * visits) ** 2).sum()) / visits.sum())


def treatments(visits: Visits) -> dict[str, Interval]:
    """Return the interval of each treatment of the same data."""
    seen = visits.at((visits.entered >= 0) & (visits.entered <= WINDOW))
    mature = seen.at(seen.entered <= WINDOW - HORIZON)
    moved = mature.moved <= HORIZON
    low, high = proportion_confint(moved.sum(), len(moved), method="wilson")
    ours = _clustered(mature, moved)
    moved_in_time = (seen.moved <= HORIZON) & (seen.entered + seen.moved <= WINDOW)
    is_known = (seen.entered + seen.moved <= WINDOW) | (seen.entered + seen.left + SILENCE <= WINDOW)
    kept = visits.at(visits.first_seen <= WINDOW - HORIZON)
    late = kept.entered + kept.moved - kept.first_seen  # days to the move from the first event that is seen
    return {
        OURS: ours,
        ROWS: Interval(ours.estimate, low, high, ours.n, ours.clusters),
        DROPPED: _clustered(seen.at(is_known), moved_in_time[is_known]),
        LOST: _clustered(seen, moved_in_time),
        KEPT: _clustered(kept, late <= HORIZON),
    }


def _clustered(visits: Visits, moved: np.ndarray) -> Interval:
    _, owner = np.unique(visits.customer, return_inverse=True)
    trials = np.bincount(owner)
    successes = np.bincount(owner, weights=moved).astype(np.int64)
    pairs, customers = np.unique(successes << 32 | trials, return_counts=True)
    return proportion_from_pairs(pairs >> 32, pairs & (1 << 32) - 1, customers)


STUDY = Study(
    name=NAME,
    title="A window cut in mid-season: our estimate and the naive treatments",
    claim=(
        "Journeys start four times as often towards the cut-off; customers who move more also move faster and come "
        "back more. Window 120 days, silence and horizon 30 days. All but the rows taken as independent are given our "
        "interval, so that only the treatment differs. Truth: the estimand in uncensored worlds."
    ),
    measure=measure,
    replicates={SHORT: 200, FULL: 4000},
    chunk={SHORT: 200, FULL: 1000},
    demand=demand,
    module="proof.naive",
    tables=(("", ("covers", "error", "width")),),
)
