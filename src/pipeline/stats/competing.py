"""Cumulative incidence where several exits compete, and what each unit contributes to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CENSORED, EVENT, COMPETING = 0, 1, 2


@dataclass(frozen=True)
class Incidence:
    """Aalen-Johansen's estimate of one cause, at the times when anything happened.

    Parameters
    ----------
    times
        Distinct times of exits of any cause, rising, shape (n_times,).
    at_risk
        Units seen just before each time: entered before it and not yet gone.
    exits
        Exits of any cause at each time.
    events
        Exits of the cause at each time.
    before
        Share that has not left by any cause just before each time.
    """

    times: np.ndarray
    at_risk: np.ndarray
    exits: np.ndarray
    events: np.ndarray
    before: np.ndarray

    @property
    def increments(self) -> np.ndarray:
        """What each time adds to the cumulative incidence."""
        return self.before * self.events / self.at_risk

    def share_left(self, time: float) -> float:
        """Return the share that has not left by any cause up to and at a time."""
        last = int(np.searchsorted(self.times, time, side="right")) - 1
        if last < 0:
            return 1.0
        return float(self.before[last] * (1 - self.exits[last] / self.at_risk[last]))


def incidence(
    durations: np.ndarray, causes: np.ndarray, cause: int = EVENT, entry: np.ndarray | None = None
) -> Incidence:
    """Count who was at risk and who left at each time.

    Parameters
    ----------
    durations
        Time from the origin to the exit or to the end of observation, one whole number per unit
        (microseconds, minutes): ties are then exact. Shape (n_units,).
    causes
        0: censored at that time; 1, 2, …: left then, for that cause. Censored units are at risk at the
        very time of their censoring, as everywhere.
    cause
        Which one is counted; every other is a competing exit.
    entry
        Time from the origin at which the unit came under observation (left truncation): it is at risk
        after it. Default: from the origin, so that exits at time 0 count.

    Raises
    ------
    ValueError
        If there is no unit, a duration is negative, or a unit leaves no later than it enters.

    Notes
    -----
    ``F(t) = Σ S(t_k-) d_k / n_k`` over exit times t_k ≤ t, S(t-) the Kaplan-Meier share of units that
    have left for no cause before t (Aalen and Johansen 1978). Cost: O(n log n).

    Examples
    --------
    >>> found = incidence(np.array([1, 2, 2, 3]), np.array([1, 2, 0, 1]))
    >>> found.times.tolist(), found.at_risk.tolist(), np.cumsum(found.increments).tolist()
    ([1, 2, 3], [4, 3, 1], [0.25, 0.25, 0.75])
    """
    durations, causes = np.asarray(durations), np.asarray(causes)
    _refuse_impossible(durations, entry)
    times, exits = np.unique(durations[causes != CENSORED], return_counts=True)
    own, counts = np.unique(durations[causes == cause], return_counts=True)
    events = np.zeros(len(times), dtype=np.int64)
    events[np.searchsorted(times, own)] = counts
    at_risk = len(durations) - np.searchsorted(np.sort(durations), times, side="left")
    if entry is not None:
        at_risk = at_risk - (len(durations) - np.searchsorted(np.sort(entry), times, side="left"))
    after = np.cumprod(1 - exits / at_risk)
    return Incidence(times, at_risk, exits, events, np.r_[1.0, after[:-1]] if len(times) else after)


def weighted_incidence(
    found: Incidence,
    weights: np.ndarray,
    durations: np.ndarray,
    causes: np.ndarray,
    cause: int = EVENT,
    entry: np.ndarray | None = None,
) -> tuple[float, np.ndarray]:
    """Weighted sum of the increments of a cumulative incidence, and each unit's influence on it.

    Parameters
    ----------
    found
        From `incidence` of the same units.
    weights
        One per time: 1 up to t gives the incidence at t, ``t - time`` the area under it up to t.
    durations, causes, cause, entry
        As `incidence`.

    Returns
    -------
    tuple
        The sum, and its derivative with respect to the weight of each unit, shape (n_units,); the
        derivatives add up to 0. Sums over a customer's units give the clustered variance.

    Notes
    -----
    With g_k the weight, ``L_k = Σ_{l>k} g_l ΔF_l``, D_k all exits and d_k those of the cause, a unit brings
    ``Σ_k Y_k [L_k D_k / (n_k (n_k - D_k)) - g_k S_k- d_k / n_k²]`` while at risk, ``g S- / n`` when it
    leaves for the cause and ``-L / (n - D)`` when it leaves for any: the infinitesimal jackknife, as R
    survival's ``survfit(influence = TRUE)``. Where all at risk leave, the terms in L are 0. Cost: O(n log n).

    Examples
    --------
    >>> durations, causes = np.array([1, 2, 3, 4]), np.array([1, 2, 1, 2])
    >>> found = incidence(durations, causes)
    >>> share, influence = weighted_incidence(found, np.ones(4), durations, causes)
    >>> round(share, 12), influence.round(12).tolist()
    (0.5, [0.125, -0.125, 0.125, -0.125])
    """
    gained = weights * found.increments
    later = np.cumsum(gained[::-1])[::-1] - gained
    staying = found.at_risk - found.exits
    per_stay = np.divide(later, staying, out=np.zeros(len(later)), where=staying > 0)
    at_event = weights * found.before / found.at_risk
    while_at_risk = per_stay * found.exits / found.at_risk - at_event * found.events / found.at_risk
    accrued = np.r_[0.0, np.cumsum(while_at_risk)]
    seen = np.searchsorted(found.times, durations, side="right")
    first = 0 if entry is None else np.searchsorted(found.times, entry, side="right")
    at_exit = np.where(causes == cause, np.r_[0.0, at_event][seen], 0.0)
    influence = accrued[seen] - accrued[first] + at_exit - np.where(causes != CENSORED, np.r_[0.0, per_stay][seen], 0.0)
    return float(gained.sum()), influence


def refuse_unfollowed(found: Incidence, durations: np.ndarray, horizon: float) -> None:
    """Raise a ValueError if units are left that nobody followed to the horizon: what they did cannot be known."""
    longest = durations.max()
    if longest < horizon and found.share_left(float(longest)) > 0:
        raise ValueError(f"nobody is followed to the horizon {horizon}; the longest duration is {longest}")


def _refuse_impossible(durations: np.ndarray, entry: np.ndarray | None) -> None:
    if len(durations) == 0:
        raise ValueError("need at least 1 unit, got none")
    if durations.min() < 0:
        raise ValueError(f"need durations of at least 0, got {durations.min()}")
    if entry is not None and np.any(np.asarray(entry) >= durations):
        raise ValueError("need units that leave after they enter; drop those with duration <= entry")
