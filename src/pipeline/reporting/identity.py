"""Link errors in a report: what they did to each KPI, and how much of its interval they are."""

from __future__ import annotations

import pandas as pd

from pipeline import tables, words
from pipeline.params import Kpi
from pipeline.reporting.elements import COUNT, ESTIMATE, INTERVAL, SAMPLE, Column, Table, reason
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing

DECLARED = "declared"


def identity_effects(results: Results, voice: Voice) -> list[Table]:
    """Return the table of KPIs with link errors in their intervals; none where no graph was redrawn."""
    rows = results.frames[tables.IDENTITY_EFFECTS.name]
    by_kpi = {row["item"]: row for _, row in rows[rows["measure"] == "kpi"].iterrows()}
    measured = {row["kpi"]: row for _, row in results.of(tables.KPIS, "all", tables.EVERYBODY).iterrows()}
    body = [
        _cells(by_kpi[kpi.id], measured[kpi.id], kpi, voice)
        for kpi in voice.params.kpis
        if kpi.id in by_kpi and kpi.id in measured
    ]
    if not body:
        return []
    is_declared = bool((rows["basis"] == DECLARED).any())
    both = voice.say("identity_sensitivity") if is_declared else voice.say("identity_in_interval", level=voice.level)
    columns = [
        Column(str(voice.say("kpi"))),
        Column(str(voice.say("as_found")), ESTIMATE),
        Column(str(voice.say("identity_known", level=voice.level)), INTERVAL),
        Column(str(voice.say("identity_bias")), COUNT),
        Column(str(voice.say("without_bias")), ESTIMATE),
        Column(str(both), INTERVAL),
        Column(str(voice.say("identity_variance")), COUNT),
        Column("n", SAMPLE),
    ]
    remark = voice.say(f"identity_effects_{rows['basis'].iloc[0]}", graphs=voice.count(rows["n_graphs"].iloc[0]))
    return [Table("identity_effects", str(voice.say("identity_effects_caption")), columns, body, remark)]


def _cells(row: pd.Series, measured: pd.Series, kpi: Kpi, voice: Voice) -> list[str]:
    unit, currency, language = str(measured["unit"]), voice.params.workspace.currency, voice.language
    name = kpi.name[language]
    if is_missing(row["found"]):
        return [name, reason(voice.note(row["note"])), *[reason(words.MISSING)] * 5, voice.count(measured["n"])]
    bias = words.in_unit(row["bias"], unit, currency, language, signed=unit != "money")
    if unit == "share":
        bias = str(voice.say("in_points", x=words.number(100 * row["bias"], language, 1, signed=True)))
    return [
        name,
        words.in_unit(row["found"], unit, currency, language),
        words.unit_interval(row["sampling_low"], row["sampling_high"], unit, currency, language),
        bias,
        words.in_unit(row["estimate"], unit, currency, language),
        words.unit_interval(row["ci_low"], row["ci_high"], unit, currency, language),
        voice.percent(row["identity_share"], 0),
        voice.count(measured["n"]),
    ]
