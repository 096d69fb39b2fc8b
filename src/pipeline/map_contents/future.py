"""The future state of a persona's journey: measured today, projected once pain points are removed, and wanted.

A projection is what the adjusted comparison says of the exposed (METHODS 8), never more: it stands under the outcome it
was estimated for, with its interval, and is carried over to no other number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline import tables
from pipeline.map_contents.measures import Measure, both, measure, plain
from pipeline.params import Hypothesis, Names, Objective, Params, Persona
from pipeline.stats.targets import NOT_MEASURED, NOT_REACHED, NOT_SHOWN, REACHED
from pipeline.tables import EVERYBODY

_TODAY = ("id", "name", "reached", "lost", "unresolved", "time", "emotion")
_ONE_TOUCHPOINT = re.compile(r"\s*touchpoint\s*=\s*'(\w+)'\s*")
_SOME_TOUCHPOINTS = re.compile(r"\s*touchpoint\s+in\s*\(([^()]*)\)\s*", re.IGNORECASE)


def future(
    current: Mapping[str, Any], own: Mapping[str, pd.DataFrame], params: Params, persona: Persona
) -> dict[str, Any]:
    """Return what stands on the future-state map besides its head.

    Parameters
    ----------
    current
        Content of the current-state map: the future starts from the same numbers.
    own
        The persona's rows of touchpoints; the whole table of objectives.
    params, persona
        Whose map it is.

    Returns
    -------
    dict
        ``stages``: today's numbers and the emotion that is wanted; ``opportunities``: as on the current-state map, each
        with the stage, the outcome's name and its mean now and with the pain point removed, those with an action first,
        by its date; ``objectives``: of everybody and of the persona.
    """
    targets = _targets(own["touchpoints"], params)
    declared = {hypothesis.id: hypothesis for hypothesis in params.hypotheses}
    opportunities = current["opportunities"]
    listed = [one | _outcome(declared[one["id"]], params) for one in opportunities["listed"]]
    return {
        "stages": [_stage(stage, targets.get(stage["id"], [])) for stage in current["stages"]],
        "opportunities": {**opportunities, "listed": sorted(listed, key=_by_date)},
        "objectives": _objectives(own["objectives"], params, persona),
    }


def _by_date(one: Measure) -> tuple[bool, str]:
    return one["date"] is None, one["date"] or ""


def _stage(stage: Mapping[str, Any], targets: list[float]) -> dict[str, Any]:
    wanted = {"low": min(targets), "high": max(targets)} if targets else None
    return {
        **{name: stage[name] for name in _TODAY},
        "steps": [],
        "further_touchpoints": 0,
        "target": wanted,
        "status": _status(stage["emotion"], wanted) if wanted else None,
    }


def _targets(touchpoints: pd.DataFrame, params: Params) -> dict[str, list[float]]:
    """Return the emotions that the plan promises, by the stage that its touchpoints are in."""
    stage_of = touchpoints.dropna(subset=["touchpoint"]).groupby("touchpoint")["stage"].first()
    found: dict[str, list[float]] = {}
    for one in params.planned.touchpoints:
        if one.emotion is not None and one.touchpoint in stage_of:
            found.setdefault(stage_of[one.touchpoint], []).append(one.emotion)
    return found


def _status(felt: Measure | None, wanted: Mapping[str, float]) -> str:
    """Return whether the emotion measured is what was promised, as far as its interval can tell."""
    if felt is None or felt["ci_low"] is None:
        return NOT_MEASURED
    if felt["ci_low"] >= wanted["high"]:
        return REACHED
    return NOT_REACHED if felt["ci_high"] < wanted["low"] else NOT_SHOWN


def _outcome(hypothesis: Hypothesis, params: Params) -> dict[str, Any]:
    is_money = hypothesis.outcome.sum is not None and hypothesis.outcome.sum.strip() == "value"
    names = [params.touchpoints.get(name, Names(name, name)) for name in touchpoints_in(hypothesis.outcome.when)]
    return {
        "stage": hypothesis.stage,
        "pattern": both(hypothesis.pattern) if hypothesis.pattern else None,
        "outcome": [both(name) for name in names],
        "outcome_unit": "money" if is_money else hypothesis.outcome.kind,
        "outcome_days": hypothesis.outcome_window.total_seconds() / 86400,
        "direction": hypothesis.direction,
    }


def touchpoints_in(rule: str) -> list[str]:
    """Return the touchpoints that a rule asks for, where it asks for nothing else.

    Examples
    --------
    >>> touchpoints_in("touchpoint in ('ticket_opened', 'call_received')"), touchpoints_in("value > 0")
    (['ticket_opened', 'call_received'], [])
    """
    if found := _ONE_TOUCHPOINT.fullmatch(rule):
        return [found[1]]
    found = _SOME_TOUCHPOINTS.fullmatch(rule)
    return re.findall(r"'(\w+)'", found[1]) if found else []


def _objectives(frame: pd.DataFrame, params: Params, persona: Persona) -> list[dict[str, Any]]:
    """Return the objectives of everybody and of the persona that are measured themselves, in the order declared."""
    declared = {objective.id: objective for objective in params.objectives}
    mine = frame[frame["group"].isin([EVERYBODY, persona.id]) & frame["id"].isin(declared)]
    measured = mine[mine["measured_by"] != "objectives"]
    return [_objective(row, declared[row["id"]]) for _, row in measured.iterrows()]


def _objective(row: pd.Series, objective: Objective) -> dict[str, Any]:
    return {
        "id": objective.id,
        "name": both(objective.name),
        "group": row["group"],
        "unit": plain(row["unit"]),
        "better": row["better"],
        "by": plain(row["by"]),
        "status": row["status"],
        "is_due": plain(row["is_due"]) == "yes",
        "wanted": objective.target,
        "measure": measure(tables.OBJECTIVES, row, "n", "estimate", "ci_low", "ci_high"),
    }
