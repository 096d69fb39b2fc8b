"""The units of a hypothesis: index steps, what was known before, exposure, outcome – in that order of time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.assess.known import HINT, NOW, make_units
from pipeline.engine import Engine, coded
from pipeline.expressions import expression
from pipeline.params import Hypothesis, Outcome, Params
from pipeline.stats.competing import COMPETING, EVENT
from pipeline.stats.halves import CONFIRMING, half_of

SCALE = 10_000  # scores and money have four decimals
CALENDAR = ("month", "weekday")
CENSORED = 0
CONFIRMING_HALF = "only the confirming half of the customers"
NOBODY = "(none)"  # customers that no persona's rule holds for


@dataclass(frozen=True)
class Units:
    """What a hypothesis compares.

    Parameters
    ----------
    frame
        One row per unit: customer_id, persona, index_at, is_exposed, outcome (not-a-number: no answer), the
        columns to adjust for and, of a time-to-event outcome, duration (followed after the exposure window closed,
        microseconds) and ended_by (0 cut-off, 1 the outcome, 2 a competing event). Any subset of rows is a frame.
    covariates
        Names of the columns to adjust for.
    left_out
        Persona of each unit whose outcome window is not complete at the cut-off.
    notes
        Other units that were left out, with the reason.
    """

    frame: pd.DataFrame
    covariates: tuple[str, ...]
    left_out: pd.Series
    notes: tuple[str, ...] = ()

    @property
    def n_left_out(self) -> int:
        """Units whose outcome window is not complete at the cut-off."""
        return len(self.left_out)

    def of_half(self, half: int) -> Units:
        """Return the units of one half of the customers (`stats.halves`); who was left out is not told apart."""
        mine = self.frame[half_of(self.frame["customer_id"].to_numpy()) == half]
        return replace(self, frame=mine.reset_index(drop=True), left_out=self.left_out.iloc[:0])

    def of_persona(self, persona: str) -> Units:
        """Return the units of one persona's customers."""
        mine = self.frame[self.frame["persona"] == persona]
        return replace(self, frame=mine, left_out=self.left_out[self.left_out == persona], notes=())


def find_units(
    engine: Engine, params: Params, hypothesis: Hypothesis, where: str, window: tuple[datetime, datetime]
) -> Units:
    """Return the units of a hypothesis, in the order of its declaration's times.

    Parameters
    ----------
    engine
        With steps and personas readable; several brands may be stacked in them under distinct customer codes.
    params, hypothesis
        What is declared.
    where
        The hypothesis' key, for errors.
    window
        Start and end of the observation window, naive UTC.

    Raises
    ------
    ParcoursError
        If a rule uses a column that does not exist.

    Notes
    -----
    A unit enters only if its outcome window is complete at the cut-off, its exposure is known, its look-back (a
    window before the index) lies in the observation window, and – for a binary or a time-to-event outcome – it was
    still at risk when the exposure window closed. A time-to-event outcome is censored at the cut-off instead, from
    which only units with an open exposure window are left out. Features are measured strictly before the index step.
    """
    make_units(engine, params, hypothesis, where, window)
    _make_exposures(engine, hypothesis, where)
    _make_outcomes(engine, hypothesis, where)
    personas = coded(exp.column("belongs_to", table="units"), [*(persona.id for persona in params.personas), NOBODY])
    covariates = [_covariate(engine, name) for name in hypothesis.adjust_for if name not in CALENDAR]
    found = engine.frame("hypothesis_units", persona=personas, covariates=covariates)
    if hypothesis.half is not None:
        found = found[half_of(found["customer_id"].to_numpy()) == hypothesis.half].reset_index(drop=True)
    local = found["index_at"].dt.tz_localize("UTC").dt.tz_convert(params.workspace.time_zone)
    for name in hypothesis.adjust_for:
        if name in CALENDAR:
            found[f"adjust_{name}"] = calendar(local, name)
    return _entering(found, hypothesis, window[1])


# -- what the engine makes -----------------------------------------------------------------------------------------


def _make_exposures(engine: Engine, hypothesis: Hypothesis, where: str) -> None:
    if hypothesis.exposure_window == NOW:
        rule = expression(hypothesis.exposure, f"{where}.exposure", engine.columns("units"), hint=HINT)
        engine.make("exposures", "exposed_at_index", exposure=rule)
        return
    key = f"{where}.exposure.none" if hypothesis.exposed_if_none else f"{where}.exposure"
    rule = expression(
        hypothesis.exposure, key, engine.columns("steps"),
        hint=" In an exposure window the rule looks at single steps, so it uses their columns only.",
    )  # fmt: skip
    engine.make(
        "exposures",
        "exposed_in_window",
        exposure=rule,
        exposure_before=max(-hypothesis.exposure_window, NOW),
        exposed_if_none=hypothesis.exposed_if_none,
    )


def _make_outcomes(engine: Engine, hypothesis: Hypothesis, where: str) -> None:
    columns = engine.columns("steps")
    measure: exp.Expr = exp.Literal.number(1)
    if hypothesis.outcome.kind == "ordinal":
        measure = _whole(exp.column("score"))
    elif hypothesis.outcome.kind == "continuous":
        measure = _whole(expression(hypothesis.outcome.sum or "", f"{where}.outcome.sum", columns, hint=HINT))
    when = expression(hypothesis.outcome.when, f"{where}.outcome.when", columns, hint=HINT)
    engine.make("outcomes", measure=measure, when=when, outcome_window=hypothesis.outcome_window)
    if hypothesis.outcome.competing is None:
        engine.make("competing", exp.select("*").from_("outcomes").where("false"))
        return
    competing = expression(hypothesis.outcome.competing, f"{where}.outcome.competing", columns, hint=HINT)
    one = exp.Literal.number(1)
    engine.make("competing", "outcomes", measure=one, when=competing, outcome_window=hypothesis.outcome_window)


def _whole(value: exp.Expr) -> exp.Expr:
    """Return SQL for a quantity in ten-thousandths: whole numbers add up to the same in any order."""
    scaled = exp.Mul(this=exp.Paren(this=value), expression=exp.Literal.number(SCALE))
    return exp.cast(exp.func("round", scaled), "bigint")


def _covariate(engine: Engine, name: str) -> exp.Expr:
    """Return SQL for a column to adjust for; a text as a code, so that it comes as categories and not as objects."""
    value: exp.Expr = exp.column(name, table="units")
    if engine.columns("units")[name] == "VARCHAR":
        seen = engine.frame(exp.select(name).distinct().from_("units").where(exp.column(name).is_(exp.null()).not_()))
        if len(seen):
            value = coded(value, seen[name])
    return exp.alias_(value, f"adjust_{name}")


# -- who enters ------------------------------------------------------------------------------------------------------


def calendar(local: pd.Series, name: str) -> pd.Series:
    """Return the month (2026-01) or the weekday (0 is Monday) of moments in local time, as categories."""
    if name == "weekday":
        return local.dt.day_of_week.astype("category").cat.rename_categories(str)
    months = (local.dt.year * 100 + local.dt.month).astype("category")
    return months.cat.rename_categories(lambda month: f"{month // 100}-{month % 100:02d}")


def _entering(found: pd.DataFrame, hypothesis: Hypothesis, cut_off: datetime) -> Units:
    kind = hypothesis.outcome.kind
    notes = [CONFIRMING_HALF] if hypothesis.half == CONFIRMING else []
    is_kept = np.ones(len(found), dtype=bool)
    for reason, is_out in (
        ("look-back not complete", ~found["is_looked_back"].to_numpy(dtype=bool)),
        ("exposure not known", found["is_exposed"].isna().to_numpy()),
    ):
        if n_out := int((is_kept & is_out).sum()):
            notes.append(f"{n_out} units left out: {reason}")
            is_kept &= ~is_out
    is_followed = found["is_followed"].to_numpy(dtype=bool)
    left_out = found.loc[is_kept & ~is_followed, "persona"]
    is_kept &= is_followed
    if kind in ("binary", "time_to_event"):
        is_early = found["n_early"].to_numpy() > 0
        if n_out := int((is_kept & is_early).sum()):
            notes.append(f"{n_out} units left out: outcome before the exposure window closed")
            is_kept &= ~is_early
    kept = found[is_kept]
    covariates = [f"adjust_{name}" for name in hypothesis.adjust_for]
    frame = pd.DataFrame(
        {
            **{name: kept[name] for name in ("customer_id", "persona", "index_at")},
            "is_exposed": kept["is_exposed"].astype(bool),
            **_outcome(kept, hypothesis.outcome, hypothesis.outcome_window, cut_off),
            **{name: _coded(kept[name]) for name in covariates},
        }
    ).reset_index(drop=True)
    return Units(frame, tuple(covariates), left_out, tuple(notes))


def _coded(values: pd.Series) -> pd.Series:
    """Return texts as categories: a byte each instead of an object."""
    return values.astype("category") if values.dtype == object else values


def _outcome(
    units: pd.DataFrame, outcome: Outcome, outcome_window: timedelta, cut_off: datetime
) -> dict[str, pd.Series | np.ndarray]:
    if outcome.kind == "binary":
        return {"outcome": (units["n_outcomes"] > 0).astype(float)}
    if outcome.kind == "ordinal":
        return {"outcome": units["first_measure"].astype("Float64").astype(float) / SCALE}
    if outcome.kind == "continuous":
        return {"outcome": units["total"].astype(float) / SCALE}
    ends_at = units["closes_at"] + outcome_window
    ends_at = ends_at.where(ends_at <= cut_off, pd.Timestamp(cut_off))
    happened_at, competing_at = units["first_at"], units["competing_at"]
    happened = (happened_at <= ends_at) & ~(competing_at < happened_at)
    competed = ~happened & (competing_at <= ends_at)
    stopped_at = happened_at.where(happened, competing_at.where(competed, ends_at))
    return {
        "outcome": happened.astype(float),
        "duration": (stopped_at - units["closes_at"]).astype("timedelta64[us]").astype("int64"),
        "ended_by": np.select([happened, competed], [EVENT, COMPETING], CENSORED),
    }
