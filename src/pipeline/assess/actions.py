"""What became of each action of actions.yaml: the effect expected of it beside the one measured since.

An action is measured by a key figure – a full month before it beside a full month after it, evidence of grade D – or by
a hypothesis whose exposure was drawn at random. Nothing is told before the data can tell it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from pipeline.monthly.calendar import next_month
from pipeline.monthly.effect import measured_effect, months_around
from pipeline.params import HIGHER, Kpi, Measure, Params
from pipeline.params.actions import Action, read_actions
from pipeline.results import in_form, read_table
from pipeline.shown_interval import effect_kind, shown_interval
from pipeline.stats.targets import against_belief
from pipeline.tables import ACTIONS, EVERYBODY, HYPOTHESES, MONTHLY
from pipeline.tables.actions import (
    BEFORE_AFTER,
    BETTER,
    MEASURED,
    NOT_DECLARED,
    NOT_MEASURED,
    NOT_SHOWN,
    RANDOMISED,
    TOO_EARLY,
    WORSE,
)
from pipeline.workspace import Workspace

NOT_FULL = "a month beside the action is not full or too small"
NOT_TESTED = "the hypothesis could not be tested"
Row = dict[str, Any]


def main(workspace: Workspace, params: Params, hypotheses: pd.DataFrame, cut_off: datetime) -> pd.DataFrame:
    """Return the table of actions; months are read only where an action is measured by them."""
    actions = read_actions(workspace.root, params)
    is_by_month = any(action.measure is not None and action.measure.kpi for action in actions)
    monthly = read_table(workspace.path(MONTHLY.path), MONTHLY) if is_by_month else None
    return measured(actions, params, {HYPOTHESES.name: hypotheses, MONTHLY.name: monthly}, cut_off)


def measured(
    actions: tuple[Action, ...], params: Params, frames: Mapping[str, pd.DataFrame | None], cut_off: datetime
) -> pd.DataFrame:
    """Return one row per action, in the form of its contract and in the order declared.

    Parameters
    ----------
    actions
        The backlog.
    params
        Key figures and hypotheses, the level of intervals, the brand's time zone.
    frames
        Tables hypotheses and monthly, small groups withheld.
    cut_off
        End of the observation window, naive UTC: what lies after it cannot be told yet.
    """
    today = cut_off.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(params.workspace.time_zone)).date()
    rows = [_row(action, params, frames, today) for action in actions]
    return in_form(rows, ACTIONS, {"id": [action.id for action in actions]})


def _row(action: Action, params: Params, frames: Mapping[str, pd.DataFrame | None], today: date) -> Row:
    row: Row = {
        "id": action.id, "opportunity": action.opportunity, "date": action.date.isoformat(),
        "expected": action.expected_effect, "status": NOT_DECLARED,
    }  # fmt: skip
    if action.measure is None:
        return row
    row["group"] = action.measure.group or EVERYBODY
    if action.measure.kpi is not None:
        kpi = next(one for one in params.kpis if one.id == action.measure.kpi)
        row |= _before_and_after(action, kpi, row["group"], params, frames[MONTHLY.name], today)
    else:
        row |= _drawn_at_random(action, action.measure, params, frames[HYPOTHESES.name], today)
    return row | _findings(row, action.expected_effect)


def _before_and_after(
    action: Action, kpi: Kpi, group: str, params: Params, monthly: pd.DataFrame | None, today: date
) -> Row:
    before, after = months_around(action.date)
    follow_up = params.estimate.horizon if kpi.kind == "conversion" else timedelta(0)
    told_from = date.fromisoformat(f"{next_month(after)}-01") + follow_up
    row: Row = {
        "measured_by": kpi.id, "design": BEFORE_AFTER, "told_from": told_from.isoformat(),
        "before_period": before, "after_period": after, "grade": "D",
    }  # fmt: skip
    if today < told_from:
        return row | {"status": TOO_EARLY}
    found = None if monthly is None else measured_effect(monthly, action.date, kpi.id, group, params.estimate.level)
    if found is None:
        return row | {"status": NOT_MEASURED, "note": NOT_FULL}
    sign = 1 if kpi.better == HIGHER else -1
    low, high = sorted((sign * found.low, sign * found.high))
    return row | {
        "status": MEASURED, "unit": found.unit, "before": found.before, "after": found.after,
        "n_before": found.n_before, "n_after": found.n_after, "effect": sign * found.change, "effect_low": low,
        "effect_high": high, "season": None if math.isnan(found.change_last_year) else sign * found.change_last_year,
    }  # fmt: skip


def _drawn_at_random(
    action: Action, measure: Measure, params: Params, hypotheses: pd.DataFrame | None, today: date
) -> Row:
    declared = next(one for one in params.hypotheses if one.id == measure.hypothesis)
    told_from = action.date + declared.outcome_window
    row: Row = {"measured_by": declared.id, "design": RANDOMISED, "told_from": told_from.isoformat(), "grade": "A"}
    if today < told_from:
        return row | {"status": TOO_EARLY}
    if hypotheses is None:
        return row | {"status": NOT_MEASURED, "note": NOT_TESTED}
    of_it = hypotheses[(hypotheses["id"] == declared.id) & (hypotheses["group"] == (measure.group or EVERYBODY))]
    if of_it.empty or pd.isna(of_it["crude_effect"].iloc[0]):
        return row | {"status": NOT_MEASURED, "note": NOT_TESTED}
    found = of_it.iloc[0]
    kind, sign = effect_kind(found), 1 if declared.direction == HIGHER else -1
    low, high = sorted(sign * bound for bound in shown_interval(found, kind))
    return row | {
        "status": MEASURED, "unit": declared.outcome.kind, "before": found["mean_unexposed"],
        "after": found["mean_exposed"], "n_before": found["n_unexposed"], "n_after": found["n_exposed"],
        "effect": sign * found[f"{kind}_effect"], "effect_low": low, "effect_high": high, "grade": found["grade"],
    }  # fmt: skip


def _findings(row: Row, expected: float | None) -> Row:
    if row["status"] != MEASURED:
        return {}
    low, high = row["effect_low"], row["effect_high"]
    finding = BETTER if low > 0 else WORSE if high < 0 else NOT_SHOWN
    return {"finding": finding, "expectation": None if expected is None else against_belief(low, high, expected)}
