"""Beside the effect that a verdict rests on: ratios, hazards, time lost, capped money, and the E-value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.assess.estimates import adjusted
from pipeline.assess.row import RANDOMISED, Comparison, Row, Sample, between, named
from pipeline.stats.effects import difference_of_means
from pipeline.stats.result import Effect
from pipeline.stats.sensitivity import EValue, e_value_of_means, e_value_of_risks
from pipeline.stats.skewed import as_ratio, ratio_of_means, winsorised
from pipeline.stats.survival import cause_specific_cox, time_lost_difference

MICROSECONDS_OF_A_DAY = 86_400_000_000


def add_second_views(comparison: Comparison, sample: Sample, answered: pd.DataFrame, level: float) -> None:
    """Add what stands beside the effect; none of it decides a verdict."""
    kind, hypothesis = comparison.hypothesis.outcome.kind, comparison.hypothesis
    if kind in ("binary", "continuous"):
        comparison.row |= _ratio(sample, level)
    if kind == "time_to_event":
        comparison.row |= _hazards(sample, answered, hypothesis.outcome_window.total_seconds() * 1e6, level)
    if hypothesis.outcome.winsorise is not None:
        comparison.row |= _capped(sample, hypothesis.outcome.winsorise, level)
    if comparison.grade != RANDOMISED and comparison.effect is not None and comparison.used is not None:
        found = _e_value(comparison, sample, comparison.effect.estimate, comparison.used.interval(level))
        comparison.row |= {"e_value": found.estimate, "e_value_bound": found.bound}


def _ratio(sample: Sample, level: float) -> Row:
    """Return the crude ratio of means (of shares: the risk ratio), where both are above 0."""
    try:
        ratio, low, high = as_ratio(ratio_of_means(sample.outcome, sample.exposed, sample.customers), level)
    except ValueError:
        return {}
    return {"ratio": ratio, **between("ratio", (low, high))}


def _hazards(sample: Sample, answered: pd.DataFrame, horizon: float, level: float) -> Row:
    """Return time lost in days, and the ratio of cause-specific hazards where both arms have the outcome."""
    durations, causes = answered["duration"].to_numpy(), answered["ended_by"].to_numpy()
    arms = sample.exposed, sample.customers
    lost = _in_days(time_lost_difference(durations, causes, *arms, horizon))
    row: Row = {"time_lost": lost.estimate, **between("time_lost", lost.interval(level))}
    try:
        ratio, low, high = as_ratio(cause_specific_cox(durations, causes, *arms), level)
    except ValueError:
        return row
    return row | {
        name: float(f"{value:.6g}")
        for name, value in {"hazard_ratio": ratio, **between("hazard_ratio", (low, high))}.items()
    }


def _in_days(effect: Effect) -> Effect:
    days = MICROSECONDS_OF_A_DAY
    return replace(effect, estimate=effect.estimate / days, standard_error=effect.standard_error / days)


def _capped(sample: Sample, share: float, level: float) -> Row:
    """Return the effect on outcomes whose highest share is brought down: a declared sensitivity."""
    capped = replace(sample, outcome=winsorised(sample.outcome, share))
    if capped.covariates.shape[1]:
        try:
            effect = adjusted(capped).effect
        except ValueError:
            return {}
    else:
        effect = difference_of_means(capped.outcome, capped.exposed, capped.customers)
    return named("winsorised", effect.estimate, effect.interval(level))


def _e_value(comparison: Comparison, sample: Sample, estimate: float, bounds: tuple[float, float]) -> EValue:
    if comparison.hypothesis.outcome.kind in ("binary", "time_to_event"):
        return e_value_of_risks(float(comparison.row["mean_exposed"]), estimate, *bounds)
    return e_value_of_means(estimate, *bounds, spread=float(np.std(sample.outcome)))
