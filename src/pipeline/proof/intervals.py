"""Coverage of the other kinds of interval: means, scores, quartiles, differences, ranks, adjusted effects.

Every customer has an effect u ~ N(0, 1) that moves both what happens and how often it is seen: 1 + Poisson(exp(u / 2))
rows. Estimands are those of all rows, E Σ a / E Σ b, and their truth is an integral over u.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from scipy import optimize, special

from pipeline.proof.clustered import Kinds, Random, bounded, covered, demand, exposures, per_row, rows, sums_of
from pipeline.proof.study import FULL, SHORT, Study
from pipeline.proof.tally import Tally
from pipeline.proof.truths import expit
from pipeline.stats.adjusted import effect_on_exposed
from pipeline.stats.effects import difference_of_means, superiority
from pipeline.stats.quantiles import quartiles
from pipeline.stats.ratios import clustered_ratio, net_promoter_interval
from pipeline.stats.result import Interval

NAME = "coverage_of_intervals"
ROW_SD = 0.8  # of one row around its customer
GRADES = (-1.2, -0.4, 0.3, 1.1)  # cuts of the latent satisfaction: 1 … 5
DETRACTOR, PROMOTER = -0.3, 0.5  # cuts of the latent recommendation
SHIFT = -0.35  # of the latent satisfaction of exposed rows


def measure(first: int, last: int) -> Tally:
    """Return coverage, width and error of each kind of interval."""
    return covered(NAME, KINDS, first, last)


# -- ratios and quartiles --------------------------------------------------------------------------------------------


def _mean_money(random: Random, customers: int) -> Interval:
    owner, effect = rows(random, customers)
    cents = np.rint(5000 * np.exp(0.5 * effect + ROW_SD * random.standard_normal(len(owner))))
    return clustered_ratio(sums_of(cents, owner, customers), scale=100)


def _true_mean_money() -> float:
    return per_row(lambda effect: 50 * np.exp(0.5 * effect + ROW_SD**2 / 2))


def _promoters(random: Random, customers: int) -> Interval:
    owner, effect = rows(random, customers)
    latent = effect + random.standard_normal(len(owner))
    answers = (latent > PROMOTER).astype(np.int64) - (latent < DETRACTOR)
    return net_promoter_interval(sums_of(answers, owner, customers))


def _true_promoters() -> float:
    return 100 * per_row(lambda effect: special.ndtr(effect - PROMOTER) - special.ndtr(DETRACTOR - effect))


def _median(random: Random, customers: int) -> Interval:
    owner, effect = rows(random, customers)
    seconds = np.rint(86_400 * np.exp(0.7 * effect + ROW_SD * random.standard_normal(len(owner)))).astype(np.int64)
    values, counts = np.unique(seconds, return_counts=True)
    at_most = np.cumsum(counts)
    middle = values[np.searchsorted(at_most, at_most[-1] / 2)]
    found = quartiles(values, at_most, sums_of(seconds <= middle, owner, customers))
    return Interval(found.median, found.median_low, found.median_high, found.n, found.clusters)


def _true_median() -> float:
    def share_below(log: float) -> float:
        return per_row(lambda effect: special.ndtr((log - 0.7 * effect) / ROW_SD)) - 0.5

    return 86_400 * float(np.exp(optimize.brentq(share_below, -5, 5, xtol=1e-12)))


# -- differences and ranks -------------------------------------------------------------------------------------------


def _binary_difference(random: Random, customers: int) -> Interval:
    owner, effect = rows(random, customers)
    exposed = exposures(random, owner)
    happened = random.random(len(owner)) < expit(-0.8 + effect + 0.6 * exposed)
    return bounded(difference_of_means(happened, exposed, owner))


def _true_binary_difference() -> float:
    return per_row(lambda effect: expit(-0.2 + effect) - expit(-0.8 + effect))


def _money_difference(random: Random, customers: int) -> Interval:
    owner, effect = rows(random, customers)
    exposed = exposures(random, owner)
    euros = 50 * np.exp(0.5 * effect + 0.2 * exposed + ROW_SD * random.standard_normal(len(owner)))
    return bounded(difference_of_means(euros, exposed, owner))


def _true_money_difference() -> float:
    return float(np.exp(0.2) - 1) * _true_mean_money()


def _superiority(random: Random, customers: int) -> Interval:
    owner, effect = rows(random, customers)
    exposed = exposures(random, owner)
    latent = effect + SHIFT * exposed + random.standard_normal(len(owner))
    return bounded(superiority(1 + np.searchsorted(GRADES, latent), exposed, owner))


def _true_superiority() -> float:
    def grades(shift: float) -> np.ndarray:
        below = [per_row(lambda effect, cut=cut: special.ndtr(cut - effect - shift)) for cut in GRADES]  # type: ignore[misc]
        return np.diff([0.0, *below, 1.0])

    exposed, others = grades(SHIFT), grades(0.0)
    return float(exposed @ (np.cumsum(others) - others / 2))


# -- adjusted --------------------------------------------------------------------------------------------------------

SEGMENTS = np.array([-0.8, 0.0, 0.8])  # a category that moves exposure and outcome alike


def _adjusted(random: Random, customers: int) -> Interval | None:
    owner, effect = rows(random, customers)
    segment = random.integers(0, 3, customers)[owner]
    tenure = random.standard_normal(customers)[owner]
    exposed = random.random(len(owner)) < expit(-0.8 + SEGMENTS[segment] + 0.5 * tenure)
    logit = -0.5 + SEGMENTS[segment] + 0.6 * tenure + effect
    happened = random.random(len(owner)) < expit(logit) - _added(logit) * exposed
    covariates = pd.DataFrame({"segment": segment.astype(str), "tenure": tenure})
    try:
        found = effect_on_exposed(happened, exposed, owner, covariates, is_binary=True)
    except ValueError:  # an arm is too small: no verdict either
        return None
    return None if found.is_overlap_failed else bounded(found.effect)


def _added(logit: np.ndarray) -> np.ndarray:
    """Return what the exposure takes away: more where there is more to lose, so that ATT and ATE differ."""
    return 0.25 * expit(logit)


@cache
def _true_adjusted() -> float:
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    lost = hit = 0.0
    for offset in SEGMENTS:
        chance = expit(-0.8 + offset + 0.5 * points)  # of exposure, by tenure
        taken = [per_row(lambda effect, x=x, o=offset: _added(-0.5 + o + 0.6 * x + effect)) for x in points]  # type: ignore[misc]
        lost += float(weights @ (chance * np.array(taken)))
        hit += float(weights @ chance)
    return -lost / hit


KINDS: Kinds = {
    "mean order value": (_mean_money, cache(_true_mean_money)),
    "net promoter score": (_promoters, cache(_true_promoters)),
    "median duration": (_median, cache(_true_median)),
    "risk difference, clustered in both arms": (_binary_difference, cache(_true_binary_difference)),
    "difference of money, clustered in both arms": (_money_difference, cache(_true_money_difference)),
    "probability of superiority": (_superiority, cache(_true_superiority)),
    "adjusted effect on the exposed": (_adjusted, _true_adjusted),
}

STUDY = Study(
    name=NAME,
    title="Coverage of the other 95 % intervals",
    claim=(
        "Customers differ with sd 1 and make 1 + Poisson(exp(u / 2)) rows, so that the effect of a customer moves both "
        "outcome and number of rows. Money is log-normal. Truth: integrals over customers."
    ),
    measure=measure,
    replicates={SHORT: 100, FULL: 4000},
    chunk={SHORT: 50, FULL: 200},
    demand=demand,
    module="proof.intervals",
)
