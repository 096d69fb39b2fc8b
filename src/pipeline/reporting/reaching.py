"""Reaching the goal from each stage, directly and by the chain; and whether the chain may be believed at all."""

from __future__ import annotations

import pandas as pd

from pipeline import tables, words
from pipeline.reporting.elements import (
    COUNT,
    ESTIMATE,
    INTERVAL,
    SAMPLE,
    Column,
    Section,
    Table,
    paragraph,
    reason,
    with_interval,
)
from pipeline.reporting.journey import nothing
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing

_VERDICTS = {"passed": "check_passed", "failed": "check_failed_word", "not applicable": "check_not_applicable"}


def reaching(results: Results, persona: str, voice: Voice) -> Section:
    """Return the direct share of entries that reach the goal, the chain's answer beside it, and the checks."""
    horizon = voice.days(voice.params.estimate.horizon)
    order = {stage.id: place for place, stage in enumerate(voice.params.stages)}
    rows = results.of(tables.REACHING, "persona", persona)
    body = [_cells(row, voice) for _, row in sorted(rows.iterrows(), key=lambda pair: order.get(pair[1]["stage"], 99))]
    columns = [
        Column(str(voice.say("stage"))),
        Column(str(voice.say("reaching_direct")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("reaching_chain")), ESTIMATE),
        Column(str(voice.say("reaching_gap")), ESTIMATE),
        Column(str(voice.say("n_visits")), SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
    ]
    table = Table(
        "reaching",
        str(voice.say("reaching_caption", horizon=horizon)),
        columns,
        body,
        voice.say("reaching_remark_failed" if _has_failed(results) else "reaching_remark"),
    )
    lead = paragraph(voice.say("reaching_lead", horizon=horizon))
    parts = [lead, table if body else nothing(voice), _checks(results, voice)]
    return Section("reaching", str(voice.say("title_reaching")), parts)


def _has_failed(results: Results) -> bool:
    return bool((results.frames[tables.CHECKS.name]["verdict"] == "failed").any())


def _cells(row: pd.Series, voice: Voice) -> list[str]:
    return [
        voice.stage(row["stage"]),
        voice.or_note(row["p"], row["note"], voice.percent),
        voice.share_interval(row["ci_low"], row["ci_high"]),
        _with_bounds(row, "chain", voice),
        _with_bounds(row, "gap", voice),
        voice.count(row["n_visits"]),
        voice.count(row["n_customers"]),
    ]


def _with_bounds(row: pd.Series, name: str, voice: Voice) -> str:
    if is_missing(row[f"{name}_low"]):
        return reason(voice.note(row["note"]) or voice.say("not_computed"))
    shown = words.percent(row[name], voice.language, signed=name == "gap")
    return with_interval(shown, voice.share_interval(row[f"{name}_low"], row[f"{name}_high"]))


def _checks(results: Results, voice: Voice) -> Table:
    """Return every check of the matrix, passed or not: all customers, all stages together, then stage by stage."""
    rows = results.frames[tables.CHECKS.name]
    body = [
        [
            voice.say("check_row", check=voice.say(f"check_{row['check']}"), stage=_place(row["from_stage"], voice)),
            str(voice.say(_VERDICTS[row["verdict"]])),
            *(_probability(row[name], voice) for name in ("p", "p_adjusted")),
            voice.count(row["n_customers"]),
            "" if is_missing(row["note"]) else voice.note(row["note"]),
        ]
        for _, row in rows.iterrows()
    ]
    columns = [
        Column(str(voice.say("check_heading"))),
        Column(str(voice.say("verdict"))),
        Column("p", COUNT),
        Column(str(voice.say("check_adjusted")), COUNT),
        Column(str(voice.say("n_customers")), SAMPLE),
        Column(str(voice.say("note"))),
    ]
    return Table("checks", str(voice.say("checks_caption")), columns, body, voice.say("checks_remark"), is_folded=True)


def _probability(value: float, voice: Voice) -> str:
    return words.MISSING if is_missing(value) else words.probability(value, voice.language)


def _place(stage: str, voice: Voice) -> str:
    return str(voice.say("all_stages")) if stage == tables.EVERYBODY else voice.stage(stage)
