"""Differences where counts are too small for a normal approximation: by rearranging who was exposed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaln

DRAWS = 20_000
SEED = 0x9D5C_1A6E_7B20_43F1  # of the rearrangements; any constant would do
MOST_ARRANGEMENTS = 200_000
MOST_NUMBERS = 40_000_000


@dataclass(frozen=True)
class Rearranged:
    """A difference beside what it would have been under every rearrangement of who was exposed.

    Parameters
    ----------
    estimate
        Difference of means within strata, weighted by their exposed units.
    n_exposed, n_unexposed
        Units in strata that have both.
    clusters
        Customers behind them.
    is_exact
        Whether all arrangements were counted, or drawn.
    differences
        Difference of each arrangement.
    shifts
        The constant effect at which each arrangement would be as far off as what was seen.
    chances
        Probability of each arrangement.
    """

    estimate: float
    n_exposed: int
    n_unexposed: int
    clusters: int
    is_exact: bool
    differences: np.ndarray
    shifts: np.ndarray
    chances: np.ndarray

    @property
    def p(self) -> float:
        """Two-sided p-value: twice the smaller tail, what was seen counted in both."""
        near = 1e-12 * max(1.0, abs(self.estimate))
        above = float(self.chances[self.differences >= self.estimate - near].sum())
        below = float(self.chances[self.differences <= self.estimate + near].sum())
        return min(1.0, 2 * min(above, below))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the constant effects that the same test does not refuse; infinite where no bound can be had.

        Notes
        -----
        Taking an effect d away from exposed units, arrangement π is at least as far above as what was seen where
        ``d ≥ (D - D_π(y)) / (1 - D_π(a))``, a being the exposure as it was: bounds are tail quantiles of these shifts.
        """
        tail = (1 - level) / 2
        order = np.argsort(self.shifts, kind="stable")
        shifts, chances = self.shifts[order], self.chances[order]
        always = float(self.chances.sum() - chances[np.isfinite(shifts)].sum())  # as it was: counts in both tails
        shifts, chances = shifts[np.isfinite(shifts)], chances[np.isfinite(shifts)]
        from_below = np.flatnonzero(always + np.cumsum(chances) > tail)
        from_above = np.flatnonzero(always + np.cumsum(chances[::-1]) > tail)
        if always > tail or not from_below.size:
            return -math.inf, math.inf
        return float(shifts[from_below[0]]), float(shifts[::-1][from_above[0]])


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
    exposed, with its multivariate hypergeometric probability. All are enumerated where they are at most 200,000 –
    Fisher's exact test, with the smaller tail doubled, for one stratum of 0/1 outcomes – else `draws` are drawn from
    the Philox generator with a fixed seed, and what was seen is counted as one more. Cost: enumeration, or
    O(draws · kinds).

    Examples
    --------
    >>> found = rearranged(np.array([1, 1, 1, 0, 0, 0]), np.array([1, 1, 1, 0, 0, 0]) > 0, np.arange(6))
    >>> found.estimate, found.p, found.is_exact  # 2 of the 20 arrangements are as extreme
    (1.0, 0.1, True)
    """
    units = pd.DataFrame(
        {
            "customer": np.asarray(customers),
            "exposed": np.asarray(exposed, dtype=bool),
            "outcome": np.asarray(outcome, dtype=float),
            "stratum": 0 if strata is None else np.asarray(strata),
        }
    )
    kinds = _Kinds.of(_movable(units))
    exact = kinds.arrangements() <= MOST_ARRANGEMENTS
    if exact:
        differences, as_it_was, chances = kinds.enumerated()
    else:
        draws = int(max(min(draws, MOST_NUMBERS // kinds.size), 999))
        differences, as_it_was = kinds.drawn(draws)
        chances = np.full(draws + 1, 1 / (draws + 1))
    moved = 1 - as_it_was
    shifts = np.divide(
        kinds.difference - differences, moved, out=np.full(len(moved), math.inf), where=moved > 1e-12
    )  # fmt: skip
    return Rearranged(
        kinds.difference, kinds.n_exposed, kinds.n_unexposed, kinds.customers, exact, differences, shifts, chances
    )


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

    def contributions(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the weighted differences of outcomes and of exposures as they were, for counts of chosen kinds."""
        rest = self.counts - chosen
        ours, theirs = chosen @ self.units, rest @ self.units

        def difference(amounts: np.ndarray) -> np.ndarray:
            return self.weight * ((chosen @ amounts) / ours - (rest @ amounts) / theirs)

        return difference(self.totals), difference(self.units * self.exposed)

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
    difference: float
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
        strata, difference = [], 0.0
        for _, kind in counted.groupby("stratum"):
            kind = kind.sort_values("size", kind="stable")
            weight = float(kind["units"] @ (kind["size"] * kind["exposed"])) / n_exposed
            columns = [kind[name].to_numpy(dtype=float) for name in ("total", "units", "exposed")]
            stratum = _Stratum(*columns, kind["size"].to_numpy(), weight)
            strata.append(stratum)
            difference += float(stratum.contributions(stratum.counts * stratum.exposed)[0])
        n_others = int(movable["units"].sum()) - n_exposed
        return cls(strata, difference, n_exposed, n_others, movable["customer"].nunique())

    @property
    def size(self) -> int:
        return sum(len(stratum.counts) for stratum in self.strata)

    def arrangements(self) -> float:
        """Return an upper limit of the number of different arrangements."""
        return math.prod(
            float(min(int(count), stratum.n_exposed) + 1) for stratum in self.strata for count in stratum.counts[:-1]
        )

    def enumerated(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return differences, differences of exposures as they were, and probabilities, of all arrangements."""
        outcomes, exposures, chances = np.zeros(1), np.zeros(1), np.ones(1)
        for stratum in self.strata:
            chosen, own = stratum.tables()
            seen, was = stratum.contributions(chosen)
            outcomes = np.add.outer(outcomes, seen).ravel()
            exposures = np.add.outer(exposures, was).ravel()
            chances = np.multiply.outer(chances, own).ravel()
        return outcomes, exposures, chances / math.fsum(chances)

    def drawn(self, draws: int) -> tuple[np.ndarray, np.ndarray]:
        """Return differences of outcomes and of exposures as they were: what was seen, then random arrangements."""
        generator = np.random.Generator(np.random.Philox(SEED))
        outcomes, exposures = np.zeros(draws + 1), np.zeros(draws + 1)
        for stratum, chosen in self._draws(generator, draws):
            seen, was = stratum.contributions(np.vstack([stratum.counts * stratum.exposed, chosen]))
            outcomes += seen
            exposures += was
        return outcomes, exposures

    def _draws(self, generator: np.random.Generator, draws: int) -> Iterator[tuple[_Stratum, np.ndarray]]:
        for stratum in self.strata:
            yield (
                stratum,
                generator.multivariate_hypergeometric(
                    stratum.counts.astype(np.int64), stratum.n_exposed, size=draws, method="marginals"
                ),
            )


def _log_choose(counts: np.ndarray | int, chosen: np.ndarray) -> np.ndarray:
    return gammaln(np.asarray(counts) + 1) - gammaln(chosen + 1) - gammaln(np.asarray(counts) - chosen + 1)
