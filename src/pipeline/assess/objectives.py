"""The objectives of params.yaml: each measured value against its target, and against what the company believes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from pipeline.params import HIGHER, Measure, Objective, Params
from pipeline.results import in_form, read_table
from pipeline.shown_interval import effect_kind, shown_interval
from pipeline.stats.targets import NOT_MEASURED, against_belief, against_target, together
from pipeline.tables import EMOTIONS, EVERYBODY, HYPOTHESES, KPIS, OBJECTIVES, TRANSITIONS
from pipeline.workspace import Workspace

NOT_FOUND = "not measured for this group"
Row = dict[str, Any]


def main(workspace: Workspace, params: Params, hypotheses: pd.DataFrame, cut_off: datetime) -> pd.DataFrame:
    """Return the table of objectives; what they are measured by is read only where there are some."""
    if not params.objectives:
        return in_form([], OBJECTIVES)
    frames = {table.name: read_table(workspace.path(table.path), table) for table in (KPIS, TRANSITIONS, EMOTIONS)}
    return measured(params, {**frames, HYPOTHESES.name: hypotheses}, cut_off)


def measured(params: Params, frames: Mapping[str, pd.DataFrame], cut_off: datetime) -> pd.DataFrame:
    """Return one row per objective, in the form of its contract and in the order declared.

    Parameters
    ----------
    params
        The objectives, and the brand's time zone.
    frames
        Tables kpis, transitions, emotions and hypotheses, small groups withheld.
    cut_off
        End of the observation window, naive UTC: what is wanted by then is due.
    """
    today = cut_off.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(params.workspace.time_zone)).date()
    rows: dict[str, Row] = {}
    # children stand after their parents: backwards, each finds those under it
    for objective in reversed(params.objectives):
        row = _declared(objective)
        if objective.by is not None:
            row["is_due"] = "yes" if objective.by <= today else "no"
        if objective.measure is None:
            under = [rows[other.id]["status"] for other in params.objectives if other.parent == objective.id]
            row |= {"measured_by": "objectives", "group": EVERYBODY, "status": together(under)}
        else:
            row |= _found(objective, objective.measure, frames)
        rows[objective.id] = row
    return in_form(_with_depth(params.objectives, rows), OBJECTIVES, {"id": [one.id for one in params.objectives]})


def _declared(objective: Objective) -> Row:
    return {
        "id": objective.id, "parent": objective.parent, "target": objective.target, "better": objective.better,
        "by": objective.by.isoformat() if objective.by else None, "believed": objective.believed,
    }  # fmt: skip


def _with_depth(objectives: Sequence[Objective], rows: Mapping[str, Row]) -> list[Row]:
    depth: dict[str, int] = {}
    for objective in objectives:
        depth[objective.id] = depth[objective.parent] + 1 if objective.parent else 0
    return [{**rows[name], "depth": n} for name, n in depth.items()]


def _found(objective: Objective, measure: Measure, frames: Mapping[str, pd.DataFrame]) -> Row:
    kind, found = _measured_by(measure, frames)
    row = {"measured_by": kind, "group": measure.group or EVERYBODY, **found}
    low, high = (math.nan if row.get(name) is None else float(row[name]) for name in ("ci_low", "ci_high"))
    if objective.target is not None:
        row["status"] = against_target(low, high, objective.target, objective.better == HIGHER)
    if objective.believed is not None and not math.isnan(low):
        gap = {"gap": row["estimate"], "gap_low": high, "gap_high": low}
        row |= {name: objective.believed - value for name, value in gap.items()}
        row["belief"] = against_belief(low, high, objective.believed)
    if row["status"] == NOT_MEASURED and not row.get("note"):
        row["note"] = NOT_FOUND
    return row


def _measured_by(measure: Measure, frames: Mapping[str, pd.DataFrame]) -> tuple[str, Row]:
    """Return what an objective is measured by, and its value, interval, unit and n."""
    if measure.kpi is not None:
        rows = _of_group(frames[KPIS.name], measure).query("kpi == @measure.kpi")
        return "kpi", _taken(rows, {name: name for name in ("unit", "n", "estimate", "ci_low", "ci_high", "note")})
    if measure.transition is not None:
        origin, target = measure.transition
        rows = _of_group(frames[TRANSITIONS.name], measure)
        rows = rows[(rows["from_stage"] == origin) & (rows["to_stage"] == target)]
        names = {"n": "n_visits", "estimate": "p", "ci_low": "ci_low", "ci_high": "ci_high", "note": "note"}
        return "transition", {"unit": "share", **_taken(rows, names)}
    if measure.emotion is not None:
        by, stage = measure.emotion
        rows = _of_group(frames[EMOTIONS.name], measure)
        rows = rows[(rows["measured_by"] == by) & (rows["stage"] == stage)]
        names = {"n": "n", "estimate": "emotion", "ci_low": "ci_low", "ci_high": "ci_high", "note": "note"}
        return "emotion", {"unit": "emotion", **_taken(rows, names)}
    tested = frames[HYPOTHESES.name]
    tested = tested[(tested["id"] == measure.hypothesis) & (tested["group"] == (measure.group or EVERYBODY))]
    return "hypothesis", _effect(tested)


def _of_group(frame: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    grouping, group = ("all", EVERYBODY) if measure.group is None else ("persona", measure.group)
    return frame[(frame["grouping"] == grouping) & (frame["group"] == group)]


def _taken(rows: pd.DataFrame, names: Mapping[str, str]) -> Row:
    if rows.empty:
        return {}
    first = rows.iloc[0]
    return {name: None if pd.isna(first[column]) else first[column] for name, column in names.items()}


def _effect(tested: pd.DataFrame) -> Row:
    """Return the effect that a verdict rests on, with the interval that the report shows beside it."""
    if tested.empty:
        return {}
    row = tested.iloc[0]
    kind = effect_kind(row)
    low, high = shown_interval(row, kind)
    counts = [row[name] for name in ("n_exposed", "n_unexposed")]
    numbers = {"estimate": row[f"{kind}_effect"], "ci_low": low, "ci_high": high, "note": row["note"]}
    known = {name: None if pd.isna(value) else value for name, value in numbers.items()}
    return {"unit": "effect", "n": None if any(pd.isna(n) for n in counts) else int(sum(counts)), **known}
