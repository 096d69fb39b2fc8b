"""Scores – NPS, CSAT, CES – beside the feelings of each stage: by the stage customers were in before they answered."""

from __future__ import annotations

import pandas as pd

from pipeline import tables, words
from pipeline.reporting.elements import ESTIMATE, INTERVAL, SAMPLE, Column, Markup, Table
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice


def by_stage(results: Results, persona: str, voice: Voice) -> list[Markup | Table]:
    """Return one row per score and stage before the answer; nothing where no KPI is a score."""
    rows = results.of(tables.KPI_STAGES, "persona", persona)
    stages = [*(stage.id for stage in voice.params.stages), tables.START]
    body = [
        _row(row, kpi.name[voice.language], voice)
        for kpi in voice.params.kpis
        for stage in stages
        for _, row in rows[(rows["kpi"] == kpi.id) & (rows["stage"] == stage)].iterrows()
    ]
    if not body:
        return []
    columns = [
        Column(str(voice.say("kpi"))),
        Column(str(voice.say("stage_before"))),
        Column(str(voice.say("value")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column("n", SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
    ]
    return [Table("scores", str(voice.say("scores_caption")), columns, body, voice.say("scores_remark"))]


def _row(row: pd.Series, name: str, voice: Voice) -> list[str]:
    unit, currency = row["unit"], voice.params.workspace.currency
    stage = str(voice.say("no_stage_before")) if row["stage"] == tables.START else voice.stage(row["stage"])
    return [
        name,
        stage,
        voice.or_note(row["estimate"], row["note"], lambda value: words.in_unit(value, unit, currency, voice.language)),
        words.unit_interval(row["ci_low"], row["ci_high"], unit, currency, voice.language),
        voice.count(row["n"]),
        voice.count(row["n_customers"]),
    ]
