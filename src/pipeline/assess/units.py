"""The units of a hypothesis: index steps, what was known before, exposure, outcome – in that order of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.errors import ParcoursError, nearest
from pipeline.expressions import expression
from pipeline.params import ALWAYS_KNOWN, Hypothesis, Params

SCALE = 10_000  # scores and money have four decimals
NOW = timedelta(0)
HINT = " All that a hypothesis may use: parcours features."
_ORDER = ("customer_id", "occurred_at", "position")


@dataclass(frozen=True)
class Units:
    """What a hypothesis compares.

    Parameters
    ----------
    frame
        One row per unit: customer_id, persona, index_at, is_exposed, outcome (not-a-number: no answer) and the
        columns to adjust for.
    covariates
        Names of those columns.
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
        With steps and personas readable.
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
    window before the index) lies in the observation window, and – for a binary outcome – it was still at risk when
    the exposure window closed. Features are measured strictly before the index step.
    """
    _make_units(engine, params, hypothesis, where, window)
    _make_exposures(engine, hypothesis, where)
    _make_outcomes(engine, hypothesis, where)
    columns = [name for name in hypothesis.adjust_for if name not in ALWAYS_KNOWN or name == "channel"]
    covariates = [exp.alias_(exp.column(name, table="units"), f"adjust_{name}") for name in columns]
    found = engine.frame("hypothesis_units", covariates=covariates)
    local = found["index_at"].dt.tz_localize("UTC").dt.tz_convert(params.workspace.time_zone)
    calendar = {"month": local.dt.strftime("%Y-%m"), "weekday": local.dt.day_of_week.astype("str")}
    for name in hypothesis.adjust_for:
        if name in calendar:
            found[f"adjust_{name}"] = calendar[name]
    return _entering(found, hypothesis)


# -- what the engine makes -----------------------------------------------------------------------------------------


def _make_units(
    engine: Engine, params: Params, hypothesis: Hypothesis, where: str, window: tuple[datetime, datetime]
) -> None:
    engine.make("index_steps", touchpoint=hypothesis.index_touchpoint, every=hypothesis.index_every)
    step_columns = list(engine.columns("steps"))
    known = [*step_columns, *params.traits, *params.features]
    population = expression(hypothesis.population or "true", f"{where}.population", known, hint=HINT)
    rules = [population]
    if hypothesis.exposure_window == NOW:
        rules.append(expression(hypothesis.exposure, f"{where}.exposure", known, hint=HINT))
    used = {column.name for rule in rules for column in rule.find_all(exp.Column)} | set(hypothesis.adjust_for)
    for i, name in enumerate(hypothesis.adjust_for):
        if name not in (*known, *ALWAYS_KNOWN):
            raise ParcoursError(
                f"{where}.adjust_for[{i}]: no column {name!r}.{nearest(name, [*known, *ALWAYS_KNOWN])}{HINT}"
            )
    features = {name: sql for name, sql in params.features.items() if name in used}
    trees = {
        name: expression(sql, f"params.yaml: features.{name}", step_columns, aggregate=True)
        for name, sql in features.items()
    }
    _make_features_before(engine, trees)
    engine.make(
        "units",
        columns=_unit_columns(step_columns, params.traits, trees),
        population=population,
        exposure_after=max(hypothesis.exposure_window, NOW),
        exposure_before=max(-hypothesis.exposure_window, NOW),
        outcome_window=hypothesis.outcome_window,
        window_start=window[0],
        cut_off=window[1],
    )


def _make_features_before(engine: Engine, features: Mapping[str, exp.Expr]) -> None:
    if not features:  # nothing to measure, so no join of steps with steps
        engine.make("features_before", exp.select("position as index_position").from_("index_steps"))
        return
    engine.make("features_before", features=[exp.alias_(tree, name) for name, tree in features.items()])


def _unit_columns(
    step_columns: Sequence[str], traits: Sequence[str], features: Mapping[str, exp.Expr]
) -> list[exp.Expr]:
    """Return the select list of a unit: the index step, the customer's traits instead of the step's, the features."""
    columns: list[exp.Expr] = [
        exp.column(name, table="index_steps") for name in step_columns if name not in (*traits, *features)
    ]
    columns += [exp.column(name, table="personas") for name in traits if name not in features]
    for name, tree in features.items():
        # a customer without an earlier step has what the aggregate gives over nothing: a count of 0, a sum of null
        nothing = exp.select(tree.copy()).from_("steps").where("false").subquery()
        measured = exp.Coalesce(this=exp.column(name, table="features_before"), expressions=[nothing])
        columns.append(exp.alias_(measured, name))
    return columns


def _make_exposures(engine: Engine, hypothesis: Hypothesis, where: str) -> None:
    if hypothesis.exposure_window == NOW:
        rule = expression(hypothesis.exposure, f"{where}.exposure", engine.columns("units"), hint=HINT)
        engine.make("exposures", "exposed_at_index", exposure=rule)
        return
    rule = expression(
        hypothesis.exposure, f"{where}.exposure", engine.columns("steps"),
        hint=" In an exposure window the rule looks at single steps, so it uses their columns only.",
    )  # fmt: skip
    before = max(-hypothesis.exposure_window, NOW)
    engine.make("exposures", "exposed_in_window", exposure=rule, exposure_before=before)


def _make_outcomes(engine: Engine, hypothesis: Hypothesis, where: str) -> None:
    columns = engine.columns("steps")
    measure: exp.Expr = exp.Literal.number(1)
    if hypothesis.outcome.kind == "ordinal":
        measure = _whole(exp.column("score"))
    elif hypothesis.outcome.kind == "continuous":
        measure = _whole(expression(hypothesis.outcome.sum or "", f"{where}.outcome.sum", columns, hint=HINT))
    when = expression(hypothesis.outcome.when, f"{where}.outcome.when", columns, hint=HINT)
    engine.make("outcomes", measure=measure, when=when, outcome_window=hypothesis.outcome_window)


def _whole(value: exp.Expr) -> exp.Expr:
    """Return SQL for a quantity in ten-thousandths: whole numbers add up to the same in any order."""
    scaled = exp.Mul(this=exp.Paren(this=value), expression=exp.Literal.number(SCALE))
    return exp.cast(exp.func("round", scaled), "bigint")


# -- who enters ------------------------------------------------------------------------------------------------------


def _entering(found: pd.DataFrame, hypothesis: Hypothesis) -> Units:
    kept, notes = found, []
    for reason, is_out in (
        ("look-back not complete", ~found["is_looked_back"].astype(bool)),
        ("exposure not known", found["is_exposed"].isna()),
    ):
        is_out = is_out.reindex(kept.index)
        if is_out.any():
            notes.append(f"{int(is_out.sum())} units left out: {reason}")
            kept = kept[~is_out]
    is_followed = kept["is_followed"].astype(bool)
    left_out, kept = kept.loc[~is_followed, "persona"], kept[is_followed]
    if hypothesis.outcome.kind == "binary":
        is_early = kept["n_early"] > 0
        if is_early.any():
            notes.append(f"{int(is_early.sum())} units left out: outcome before the exposure window closed")
            kept = kept[~is_early]
    covariates = [f"adjust_{name}" for name in hypothesis.adjust_for]
    frame = pd.DataFrame(
        {
            **{name: kept[name] for name in ("customer_id", "persona", "index_at")},
            "is_exposed": kept["is_exposed"].astype(bool),
            "outcome": _outcome(kept, hypothesis.outcome.kind),
            **{name: kept[name] for name in covariates},
        }
    ).reset_index(drop=True)
    return Units(frame, tuple(covariates), left_out, tuple(notes))


def _outcome(units: pd.DataFrame, kind: str) -> Any:
    if kind == "binary":
        return (units["n_outcomes"] > 0).astype(float)
    if kind == "ordinal":
        return units["first_measure"].astype("Float64").astype(float) / SCALE
    return units["total"].astype(float) / SCALE
