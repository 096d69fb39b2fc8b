"""Exposed against other units of one hypothesis in one group: crude, adjusted, and whether it can be tested at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.assess.answers import RESPONSE_DIFFERS, weigh_answers
from pipeline.assess.estimates import NO_COMPARABLE, estimate, estimate_few, too_few
from pipeline.assess.row import CRUDE, RANDOMISED, Comparison, Row, Sample
from pipeline.assess.second_views import add_second_views
from pipeline.assess.units import Units
from pipeline.params import Hypothesis, Params
from pipeline.params.time_order import later_columns
from pipeline.stats.randomised import SMALLEST_RATIO_P, sample_ratio_p
from pipeline.stats.survival import incidence_values
from pipeline.tables import EVERYBODY

NO_VARIATION = "no variation"
SAMPLE_RATIO = "sample ratio"
NOT_FOLLOWED = "nobody followed to the end of the outcome window"
NOT_ON_A_SAMPLE = "not known on a sample"
LATER_PERSONA = "persona defined by behaviour up to the end of the data"

__all__ = ["NO_COMPARABLE", "NO_VARIATION", "RESPONSE_DIFFERS", "SAMPLE_RATIO", "Comparison", "compare", "untested"]


def untested(hypothesis: Hypothesis, group: str) -> Comparison:
    """Return a row without numbers: on a sample, nobody can know what the hypothesis asks."""
    nothing = dict.fromkeys(("n_exposed", "n_unexposed", "n_customers", "customers_hit", "n_left_out"), 0)
    return Comparison(hypothesis, group, dict(nothing), notes=[NOT_ON_A_SAMPLE])


def compare(units: Units, hypothesis: Hypothesis, group: str, params: Params) -> Comparison:
    """Compare exposed with other units.

    Parameters
    ----------
    units
        Their frame may be any subset of what `find_units` gave, such as one of many brands stacked in one table.
    hypothesis, group
        What is compared, in whom: ``(all)`` or a persona, which is only written down – `units` are compared as given.
    params
        Level of intervals, smallest cell and margin.

    Notes
    -----
    Not tested: fewer customers in an arm than may be shown, no variation at all, arms that did not come out in the
    shares that were drawn, or – for times to an event – a margin under ``assess.smallest_margin``; with any other
    outcome such margins are tested by permutation. The verdict on a survey score that some did not give rests on
    bounds (`weigh_answers`). Evidence grade: A drawn at random, C adjusted, else D;
    D, too, where those shares differ by more than 5 points, and in a persona known only at the end of the data.
    """
    frame = units.frame
    answered = frame[frame["outcome"].notna()]
    comparison = Comparison(hypothesis, group, _counts(units, answered, hypothesis), notes=list(units.notes))
    if reason := _why_not(frame, answered, hypothesis, params):
        comparison.notes.insert(0, reason)
        return comparison
    comparison.grade = CRUDE if hypothesis.assigned is None else RANDOMISED
    sample, level = sample_of(answered, units.covariates, hypothesis), params.estimate.level
    few = too_few(sample, params.smallest_margin)
    if hypothesis.outcome.kind == "time_to_event":
        timed = None if few else over_time(sample, answered, hypothesis)
        if timed is None:
            comparison.notes.insert(0, few or NOT_FOLLOWED)
            return comparison
        sample = timed
    comparison.row |= {
        "mean_exposed": float(sample.outcome[sample.exposed].mean()),
        "mean_unexposed": float(sample.outcome[~sample.exposed].mean()),
    }
    if few:
        estimate_few(comparison, sample, level, few)
    else:
        estimate(comparison, sample, level)
    if hypothesis.outcome.kind == "ordinal" and len(answered) < len(frame):
        weigh_answers(comparison, frame, list(units.covariates), level)
    if group != EVERYBODY and later_columns(params).get(group):
        comparison.grade = CRUDE
        comparison.notes.append(LATER_PERSONA)
    add_second_views(comparison, sample, answered, level)
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
    if hypothesis.assigned is not None:
        arms = frame["is_exposed"].to_numpy(), frame["customer_id"].to_numpy()
        if sample_ratio_p(*arms, hypothesis.assigned) < SMALLEST_RATIO_P:
            return SAMPLE_RATIO
    return NO_VARIATION if np.ptp(answered["outcome"]) == 0 else None


def sample_of(answered: pd.DataFrame, covariates: tuple[str, ...], hypothesis: Hypothesis) -> Sample:
    """Return the units that have an outcome as arrays."""
    return Sample(
        outcome=answered["outcome"].to_numpy(),
        exposed=answered["is_exposed"].to_numpy(),
        customers=answered["customer_id"].to_numpy(),
        covariates=answered[list(covariates)],
        is_binary=hypothesis.outcome.kind in ("binary", "time_to_event"),
    )


def over_time(sample: Sample, answered: pd.DataFrame, hypothesis: Hypothesis) -> Sample | None:
    """Return the sample with each arm's pseudo-values of the incidence at the window's end; None: nobody followed."""
    horizon = hypothesis.outcome_window.total_seconds() * 1e6
    durations, causes = answered["duration"].to_numpy(), answered["ended_by"].to_numpy()
    values = np.empty(len(answered))
    for arm in (sample.exposed, ~sample.exposed):
        try:
            values[arm] = incidence_values(durations[arm], causes[arm], horizon)
        except ValueError:
            return None
    return replace(sample, outcome=values, is_binary=False)
