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


def threshold_sweep(results: Results, voice: Voice) -> list[Table]:
    """Return what each threshold of probabilistic links makes of the customers; none where no names are compared."""
    if results.swept is None:
        return []
    rows, language = results.swept, voice.language
    is_labelled = bool(rows["recall"].notna().any())
    names = ["sweep_threshold", "sweep_links", "sweep_joining", "sweep_expected_false", "sweep_customers"]
    columns = [Column(str(voice.say(name)), COUNT) for name in names]
    columns += [Column(str(voice.say(name)), INTERVAL) for name in ("sweep_precision", "sweep_recall")] * is_labelled
    body = []
    for _, row in rows.iterrows():
        threshold = words.number(row["threshold"], language, 3)
        is_declared = str(row["is_declared"]) == "True"
        cells = [str(voice.say("sweep_declared", threshold=threshold)) if is_declared else threshold]
        cells += [voice.count(row[name]) for name in ("n_links", "n_joining")]
        cells += [words.number(row["expected_false"], language, 1), voice.count(row["n_customers"])]
        body.append(cells + [_share(row, name, voice) for name in ("precision", "recall")] * is_labelled)
    remark = voice.say("sweep_labelled" if is_labelled else "sweep_unlabelled")
    return [Table("threshold_sweep", str(voice.say("sweep_caption")), columns, body, remark)]


def _share(row: pd.Series, name: str, voice: Voice) -> str:
    """Return a share with its interval; nothing where no pair was joined."""
    if is_missing(row[name]):
        return words.MISSING
    currency = voice.params.workspace.currency
    interval = words.unit_interval(row[f"{name}_low"], row[f"{name}_high"], "share", currency, voice.language)
    return f"{voice.percent(row[name], 1)} {interval}"


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
