"""Exposed against other units of one hypothesis in one group: crude, adjusted, and whether it can be tested at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pipeline.assess.units import Units
from pipeline.params import Hypothesis, Params
from pipeline.stats.adjusted import Adjusted, effect_on_exposed
from pipeline.stats.effects import difference_of_means, superiority
from pipeline.stats.randomised import SMALLEST_RATIO_P, sample_ratio_p
from pipeline.stats.result import Effect

NO_VARIATION = "no variation"
SAMPLE_RATIO = "sample ratio"
NOT_ON_A_SAMPLE = "not known on a sample"
RESPONSE_DIFFERS = "response differs between exposed and other units"
NO_COMPARABLE = "no comparable units for the adjusted estimate"
RESPONSE_GAP, RESPONSE_P = 0.05, 0.05

Row = dict[str, Any]


@dataclass
class Comparison:
    """One row in the making.

    Parameters
    ----------
    hypothesis, group
        What was compared, in whom.
    row
        Columns of the table that are known so far.
    used
        The effect that the verdict rests on; None: not tested.
    p
        Its p-value (crude ordinal: of the rank test).
    grade
        C adjusted, D crude.
    is_overlap_failed
        Whether the adjusted estimate lacks comparable units.
    notes
        What a reader must know beside the numbers.
    """

    hypothesis: Hypothesis
    group: str
    row: Row
    used: Effect | None = None
    p: float = float("nan")
    grade: str = "D"
    is_overlap_failed: bool = False
    notes: list[str] = field(default_factory=list)


def untested(hypothesis: Hypothesis, group: str) -> Comparison:
    """Return a row without numbers: on a sample, nobody can know what the hypothesis asks."""
    nothing = dict.fromkeys(("n_exposed", "n_unexposed", "n_customers", "customers_hit", "n_left_out"), 0)
    return Comparison(hypothesis, group, dict(nothing), notes=[NOT_ON_A_SAMPLE])


def compare(units: Units, hypothesis: Hypothesis, group: str, params: Params) -> Comparison:
    """Compare exposed with other units.

    Notes
    -----
    Not tested: fewer customers in an arm than may be shown, a margin (exposed, others, and for a binary outcome
    events and non-events) under ``assess.smallest_margin``, or no variation at all. Evidence grade: C where
    adjusted, else D; a survey score answered by shares that differ by more than 5 points between exposed and other
    units (clustered p < 0.05) stays at D, adjusted or not.
    """
    frame = units.frame
    answered = frame[frame["outcome"].notna()]
    comparison = Comparison(hypothesis, group, _counts(units, answered, hypothesis), notes=list(units.notes))
    if reason := _why_not(frame, answered, hypothesis, params):
        comparison.notes.insert(0, reason)
        return comparison
    outcome, exposed = answered["outcome"].to_numpy(), answered["is_exposed"].to_numpy()
    customers = answered["customer_id"].to_numpy()
    crude = difference_of_means(outcome, exposed, customers)
    if crude.standard_error == 0:
        comparison.notes.insert(0, NO_VARIATION)
        return comparison
    level = params.estimate.level
    comparison.used, comparison.p, comparison.grade = crude, crude.p, "D" if hypothesis.assigned is None else "A"
    comparison.row |= {
        "mean_exposed": float(outcome[exposed].mean()),
        "mean_unexposed": float(outcome[~exposed].mean()),
        **_named(crude, "crude", level),
    }
    if hypothesis.outcome.kind == "ordinal":
        _compare_scores(comparison, frame, answered, level)
    if hypothesis.adjust_for:
        _adjust(comparison, answered[list(units.covariates)], outcome, exposed, customers, level)
    if len(answered) < len(frame) and is_response_different(frame):
        comparison.grade = "D"
        comparison.notes.append(RESPONSE_DIFFERS)
    return comparison


def _counts(units: Units, answered: pd.DataFrame, hypothesis: Hypothesis) -> Row:
    exposed = units.frame["is_exposed"]
    row: Row = {
        "n_exposed": int(exposed.sum()),
        "n_unexposed": int((~exposed).sum()),
        "n_customers": units.frame["customer_id"].nunique(),
        "customers_hit": units.frame.loc[exposed, "customer_id"].nunique(),
        "share_hit": float(exposed.mean()) if len(exposed) else None,
        "n_left_out": units.n_left_out,
    }
    if hypothesis.outcome.kind == "ordinal":
        row["n_answered_exposed"] = int(answered["is_exposed"].sum())
        row["n_answered_unexposed"] = int((~answered["is_exposed"]).sum())
    return row


def _why_not(frame: pd.DataFrame, answered: pd.DataFrame, hypothesis: Hypothesis, params: Params) -> str | None:
    """Return why a row is not tested, or None."""
    if frame.empty:
        return "n = 0"
    smallest = max(params.estimate.smallest_cell, 2)
    by_arm = answered.groupby("is_exposed")["customer_id"].nunique()
    if min(by_arm.get(True, 0), by_arm.get(False, 0)) < smallest:
        return f"n < {smallest}"
    margins = {"exposed units": int(answered["is_exposed"].sum()), "other units": int((~answered["is_exposed"]).sum())}
    if hypothesis.outcome.kind == "binary":
        events = int(answered["outcome"].sum())
        margins |= {"units with the outcome": events, "units without the outcome": len(answered) - events}
    for name, count in margins.items():
        if count < params.smallest_margin:
            return f"fewer than {params.smallest_margin} {name}"
    if hypothesis.assigned is not None:
        units = frame["is_exposed"].to_numpy(), frame["customer_id"].to_numpy()
        if sample_ratio_p(*units, hypothesis.assigned) < SMALLEST_RATIO_P:
            return SAMPLE_RATIO
    return None


def _compare_scores(comparison: Comparison, frame: pd.DataFrame, answered: pd.DataFrame, level: float) -> None:
    """Add the rank comparison, and what those who did not answer could change."""
    ranks = superiority(
        answered["outcome"].to_numpy(), answered["is_exposed"].to_numpy(), answered["customer_id"].to_numpy()
    )
    low, high = ranks.interval(level)
    comparison.p = ranks.p
    comparison.row |= {
        "superiority": ranks.estimate, "superiority_low": max(low, 0.0), "superiority_high": min(high, 1.0),
    }  # fmt: skip
    if len(answered) < len(frame):
        worst = worst_case(frame["outcome"].to_numpy(), frame["is_exposed"].to_numpy())
        comparison.notes.append(f"worst case for those who did not answer: {worst[0]:.3g} to {worst[1]:.3g}")


def worst_case(outcome: np.ndarray, exposed: np.ndarray) -> tuple[float, float]:
    """Bounds of the difference of means whatever the missing answers were, between the least and the highest given.

    Examples
    --------
    >>> worst_case(np.array([1.0, np.nan, 5.0, 5.0]), np.array([True, True, False, False]))
    (-4.0, -2.0)
    """
    least, most = float(np.nanmin(outcome)), float(np.nanmax(outcome))

    def difference(in_exposed: float, in_others: float) -> float:
        filled = np.where(np.isnan(outcome), np.where(exposed, in_exposed, in_others), outcome)
        return float(filled[exposed].mean() - filled[~exposed].mean())

    return difference(least, most), difference(most, least)


def is_response_different(frame: pd.DataFrame) -> bool:
    """Return whether the shares that answered differ by more than 5 points between the arms (clustered p < 0.05)."""
    answered = frame["outcome"].notna().to_numpy(dtype=float)
    gap = difference_of_means(answered, frame["is_exposed"].to_numpy(), frame["customer_id"].to_numpy())
    return abs(gap.estimate) > RESPONSE_GAP and gap.p < RESPONSE_P


def _adjust(
    comparison: Comparison,
    covariates: pd.DataFrame,
    outcome: np.ndarray,
    exposed: np.ndarray,
    customers: np.ndarray,
    level: float,
) -> None:
    """Rest the verdict on the adjusted effect; without comparable units there is none."""
    is_binary = comparison.hypothesis.outcome.kind == "binary"
    try:
        found = effect_on_exposed(outcome, exposed, customers, covariates, is_binary=is_binary)
    except ValueError:
        comparison.used, comparison.is_overlap_failed = None, True
        comparison.notes.insert(0, NO_COMPARABLE)
        return
    effect = _steady(found)
    comparison.used, comparison.p = effect, effect.p
    comparison.grade = "C" if comparison.hypothesis.assigned is None else "A"
    comparison.is_overlap_failed = found.is_overlap_failed
    comparison.row |= {**_named(effect, "adjusted", level), "overlap": found.overlap}


def _steady(found: Adjusted) -> Effect:
    """Return the effect at six significant digits: models are solved by iteration, whose last digits depend on threads.

    Everything after it – bounds, p, q, verdict, cost – is computed from these digits.
    """
    effect = found.effect
    return Effect(
        estimate=float(f"{effect.estimate:.6g}"),
        standard_error=float(f"{effect.standard_error:.6g}"),
        degrees=float(f"{effect.degrees:.6g}"),
        n_exposed=effect.n_exposed,
        n_unexposed=effect.n_unexposed,
        clusters=effect.clusters,
        design_effect=float(f"{effect.design_effect:.6g}"),
    )


def _named(effect: Effect, kind: str, level: float) -> Row:
    low, high = effect.interval(level)
    return {f"{kind}_effect": effect.estimate, f"{kind}_low": low, f"{kind}_high": high}
