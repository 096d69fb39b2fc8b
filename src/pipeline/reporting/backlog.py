"""The backlog of actions in a report: what each was expected to do beside what was measured since."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import Any

from pipeline import words
from pipeline.params.actions import Action
from pipeline.reporting.elements import (
    COUNT,
    ESTIMATE,
    SAMPLE,
    Column,
    Markup,
    Table,
    paragraph,
    reason,
    small,
    subheading,
    with_interval,
)
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing
from pipeline.tables import ACTIONS, EVERYBODY
from pipeline.tables.actions import BETTER, MEASURED, NOT_DECLARED, NOT_SHOWN, RANDOMISED, TOO_EARLY, WORSE

_KPI_UNITS = {"share": "binary", "points": "continuous", "score": "ordinal", "money": "money"}  # of a difference
_FINDINGS = {BETTER: "backlog_better", WORSE: "backlog_worse", NOT_SHOWN: "backlog_not_shown"}
_EXPECTATIONS = {
    "too high": "backlog_expected_too_high",
    "too low": "backlog_expected_too_low",
    "compatible": "backlog_expected_compatible",
}


def backlog(results: Results, persona: str, voice: Voice, actions: Sequence[Action]) -> list[Markup | Table]:
    """Return the actions that concern a persona, expected effect against measured; nothing where none is planned."""
    rows = results.frames[ACTIONS.name].set_index("id").to_dict("index")
    mine = [action for action in actions if action.id in rows and _concerns(action, persona, voice)]
    if not mine:
        return []
    columns = [
        Column(str(voice.say("backlog_action"))),
        Column(str(voice.say("owner_and_date"))),
        Column(str(voice.say("backlog_measured_by"))),
        Column(str(voice.say("backlog_expected")), COUNT),
        Column(str(voice.say("backlog_measured")), ESTIMATE),
        Column("n", SAMPLE),
        Column(str(voice.say("backlog_finding"))),
    ]
    body = [_cells(action, rows[action.id], voice) for action in sorted(mine, key=lambda one: one.date)]
    remark = voice.say("backlog_remark", level=voice.level)
    table = Table("backlog", str(voice.say("backlog_caption")), columns, body, remark)
    return [subheading(str(voice.say("backlog_title"))), paragraph(voice.say("backlog_lead")), table]


def _concerns(action: Action, persona: str, voice: Voice) -> bool:
    hypothesis = voice.hypothesis(action.opportunity)
    group = action.measure.group if action.measure is not None else None
    return group == persona or (group is None and hypothesis is not None and persona in hypothesis.concerns)


def _cells(action: Action, row: Mapping[Hashable, Any], voice: Voice) -> list[str]:
    hypothesis = voice.hypothesis(action.opportunity)
    against = hypothesis.claim[voice.language] if hypothesis else action.opportunity
    return [
        Markup("{} {}").format(action.name[voice.language], small(against)),
        f"{action.owner[voice.language]}, {words.date(action.date, voice.language)}",
        _how(row, voice),
        words.MISSING if is_missing(row["expected"]) else _effect(row["expected"], _unit(row, voice), voice),
        _measured(row, voice),
        words.MISSING
        if is_missing(row["n_after"])
        else f"{voice.count(row['n_before'])} / {voice.count(row['n_after'])}",
        _finding(row, voice),
    ]


def _how(row: Mapping[Hashable, Any], voice: Voice) -> Markup | str:
    """Return what measures an action, and by which design: in words, as neither proves more than it can."""
    if row["status"] == NOT_DECLARED:
        return reason(voice.say("backlog_no_measure"))
    if row["design"] == RANDOMISED:
        declared = voice.hypothesis(row["measured_by"])
        name, design = declared.claim[voice.language] if declared else row["measured_by"], "backlog_randomised"
        return Markup("{} {}").format(name, small(voice.say(design, grade=row["grade"])))
    kpi = voice.kpi(row["measured_by"])
    design = voice.say(
        "backlog_before_after",
        grade=row["grade"],
        before=words.month(row["before_period"], voice.language),
        after=words.month(row["after_period"], voice.language),
    )
    group = "" if row["group"] == EVERYBODY else f" ({voice.group(row['group'])})"
    return Markup("{}{} {}").format(kpi.name[voice.language] if kpi else row["measured_by"], group, small(design))


def _unit(row: Mapping[Hashable, Any], voice: Voice) -> str:
    """Return the unit that an effect is written in; of a key figure not measured yet, that of its kind."""
    if not is_missing(row["unit"]):
        return _KPI_UNITS.get(row["unit"], str(row["unit"]))
    kpi = None if is_missing(row["measured_by"]) else voice.kpi(row["measured_by"])
    if kpi is not None:
        kinds = {"mean_value": "money", "mean_score": "ordinal", "nps": "continuous"}
        return kinds.get(kpi.kind, "binary")
    declared = voice.hypothesis(row["opportunity"] if is_missing(row["measured_by"]) else row["measured_by"])
    return declared.outcome.kind if declared else "continuous"


def _effect(value: float, unit: str, voice: Voice) -> str:
    return words.effect(value, unit, voice.params.workspace.currency, voice.language)


def _measured(row: Mapping[Hashable, Any], voice: Voice) -> Markup | str:
    if row["status"] == TOO_EARLY:
        day = words.date(date.fromisoformat(row["told_from"]), voice.language)
        return reason(voice.say("backlog_too_early", day=day))
    if row["status"] != MEASURED:
        return reason(voice.note(row["note"]) or voice.say("backlog_not_measured"))
    unit, currency = _unit(row, voice), voice.params.workspace.currency
    interval = words.effect_interval(row["effect_low"], row["effect_high"], unit, currency, voice.language)
    shown = with_interval(_effect(row["effect"], unit, voice), interval)
    if is_missing(row["season"]):
        return shown
    return Markup("{} {}").format(shown, small(voice.say("backlog_season", change=_effect(row["season"], unit, voice))))


def _finding(row: Mapping[Hashable, Any], voice: Voice) -> str:
    if row["status"] != MEASURED:
        return words.MISSING
    parts = [voice.say(_FINDINGS[row["finding"]])]
    if not is_missing(row["expectation"]):
        parts.append(voice.say(_EXPECTATIONS[row["expectation"]]))
    return str(Markup(" ; " if voice.language == "fr" else "; ").join(parts))
