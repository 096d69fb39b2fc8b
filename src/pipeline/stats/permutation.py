"""Differences where counts are too small for a normal approximation: by rearranging who was exposed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize
from scipy.special import gammaln, logsumexp

from pipeline.stats.proportions import clustered_proportion
from pipeline.stats.result import Effect

DRAWS = 20_000
SEED = 0x9D5C_1A6E_7B20_43F1  # of the rearrangements; any constant would do
MOST_ARRANGEMENTS = 200_000
MOST_NUMBERS = 40_000_000
LEAST_DRAWS = 999
DIFFERENCE, AS_IT_WAS, SCORE = 0, 1, 2  # what an arrangement contributes, `_Stratum.contributions`
LARGEST_LOG_ODDS = 60.0


@dataclass(frozen=True)
class Rearranged:
    """A difference of means beside what it would have been under every rearrangement of who was exposed.

    Parameters
    ----------
    effect
        Difference of means within strata, weighted by their exposed units; its standard error is the spread of the
        arrangements: to plan with, not to judge by.
    differences
        Difference of each arrangement.
    chances
        Probability of each arrangement.
    is_exact
        Whether all arrangements were counted, or drawn.
    shifts
        The constant effect at which each arrangement would be as far off as what was seen.
    """

    effect: Effect
    differences: np.ndarray
    chances: np.ndarray
    is_exact: bool
    shifts: np.ndarray

    @property
    def p(self) -> float:
        """Two-sided p-value: twice the smaller tail, what was seen counted in both."""
        return _both_tails(self.differences, self.effect.estimate, self.chances)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the constant effects that the same test does not refuse; infinite where no bound can be had.

        Notes
        -----
        Taking an effect d away from exposed units, arrangement π is at least as far above as what was seen where
        ``d ≥ (D - D_π(y)) / (1 - D_π(a))``, a being the exposure as it was: bounds are tail quantiles of these shifts.
        """
        tail = (1 - level) / 2
        order = np.argsort(self.shifts, kind="stable")
        order = order[np.isfinite(self.shifts[order])]
        shifts, chances = self.shifts[order], self.chances[order]
        as_it_was = 1 - float(chances.sum())  # counts in both tails
        if as_it_was > tail:
            return -math.inf, math.inf
        from_below = np.flatnonzero(as_it_was + np.cumsum(chances) > tail)
        from_above = np.flatnonzero(as_it_was + np.cumsum(chances[::-1]) > tail)
        return float(shifts[from_below[0]]), float(shifts[::-1][from_above[0]])


@dataclass(frozen=True)
class RearrangedShares:
    """A difference of shares beside the scores of every rearrangement of who was exposed.

    Parameters
    ----------
    effect, chances, is_exact
        As `Rearranged`.
    scores
        Score of each arrangement.
    seen
        Score of what was seen.
    events, units
        Units with the outcome, and units, per customer.
    """

    effect: Effect
    scores: np.ndarray
    chances: np.ndarray
    is_exact: bool
    seen: float
    events: np.ndarray
    units: np.ndarray

    @property
    def p(self) -> float:
        """Two-sided p-value: twice the smaller tail, what was seen counted in both."""
        return _both_tails(self.scores, self.seen, self.chances)

    def odds_ratio(self, level: float = 0.95) -> tuple[float, float]:
        """Return the odds ratios that the test does not refuse: 0 or infinite where no bound can be had."""
        tail = (1 - level) / 2
        scores, place = np.unique(np.round(self.scores, 9), return_inverse=True)
        logs = np.log(np.bincount(place, weights=self.chances))
        above, below = scores >= self.seen - 1e-8, scores <= self.seen + 1e-8

        def excess(log_ratio: float, side: np.ndarray) -> float:
            tilted = logs + log_ratio * (scores - self.seen)
            return float(np.exp(logsumexp(tilted[side]) - logsumexp(tilted))) - tail

        low = -math.inf if above.all() else optimize.brentq(excess, -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS, (above,))
        high = math.inf if below.all() else optimize.brentq(excess, -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS, (below,))
        return math.exp(low), math.exp(high)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the risk differences that the test does not refuse (see `rearranged_shares`)."""
        risk = clustered_proportion(self.events, self.units, level)
        share = self.effect.n_exposed / (self.effect.n_exposed + self.effect.n_unexposed)
        low, high = self.odds_ratio(level)
        means = (risk.low, risk.estimate, risk.high)
        return (
            min(_difference_at(low, mean, share) for mean in means),
            max(_difference_at(high, mean, share) for mean in means),
        )


def _difference_at(ratio: float, mean: float, share: float) -> float:
    """Return the risk difference of two arms from odds ratio, common mean and exposed share of units."""
    if math.isinf(ratio):
        exposed, others = min(1.0, mean / share), max(0.0, (mean - share) / (1 - share))
    else:  # the root in [0, 1] of (1 - f)(ψ - 1) r² + (1 + (f - m)(ψ - 1)) r - m = 0
        slope = 1 + (share - mean) * (ratio - 1)
        root = math.sqrt(max(slope**2 + 4 * (1 - share) * (ratio - 1) * mean, 0.0))
        others = 2 * mean / (slope + root)
        exposed = (mean - (1 - share) * others) / share
    return exposed - others


def _both_tails(values: np.ndarray, seen: float, chances: np.ndarray) -> float:
    near = 1e-9 * max(1.0, abs(seen))
    above = float(chances[values >= seen - near].sum())
    return min(1.0, 2 * min(above, float(chances[values <= seen + near].sum())))


def rearranged(
    outcome: np.ndarray,
    exposed: np.ndarray,
    customers: np.ndarray,
    strata: np.ndarray | None = None,
    draws: int = DRAWS,
) -> Rearranged:
    """Permutation test of a difference of means, at the level at which the exposure varies.

    Parameters
    ----------
    outcome
        One number per unit, shape (n_units,).
    exposed
        Truth per unit.
    customers
        Whose unit it is. If every customer has one exposure, customers are rearranged; if some were exposed at one
        unit and not at another, units within their customer.
    strata
        Within which units may change places: any code per unit, coarse; default: one stratum. A customer
        rearranged as a whole belongs to the stratum of his first unit.
    draws
        Arrangements drawn where there are too many to count.

    Raises
    ------
    ValueError
        If no stratum has exposed and other units.

    Notes
    -----
    ``D = Σ_s w_s (mean of exposed - mean of others)``, w_s the stratum's share of exposed units, held fixed. Units
    that are alike (same outcomes, same exposure) are counted, not listed: an arrangement is how many of each kind are
    exposed, with its multivariate hypergeometric probability. All are enumerated where no more than 200,000 differ –
    Fisher's exact test, with the smaller tail doubled, for one stratum of 0/1 outcomes – else `draws` are drawn from
    the Philox generator with a fixed seed, and what was seen is counted as one more. Cost: enumeration, or
    O(draws · kinds).

    Examples
    --------
    >>> found = rearranged(np.array([1, 1, 1, 0, 0, 0]), np.array([1, 1, 1, 0, 0, 0]) > 0, np.arange(6))
    >>> found.effect.estimate, found.p, found.is_exact  # 2 of the 20 arrangements are as extreme
    (1.0, 0.1, True)
    """
    kinds = _kinds(outcome, exposed, customers, strata)
    (differences, as_it_was), chances, is_exact = kinds.arranged([DIFFERENCE, AS_IT_WAS], draws)
    moved = 1 - as_it_was
    shifts = np.divide(
        kinds.seen[DIFFERENCE] - differences, moved, out=np.full(len(moved), math.inf), where=moved > 1e-9
    )
    return Rearranged(kinds.estimated(), differences, chances, is_exact, shifts)


def rearranged_shares(
    outcome: np.ndarray,
    exposed: np.ndarray,
    customers: np.ndarray,
    strata: np.ndarray | None = None,
    draws: int = DRAWS,
) -> RearrangedShares:
    """Permutation test of a 0/1 outcome, as `rearranged`, with an interval of the risk difference.

    Notes
    -----
    The statistic is the score ``U = Σ (y - mean of the stratum)`` over exposed units: with one unit per customer, the
    number of exposed units with the outcome, so that the test is Fisher's, or with strata the exact test of Mantel
    and Haenszel, the smaller tail doubled. A constant effect cannot be taken away from 0/1 outcomes; the alternatives
    of the same test are odds ratios ψ, under which an arrangement has its probability times ψ^U (Cox 1970): bounds of
    ψ are where a tail has half the doubt. They become risk differences of the two risks that have this odds ratio and
    the common mean of all units, at whichever end of that mean's own interval (Korn and Graubard, clustered) the
    difference is further out: cautious, and 0 lies inside exactly where the p-value says so.

    Examples
    --------
    >>> found = rearranged_shares(np.array([1, 1, 1, 0, 0, 0]), np.arange(6) < 3, np.arange(6))
    >>> found.p, found.odds_ratio(0.8)[1]
    (0.1, inf)
    """
    kinds = _kinds(outcome, exposed, customers, strata)
    (scores,), chances, is_exact = kinds.arranged([SCORE], draws)
    codes, _ = pd.factorize(np.asarray(customers))
    events = np.bincount(codes, weights=np.asarray(outcome, dtype=float))
    return RearrangedShares(
        kinds.estimated(), scores, chances, is_exact, float(kinds.seen[SCORE]), events, np.bincount(codes)
    )


def _kinds(outcome: np.ndarray, exposed: np.ndarray, customers: np.ndarray, strata: np.ndarray | None) -> _Kinds:
    units = pd.DataFrame(
        {
            "customer": np.asarray(customers),
            "exposed": np.asarray(exposed, dtype=bool),
            "outcome": np.asarray(outcome, dtype=float),
            "stratum": 0 if strata is None else np.asarray(strata),
        }
    )
    return _Kinds.of(_movable(units))


def _movable(units: pd.DataFrame) -> pd.DataFrame:
    """Return what is rearranged, one row each: stratum, exposed, total outcome, units."""
    both = units.groupby("customer")["exposed"].nunique()
    if both.max() > 1:  # units within their customer
        return units.assign(total=units["outcome"], units=1, stratum=units.groupby(["customer", "stratum"]).ngroup())
    return units.groupby("customer", as_index=False).agg(
        stratum=("stratum", "first"), exposed=("exposed", "first"), total=("outcome", "sum"), units=("outcome", "size")
    )


@dataclass(frozen=True)
class _Stratum:
    """Kinds of what can change places, the most numerous last."""

    totals: np.ndarray
    units: np.ndarray
    exposed: np.ndarray
    counts: np.ndarray
    weight: float

    @property
    def n_exposed(self) -> int:
        return int(self.counts @ self.exposed)

    def contributions(self, chosen: np.ndarray) -> np.ndarray:
        """Return weighted difference of outcomes, the same of exposures as they were, and score, of chosen counts."""
        rest = self.counts - chosen
        ours, theirs = chosen @ self.units, rest @ self.units

        def difference(amounts: np.ndarray) -> np.ndarray:
            return self.weight * ((chosen @ amounts) / ours - (rest @ amounts) / theirs)

        mean = (self.counts @ self.totals) / (self.counts @ self.units)
        score = chosen @ (self.totals - mean * self.units)
        return np.stack([difference(self.totals), difference(self.units * self.exposed), score])

    def arrangements(self) -> float:
        """Return an upper limit of the number of different counts of chosen kinds."""
        return math.prod(float(min(int(count), self.n_exposed) + 1) for count in self.counts[:-1])

    def variance(self) -> float:
        """Return the variance of the weighted difference over arrangements, as if all had the same number of units."""
        n, chosen = int(self.counts.sum()), self.n_exposed
        means = self.totals / self.units
        mean = (self.counts @ means) / n
        spread = (self.counts @ (means - mean) ** 2) / max(n - 1, 1)
        return float(self.weight**2 * spread * n / (chosen * (n - chosen)))

    def tables(self) -> tuple[np.ndarray, np.ndarray]:
        """Return all counts of chosen kinds and their probabilities."""
        ranges = [np.arange(min(int(count), self.n_exposed) + 1) for count in self.counts[:-1]]
        grid = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(ranges))
        last = self.n_exposed - grid.sum(axis=1)
        possible = (last >= 0) & (last <= self.counts[-1])
        chosen = np.column_stack([grid, last])[possible]
        logs = _log_choose(self.counts, chosen).sum(axis=1)
        return chosen, np.exp(logs - _log_choose(self.counts.sum(), np.array(self.n_exposed)))


@dataclass(frozen=True)
class _Kinds:
    strata: list[_Stratum]
    seen: np.ndarray
    n_exposed: int
    n_unexposed: int
    customers: int

    @classmethod
    def of(cls, movable: pd.DataFrame) -> _Kinds:
        """Return the kinds of each stratum that has exposed and other units."""
        both = movable.groupby("stratum")["exposed"].transform("nunique") > 1
        movable = movable[both]
        if movable.empty:
            raise ValueError("need exposed and other units in at least one stratum")
        n_exposed = int(movable.loc[movable["exposed"], "units"].sum())
        counted = movable.groupby(["stratum", "total", "units", "exposed"], as_index=False).size()
        strata, seen = [], np.zeros(3)
        for _, kind in counted.groupby("stratum"):
            kind = kind.sort_values("size", kind="stable")
            totals, sizes, is_exposed = (kind[name].to_numpy(dtype=float) for name in ("total", "units", "exposed"))
            counts = kind["size"].to_numpy()
            weight = float(sizes @ (counts * is_exposed)) / n_exposed
            stratum = _Stratum(totals, sizes, is_exposed, counts, weight)
            strata.append(stratum)
            seen += stratum.contributions(stratum.counts * stratum.exposed)
        n_others = int(movable["units"].sum()) - n_exposed
        return cls(strata, seen, n_exposed, n_others, movable["customer"].nunique())

    def arranged(self, rows: list[int], draws: int) -> tuple[np.ndarray, np.ndarray, bool]:
        """Return these rows of the contributions of arrangements, their probabilities, and whether all were counted."""
        counted = self._counted(rows)
        if counted is not None:
            return *counted, True
        kinds = sum(len(stratum.counts) for stratum in self.strata)
        return *self._drawn(rows, int(max(min(draws, MOST_NUMBERS // kinds), LEAST_DRAWS))), False

    def estimated(self) -> Effect:
        """Return the difference seen, its variance without an effect that of sampling without replacement."""
        variance = math.fsum(stratum.variance() for stratum in self.strata)
        degrees = max(self.customers - 1, 1)
        spread = math.sqrt(variance)
        return Effect(float(self.seen[DIFFERENCE]), spread, degrees, self.n_exposed, self.n_unexposed, self.customers)

    def _counted(self, rows: list[int]) -> tuple[np.ndarray, np.ndarray] | None:
        """Return all arrangements, those that come to the same counted together; None: too many."""
        found, chances = np.zeros((len(rows), 1)), np.ones(1, dtype=float)
        for stratum in self.strata:
            if stratum.arrangements() * len(chances) > MOST_ARRANGEMENTS:
                return None
            chosen, own = stratum.tables()
            found = (found[:, :, None] + stratum.contributions(chosen)[rows][:, None, :]).reshape(len(rows), -1)
            found, place = np.unique(np.round(found, 12), axis=1, return_inverse=True)
            chances = np.bincount(place.ravel(), weights=np.multiply.outer(chances, own).ravel())
        return found, chances / math.fsum(chances)

    def _drawn(self, rows: list[int], draws: int) -> tuple[np.ndarray, np.ndarray]:
        """Return what was seen and random arrangements, and their equal probabilities."""
        generator = np.random.Generator(np.random.Philox(SEED))
        found = np.zeros((len(rows), draws + 1))
        for stratum in self.strata:
            counts = stratum.counts.astype(np.int64)
            chosen = generator.multivariate_hypergeometric(counts, stratum.n_exposed, size=draws, method="marginals")
            found += stratum.contributions(np.vstack([counts * stratum.exposed, chosen]))[rows]
        return found, np.full(draws + 1, 1 / (draws + 1))


def _log_choose(counts: np.ndarray | int, chosen: np.ndarray) -> np.ndarray:
    return gammaln(np.asarray(counts) + 1) - gammaln(chosen + 1) - gammaln(np.asarray(counts) - chosen + 1)
