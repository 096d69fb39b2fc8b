"""The KPIs in a report: against their targets, in their second views, and who comes back when."""

from __future__ import annotations

import pandas as pd

from pipeline import tables, words
from pipeline.params import HIGHER, Kpi
from pipeline.reporting.elements import (
    COUNT,
    ESTIMATE,
    INTERVAL,
    SAMPLE,
    Column,
    Markup,
    Section,
    Table,
    paragraph,
    reason,
)
from pipeline.reporting.journey import SHADES, nothing
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing

MOST_MONTHS = 12


def kpis(results: Results, persona: str, voice: Voice) -> Section:
    """Return each KPI for the persona and for all customers, against its target; then its second views."""
    title = str(voice.say("title_kpis"))
    if not voice.params.kpis:
        return Section("kpis", title, [paragraph(voice.say("no_kpi"))])
    body = [
        [kpi.name[voice.language], str(voice.say(group)), *_measured(row, kpi, voice)]
        for kpi in voice.params.kpis
        for group, row in _rows(results, tables.KPIS, persona, kpi)
    ]
    columns = [
        *_columns(voice),
        Column(str(voice.say("target")), COUNT),
        Column(str(voice.say("against_target"))),
    ]
    table = Table("kpis", str(voice.say("kpis_caption")), columns, body, voice.say("kpis_remark"))
    parts: list[Markup | Table] = [table if body else nothing(voice), *_views(results, persona, voice)]
    for kpi in voice.params.kpis:
        if kpi.kind == "return":
            parts += [*_curve(results, persona, kpi, voice), *_triangle(results, kpi, voice)]
    return Section("kpis", title, parts)


def _columns(voice: Voice) -> list[Column]:
    return [
        Column(str(voice.say("kpi"))),
        Column(str(voice.say("group"))),
        Column(str(voice.say("value")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column("n", SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
    ]


def _rows(results: Results, table: tables.Table, persona: str, kpi: Kpi) -> list[tuple[str, pd.Series]]:
    groups = (
        ("this_persona", results.of(table, "persona", persona)),
        ("all_customers", results.of(table, "all", "(all)")),
    )
    return [(group, row) for group, frame in groups for _, row in frame[frame["kpi"] == kpi.id].iterrows()]


def _measured(row: pd.Series, kpi: Kpi, voice: Voice) -> list[str]:
    unit, currency = row["unit"], voice.params.workspace.currency
    return [
        *_value(row, voice),
        words.in_unit(row["target"], unit, currency, voice.language),
        against_target(row, kpi, voice),
    ]


def _value(row: pd.Series, voice: Voice) -> list[str]:
    unit, currency = row["unit"], voice.params.workspace.currency
    if unit == "ratio":
        value = voice.or_note(row["estimate"], row["note"], voice.number)
        interval = words.number_interval(row["ci_low"], row["ci_high"], voice.language, 2)
    else:
        value = voice.or_note(
            row["estimate"], row["note"], lambda value: words.in_unit(value, unit, currency, voice.language)
        )
        interval = words.unit_interval(row["ci_low"], row["ci_high"], unit, currency, voice.language)
    return [value, interval, voice.count(row["n"]), voice.count(row["n_customers"])]


def against_target(row: pd.Series, kpi: Kpi, voice: Voice) -> str:
    """Return on which side of its target a KPI lies and whether that is the good one, as far as its interval tells."""
    if is_missing(row["target"]):
        return voice.term("no_target")
    if is_missing(row["ci_low"]):
        return words.MISSING
    if row["ci_low"] > row["target"]:
        place, is_reached = f"▲ {voice.term('above_target')}", kpi.better == HIGHER
    elif row["ci_high"] < row["target"]:
        place, is_reached = f"▼ {voice.term('below_target')}", kpi.better != HIGHER
    else:
        return f"● {voice.term('near_target')} – {voice.say('target_not_shown')}"
    return f"{place} – {voice.say('target_reached' if is_reached else 'target_not_reached')}"


def _views(results: Results, persona: str, voice: Voice) -> list[Markup | Table]:
    body = [
        [f"{kpi.name[voice.language]} – {voice.say('view_' + row['view'])}", str(voice.say(group)), *_value(row, voice)]
        for kpi in voice.params.kpis
        for group, row in _rows(results, tables.KPI_VIEWS, persona, kpi)
    ]
    if not body:
        return []
    remarks = [str(voice.say("views_remark"))]
    for kpi in voice.params.kpis:
        if kpi.winsorise is not None:
            share = voice.percent(kpi.winsorise)
            remarks.append(str(voice.say("winsorised_remark", kpi=kpi.name[voice.language], share=share)))
        if kpi.tolerance is not None:
            remarks.append(str(voice.say("backtest_remark", tolerance=voice.percent(kpi.tolerance))))
    return [
        Table("kpi_views", str(voice.say("views_caption")), _columns(voice), body, " ".join(remarks), is_folded=True)
    ]


def _curve(results: Results, persona: str, kpi: Kpi, voice: Voice) -> list[Markup | Table]:
    rows = results.of(tables.RETENTION, "persona", persona).query("kpi == @kpi.id and months <= @MOST_MONTHS")
    body = [
        [
            voice.count(row["months"]),
            voice.or_note(row["share"], row["note"], voice.percent),
            voice.share_interval(row["ci_low"], row["ci_high"]),
            voice.count(row["n_at_risk"]),
            voice.count(row["n_customers"]),
        ]
        for _, row in rows.sort_values("months").iterrows()
    ]
    if not body:
        return []
    columns = [
        Column(str(voice.say("months"))),
        Column(str(voice.say("share_back")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("n_at_risk")), SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
    ]
    caption = voice.say("curve_caption", kpi=kpi.name[voice.language])
    return [Table(f"curve_{kpi.id}", str(caption), columns, body, voice.say("curve_remark"), is_folded=True)]


def _triangle(results: Results, kpi: Kpi, voice: Voice) -> list[Markup | Table]:
    frame = results.frames[tables.RETENTION.name]
    rows = frame[(frame["grouping"] == "cohort") & (frame["kpi"] == kpi.id) & (frame["months"] <= MOST_MONTHS)]
    if rows.empty:
        return []
    months = sorted(int(month) for month in rows["months"].unique())
    body = []
    for cohort, own in rows.groupby("group", sort=True):
        cells = {int(row["months"]): row for _, row in own.iterrows()}
        n = next((voice.count(row["n_customers"]) for row in cells.values() if not is_missing(row["n_customers"])), "")
        body.append([str(cohort), n or words.MISSING, *(_cell(cells.get(month), voice) for month in months)])
    columns = [
        Column(str(voice.say("cohort"))),
        Column(str(voice.say("n_customers")), SAMPLE),
        *(Column(voice.count(month), "heat") for month in months),
    ]
    caption = voice.say("triangle_caption", kpi=kpi.name[voice.language])
    return [Table(f"triangle_{kpi.id}", str(caption), columns, body, voice.say("triangle_remark"))]


def _cell(row: pd.Series | None, voice: Voice) -> Markup | str:
    if row is None or (is_missing(row["share"]) and row["note"] == "not yet followed"):
        return Markup('<span class="never"></span>')
    if is_missing(row["share"]):
        return reason(voice.note(row["note"]) or voice.say("not_computed"))
    return Markup(
        '<span class="heat shade-{}"><strong>{}</strong> <span class="small interval">{}</span></span>'
    ).format(
        min(int(row["share"] * SHADES), SHADES - 1),
        voice.percent(row["share"]),
        voice.share_interval(row["ci_low"], row["ci_high"]),
    )
