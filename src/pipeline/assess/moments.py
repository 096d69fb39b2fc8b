"""Moments of truth: touchpoints whose best and worst experiences part in the final outcome, by a declared rule.

Selected on one half of the customers, estimated on the other; every touchpoint examined stands in the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.assess.estimates import adjusted, too_few
from pipeline.assess.known import make_trait_moments, trait_then
from pipeline.assess.row import Row, Sample
from pipeline.assess.units import SCALE, calendar
from pipeline.engine import Engine, literal
from pipeline.expressions import expression
from pipeline.params import Params
from pipeline.results import in_form
from pipeline.stats.halves import CONFIRMING, SCREENING, half_of
from pipeline.stats.moments import REPLICATES, Candidate, Rule, quarters, select
from pipeline.stats.proportions import clustered_proportion
from pipeline.stats.result import Effect
from pipeline.tables import EVERYBODY, MOMENTS
from pipeline.tables.opportunities import MOMENT, NOT_CONFIRMED, NOT_EXAMINED, NOT_FOUND

DECLARED, SCORE, WAIT, EFFORT = "declared", "score", "wait", "effort"
PER = {DECLARED: SCALE, SCORE: -SCALE, WAIT: 60, EFFORT: 1}  # from what SQL counts to what the table shows
COUNTS_BEFORE = ("journeys_so_far", "steps_before", "outcomes_before")
KNOWN_BEFORE = ("month", "first_channel", *COUNTS_BEFORE)
MOSTLY = 0.5
TOO_RARE, NOT_VARIED, NO_OVERLAP = "met too rarely", "no variation", "no overlap"
TOO_SMALL, UNSTABLE, NOT_SEEN_AGAIN = "gap too small or not found", "not stable", "not shown in the other half"


@dataclass
class _Examined:
    """One touchpoint in one group: its row in the making, and what the rule is applied to."""

    row: Row
    candidate: Candidate | None = None
    confirmed: Effect | None = None


def moments(engine: Engine, params: Params, window: tuple[datetime, datetime]) -> pd.DataFrame:
    """Return one row per group and touchpoint: its three scores, and whether it is a moment of truth.

    Parameters
    ----------
    engine
        With steps and personas readable.
    params
        The section moments_of_truth, silence, level of intervals, smallest cell and margin.
    window
        Start and end of the observation window, naive UTC.

    Raises
    ------
    ParcoursError
        If a rule uses a column that does not exist.

    Notes
    -----
    The rule (METHODS 7, docs/methods.md) is applied to the screening half; bounds of the quarters come from it, too.
    Reach and gap are then those of the confirming half. Found means: selected, and the confirming half's interval lies
    above 0. Where most meetings open or close the journey is said beside, and promotes nothing.
    """
    _make_meetings(engine, params, window)
    customers = _customers(engine)
    examined = [one for touchpoint in _touchpoints(engine, params) for one in _in_groups(touchpoint, customers, params)]
    family = [one for one in examined if one.candidate is not None]
    wanted = params.moments_of_truth
    rule = Rule(wanted.reach, wanted.smallest_effect, wanted.level)
    chosen = select([one.candidate for one in family if one.candidate is not None], rule)
    for place, one in enumerate(family):
        one.row |= {
            "q": float(f"{chosen.q[place]:.6g}"),
            "family_size": len(family),
            "stability": float(chosen.stability[place]),
            "n_replicates": REPLICATES,
        }
        is_stable = chosen.stability[place] >= wanted.stability
        one.row["status"], one.row["note"] = _status(one, bool(chosen.is_selected[place]), is_stable)
    orders = {
        "group": [EVERYBODY, *(persona.id for persona in params.personas)],
        "stage": [stage.id for stage in params.stages],
        "touchpoint": list(params.touchpoints),
    }
    return in_form((one.row for one in examined), MOMENTS, orders)


def _status(one: _Examined, is_selected: bool, is_stable: bool) -> tuple[str, str | None]:
    if not is_selected:
        return NOT_FOUND, TOO_SMALL
    if not is_stable:
        return NOT_FOUND, UNSTABLE
    if one.confirmed is None or one.row["gap_low"] <= 0:
        return NOT_CONFIRMED, NOT_SEEN_AGAIN
    return MOMENT, None


# -- what the engine makes ---------------------------------------------------------------------------------------------


def _make_meetings(engine: Engine, params: Params, window: tuple[datetime, datetime]) -> None:
    wanted, columns = params.moments_of_truth, engine.columns("steps")
    ends: dict[str, Any] = {"seen_from": window[0] + params.silence, "cut_off": window[1], "window": wanted.window}
    outcome = expression(wanted.outcome, "params.yaml: moments_of_truth.outcome", columns)
    engine.make("moment_meetings", cost=_cost(params, columns), outcome=outcome, **ends)
    engine.make("moment_journeys", **ends)
    make_trait_moments(engine, params)


def _cost(params: Params, columns: Mapping[str, str]) -> exp.Expr:
    """Return SQL for the declared measures, turned so that lower is better; null where none is declared."""
    cost: exp.Expr = exp.cast(exp.null(), "bigint")
    for name, experience in params.moments_of_truth.experience.items():
        where = f"params.yaml: moments_of_truth.experience.{name}.measure"
        sign = SCALE if experience.better == "lower" else -SCALE
        measure = exp.Paren(this=expression(experience.measure, where, columns))
        whole = exp.cast(exp.func("round", exp.Mul(this=measure, expression=literal(sign))), "bigint")
        cost = exp.Case(ifs=[exp.If(this=exp.column("touchpoint").eq(literal(name)), true=whole)], default=cost)
    return cost


def _customers(engine: Engine) -> pd.DataFrame:
    """Return customers with journeys that count: customer_id, persona, half, journeys."""
    journeys = engine.frame(exp.select("*").from_("moment_journeys").order_by("customer_id"))
    personas = engine.frame(exp.select("customer_id", "persona").from_("personas").order_by("customer_id"))
    found = journeys.merge(personas, on="customer_id")
    return found.assign(half=half_of(found["customer_id"].to_numpy()))


@dataclass(frozen=True)
class _Touchpoint:
    """The meetings of one touchpoint in one stage, each with what it cost the customer (lower is better)."""

    stage: str
    name: str
    measure: str
    meetings: pd.DataFrame


def _touchpoints(engine: Engine, params: Params) -> Iterator[_Touchpoint]:
    """Give one touchpoint at a time: all of them together may not fit."""
    seen = exp.select("stage", "touchpoint").distinct().from_("moment_meetings").order_by("stage", "touchpoint")
    traits = [exp.alias_(trait_then(name, "moment_meetings"), f"trait_{name}") for name in _traits(params)]
    for row in engine.frame(seen).itertuples():
        meetings = engine.frame("moment_units", stage=str(row.stage), touchpoint=str(row.touchpoint), traits=traits)
        local = meetings["occurred_at"].dt.tz_localize("UTC").dt.tz_convert(params.workspace.time_zone)
        measure, costs = _experience(meetings)
        meetings["month"], meetings["experience"] = calendar(local, "month"), costs
        for name in COUNTS_BEFORE:  # by powers of two: one more of many says little
            meetings[name] = np.floor(np.log2(1 + meetings[name]))
        meetings["half"] = half_of(meetings["customer_id"].to_numpy())
        yield _Touchpoint(str(row.stage), str(row.touchpoint), measure, meetings)


def _traits(params: Params) -> list[str]:
    return [name for name in params.traits if name not in params.features]


def _experience(meetings: pd.DataFrame) -> tuple[str, pd.Series]:
    """Return how a touchpoint's experience is measured, and what each meeting cost the customer."""
    if meetings["cost"].notna().any():
        return DECLARED, meetings["cost"].astype("float64")
    if meetings["emotion"].notna().mean() > MOSTLY:
        return SCORE, -meetings["emotion"].astype("float64")
    if meetings["is_own"].mean() > MOSTLY:
        return EFFORT, meetings["effort"].astype("float64")
    return WAIT, meetings["wait"].astype("float64")


# -- one touchpoint in one group ---------------------------------------------------------------------------------------


def _in_groups(touchpoint: _Touchpoint, customers: pd.DataFrame, params: Params) -> Iterator[_Examined]:
    for group in (EVERYBODY, *(persona.id for persona in params.personas)):
        meetings, known = touchpoint.meetings, customers
        if group != EVERYBODY:
            meetings, known = (frame[frame["persona"] == group] for frame in (meetings, known))
        row = {
            "group": group,
            "stage": touchpoint.stage,
            "touchpoint": touchpoint.name,
            "status": NOT_EXAMINED,
            "note": f"n < {params.estimate.smallest_cell}",
        }
        if meetings["customer_id"].nunique() >= params.estimate.smallest_cell:
            yield _examine(touchpoint, meetings, known, row, params)
        else:
            yield _Examined(row)


def _examine(
    touchpoint: _Touchpoint, meetings: pd.DataFrame, customers: pd.DataFrame, row: Row, params: Params
) -> _Examined:
    """Return a touchpoint's reach and gap in the confirming half, and the candidate that the screening half shows."""
    met = {half: _met(meetings, customers, half) for half in (SCREENING, CONFIRMING)}
    if min(int((own["met"] > 0).sum()) for own in met.values()) < max(params.estimate.smallest_cell, 2):
        return _Examined(row)
    row |= {"measure": touchpoint.measure, "note": None} | _reach(met[CONFIRMING], params) | _position(meetings)
    screened = met[SCREENING]
    if screened["met"].sum() < params.moments_of_truth.reach * screened["journeys"].sum():
        return _Examined(row | {"status": NOT_FOUND, "note": TOO_RARE})
    compared = meetings[meetings["is_followed"] & meetings["experience"].notna()]
    learnt = _half(compared, SCREENING)
    bounds = quarters(learnt["experience"].to_numpy()) if len(learnt) else None
    if bounds is None:
        return _Examined(row | {"note": NOT_VARIED})
    gap = _gap(learnt, bounds, params)
    if isinstance(gap, str):
        return _Examined(row | {"note": gap})
    own = (screened[name].to_numpy() for name in ("customer_id", "met", "journeys"))
    examined = _Examined(row, Candidate(gap.effect, gap.customers, gap.influence, *own))
    unit = PER[touchpoint.measure]
    row |= {"selection_gap": gap.effect.estimate, "best_up_to": bounds[0] / unit, "worst_from": bounds[1] / unit}
    confirmed = _gap(_half(compared, CONFIRMING), bounds, params)
    if not isinstance(confirmed, str):
        low, high = confirmed.effect.interval(params.estimate.level)
        examined.confirmed = confirmed.effect
        row |= {"gap": confirmed.effect.estimate, "gap_low": low, "gap_high": high}
        row |= {"n_best": confirmed.effect.n_unexposed, "n_worst": confirmed.effect.n_exposed}
    return examined


def _half(frame: pd.DataFrame, half: int) -> pd.DataFrame:
    return frame[frame["half"] == half]


def _met(meetings: pd.DataFrame, customers: pd.DataFrame, half: int) -> pd.DataFrame:
    """Return customers of one half: customer_id, journeys, met – how many of these journeys meet the touchpoint."""
    counted = _half(meetings[meetings["is_counted"]], half).groupby("customer_id").size().rename("met")
    own = _half(customers, half)[["customer_id", "journeys"]].join(counted, on="customer_id")
    return own.assign(met=own["met"].fillna(0).astype("int64"))


def _reach(met: pd.DataFrame, params: Params) -> Row:
    found = clustered_proportion(met["met"].to_numpy(), met["journeys"].to_numpy(), params.estimate.level)
    counts = {"n_journeys": found.n, "n_customers": found.clusters}
    return {**counts, "reach": found.estimate, "reach_low": found.low, "reach_high": found.high}


def _position(meetings: pd.DataFrame) -> Row:
    first, last = float(meetings["is_first"].mean()), float(meetings["is_last"].mean())
    position = "first" if first >= MOSTLY and first >= last else "last" if last >= MOSTLY else None
    return {"share_first": first, "share_last": last, "position": position}


@dataclass(frozen=True)
class _Gap:
    """Outcome of the best minus that of the worst quarter, and what each meeting moves it by."""

    effect: Effect
    customers: np.ndarray
    influence: np.ndarray


def _gap(meetings: pd.DataFrame, bounds: tuple[float, float], params: Params) -> _Gap | str:
    """Return the adjusted gap between the quarters, or why there is none."""
    is_worst = meetings["experience"] >= bounds[1]
    compared = meetings[is_worst | (meetings["experience"] <= bounds[0])]
    sample = Sample(
        outcome=compared["has_outcome"].to_numpy(dtype=float),
        exposed=is_worst[compared.index].to_numpy(),
        customers=compared["customer_id"].to_numpy(),
        covariates=compared[[*KNOWN_BEFORE, *(f"trait_{name}" for name in _traits(params))]],
        is_binary=True,
    )
    smallest = max(params.estimate.smallest_cell, 2)
    arms = [len(np.unique(sample.customers[arm])) for arm in (sample.exposed, ~sample.exposed)]
    if min(arms) < smallest:
        return f"n < {smallest}"
    if reason := too_few(sample, params.smallest_margin):
        return reason
    try:
        found = adjusted(sample)
    except ValueError:
        return NO_OVERLAP
    if found.is_overlap_failed:
        return NO_OVERLAP
    effect = replace(found.effect, estimate=-found.effect.estimate)
    return _Gap(effect, sample.customers, -found.influence)
