"""The effect that a verdict rests on: crude, adjusted, or – where counts are small – by rearrangement."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from pipeline.assess.row import ADJUSTED, RANDOMISED, Comparison, Sample, between, named
from pipeline.stats.adjusted import Adjusted, effect_on_exposed
from pipeline.stats.effects import difference_of_means, superiority
from pipeline.stats.permutation import Rearranged, rearranged
from pipeline.stats.result import Effect
from pipeline.stats.strata import coarse_strata, share_with_both

NO_COMPARABLE = "no comparable units for the adjusted estimate"


def estimate(comparison: Comparison, sample: Sample, level: float) -> None:
    """Fill in crude, rank and adjusted effects, and rest the verdict on the last of them that there is."""
    crude = difference_of_means(sample.outcome, sample.exposed, sample.customers)
    comparison.rest_on(crude, crude)
    comparison.row |= named("crude", crude.estimate, crude.interval(level))
    if comparison.hypothesis.outcome.kind == "ordinal":
        ranks = superiority(sample.outcome, sample.exposed, sample.customers)
        low, high = ranks.interval(level)
        comparison.p = ranks.p
        comparison.row |= {"superiority": ranks.estimate, **between("superiority", (max(low, 0.0), min(high, 1.0)))}
    if comparison.hypothesis.adjust_for:
        _adjust(comparison, sample, level)


def _adjust(comparison: Comparison, sample: Sample, level: float) -> None:
    """Rest the verdict on the adjusted effect; without comparable units there is none."""
    try:
        found = adjusted(sample)
    except ValueError:
        comparison.used, comparison.effect, comparison.is_overlap_failed = None, None, True
        comparison.notes.insert(0, NO_COMPARABLE)
        return
    comparison.rest_on(found.effect, found.effect)
    comparison.grade = ADJUSTED if comparison.hypothesis.assigned is None else RANDOMISED
    comparison.is_overlap_failed = found.is_overlap_failed
    comparison.row |= {
        **named("adjusted", found.effect.estimate, found.effect.interval(level)),
        "overlap": found.overlap,
        "comparisons": found.comparisons,
        "largest_weight": found.largest_weight,
    }


def adjusted(sample: Sample) -> Adjusted:
    """Return the effect on the exposed at six significant digits: the last digits of an iterative fit depend on threads.

    Everything after it – bounds, p, q, verdict, cost – is computed from these digits.

    Raises
    ------
    ValueError
        If there are no comparable units.
    """
    found = effect_on_exposed(
        sample.outcome, sample.exposed, sample.customers, sample.covariates, is_binary=sample.is_binary
    )
    effect = replace(
        found.effect,
        **{
            name: float(f"{getattr(found.effect, name):.6g}")
            for name in ("estimate", "standard_error", "degrees", "design_effect")
        },
    )
    shares = {name: float(f"{getattr(found, name):.6g}") for name in ("comparisons", "largest_weight")}
    return replace(found, effect=effect, **shares)


# -- few units -------------------------------------------------------------------------------------------------------


def too_few(sample: Sample, smallest_margin: int) -> str | None:
    """Return what is too few for a normal approximation, or None.

    Notes
    -----
    A margin – exposed units, others, and of a 0/1 outcome units with and without it – under `smallest_margin`; or, of
    a 0/1 outcome, a cell of the fourfold table that would hold fewer without an effect (Cochran 1954): with 30
    exposed units and an outcome of 3 %, all of them may well be without it, and nothing then varies among them.
    """
    arms = {"exposed units": int(sample.exposed.sum()), "other units": int((~sample.exposed).sum())}
    outcomes: dict[str, int] = {}
    if sample.is_binary:
        events = int(sample.outcome.sum())
        outcomes = {"units with the outcome": events, "units without the outcome": len(sample.outcome) - events}
    for name, count in (arms | outcomes).items():
        if count < smallest_margin:
            return f"fewer than {smallest_margin} {name}"
    if outcomes and min(arms.values()) * min(outcomes.values()) / len(sample.outcome) < smallest_margin:
        return f"fewer than {smallest_margin} units expected in a cell"
    if all(np.ptp(sample.outcome[arm]) == 0 for arm in (sample.exposed, ~sample.exposed)):
        return "no variation within exposed and within other units"
    return None


def estimate_few(comparison: Comparison, sample: Sample, level: float, reason: str) -> None:
    """Fill in what a permutation test gives: crude, and within coarse strata of what is to be adjusted for."""
    found = rearranged(sample.outcome, sample.exposed, sample.customers)
    comparison.notes.insert(0, f"permutation test: {reason}")
    comparison.row |= named("crude", found.estimate, _possible(found, sample, level))
    comparison.rest_on(_Possible(found, sample), _as_effect(found))
    names = comparison.hypothesis.adjust_for
    if not names:
        return
    strata, used = coarse_strata(sample.covariates, sample.exposed)
    found = rearranged(sample.outcome, sample.exposed, sample.customers, strata)
    comparison.row |= named("adjusted", found.estimate, _possible(found, sample, level))
    comparison.row["overlap"] = float(np.mean(np.isin(strata, strata[~sample.exposed])[sample.exposed]))
    comparison.rest_on(_Possible(found, sample), _as_effect(found))
    unused = [name for name in names if f"adjust_{name}" not in used]
    if unused:
        comparison.notes.append(f"not adjusted for {', '.join(unused)}: too few units")
    elif comparison.hypothesis.assigned is None:
        comparison.grade = ADJUSTED


def _possible(found: Rearranged, sample: Sample, level: float) -> tuple[float, float]:
    """Return the interval inside what is possible: a difference of shares lies between -1 and 1."""
    low, high = found.interval(level)
    if sample.is_binary:
        return max(low, -1.0), min(high, 1.0)
    return (low, high) if math.isfinite(low) and math.isfinite(high) else (math.nan, math.nan)


class _Possible:
    """A permutation test as evidence."""

    def __init__(self, found: Rearranged, sample: Sample) -> None:
        self._found, self._sample = found, sample
        self.p = found.p

    def interval(self, level: float) -> tuple[float, float]:
        return _possible(self._found, self._sample, level)


def _as_effect(found: Rearranged) -> Effect:
    """Return the estimate with the spread of its arrangements as standard error: to plan with, not to judge by."""
    spread = math.sqrt(math.fsum(found.chances * found.differences**2))
    return Effect(
        found.estimate, spread, max(found.clusters - 1, 1), found.n_exposed, found.n_unexposed, found.clusters
    )
