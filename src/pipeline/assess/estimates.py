"""The effect that a verdict rests on: crude, adjusted, or – where counts are small – by rearrangement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.assess.row import ADJUSTED, RANDOMISED, Comparison, Sample, between, named
from pipeline.stats.adjusted import Adjusted, effect_on_exposed
from pipeline.stats.effects import difference_of_means, superiority
from pipeline.stats.permutation import Rearranged, RearrangedShares, rearranged, rearranged_shares
from pipeline.stats.strata import coarse_strata

PERMUTED = "permutation test"
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
    """Return the effect on the exposed at six significant digits: the last ones of an iterative fit depend on threads.

    Everything after it – bounds, p, q, verdict, cost – is computed from these digits.

    Raises
    ------
    ValueError
        If there are no comparable units.
    """
    found = effect_on_exposed(
        sample.outcome, sample.exposed, sample.customers, sample.covariates, is_binary=sample.is_binary
    )
    effect = found.effect
    steady = replace(
        effect,
        estimate=_six_digits(effect.estimate),
        standard_error=_six_digits(effect.standard_error),
        degrees=_six_digits(effect.degrees),
        design_effect=_six_digits(effect.design_effect),
    )
    return replace(
        found,
        effect=steady,
        comparisons=_six_digits(found.comparisons),
        largest_weight=_six_digits(found.largest_weight),
    )


def _six_digits(value: float) -> float:
    return float(f"{value:.6g}")


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
    comparison.notes[:0] = [PERMUTED, reason]
    found = _rearranged(sample, None)
    comparison.row |= named("crude", found.effect.estimate, found.interval(level))
    comparison.rest_on(found, found.effect)
    names = comparison.hypothesis.adjust_for
    if not names:
        return
    strata, used = coarse_strata(sample.covariates, sample.exposed)
    found = _rearranged(sample, strata)
    comparison.row |= named("adjusted", found.effect.estimate, found.interval(level))
    comparison.row["overlap"] = float(np.mean(np.isin(strata, strata[~sample.exposed])[sample.exposed]))
    comparison.rest_on(found, found.effect)
    unused = [name for name in names if f"adjust_{name}" not in used]
    if unused:
        comparison.notes.append(f"not adjusted for {', '.join(unused)}: too few units")
    elif comparison.hypothesis.assigned is None:
        comparison.grade = ADJUSTED


def _rearranged(sample: Sample, strata: np.ndarray | None) -> Rearranged | RearrangedShares:
    test = rearranged_shares if sample.is_binary else rearranged
    return test(sample.outcome, sample.exposed, sample.customers, strata)
