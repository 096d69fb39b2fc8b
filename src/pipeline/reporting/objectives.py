"""The objectives in a report: what was wanted, what is measured, and what the company believed."""

from __future__ import annotations

import pandas as pd

from pipeline import tables, words
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
    with_interval,
)
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing

STATUS_SIGNS = {"reached": "✔", "not reached": "✘", "not shown": "?", "not measured": "–"}
LEVEL_SIGN = "\u2003"  # one em per level of the tree


def objectives(results: Results, persona: str, voice: Voice) -> Section:
    """Return the objectives of everybody and of the persona, each with its status."""
    title = str(voice.say("title_objectives"))
    rows = results.frames[tables.OBJECTIVES.name]
    rows = rows[rows["group"].isin([tables.EVERYBODY, persona])]
    declared = {one.id: one for one in voice.params.objectives}
    rows = rows[rows["id"].isin(declared)]
    if rows.empty:
        return Section("objectives", title, [paragraph(voice.say("no_objective"))])
    leaves = rows[rows["measured_by"] != "objectives"]
    counts = leaves["status"].value_counts()
    lead = voice.say(
        "objectives_lead",
        n=voice.count(len(leaves)),
        **{name.replace(" ", "_"): voice.count(int(counts.get(name, 0))) for name in STATUS_SIGNS},
    )
    columns = [
        Column(str(voice.say("objective"))),
        Column(str(voice.say("status"))),
        Column(str(voice.say("measured")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column("n", SAMPLE),
        Column(str(voice.say("target")), COUNT),
        Column(str(voice.say("wanted_by"))),
        Column(str(voice.say("believed")), COUNT),
    ]
    body = [_row(row, declared[row["id"]].name[voice.language], voice) for _, row in rows.iterrows()]
    table = Table("objectives", str(voice.say("objectives_caption")), columns, body, voice.say("objectives_remark"))
    return Section("objectives", title, [paragraph(lead, kind="lead"), table])


def _row(row: pd.Series, name: str, voice: Voice) -> list[str]:
    group = "" if row["group"] == tables.EVERYBODY else f" ({voice.group(row['group'])})"
    status = f"{STATUS_SIGNS[row['status']]} {voice.say('status_' + row['status'].replace(' ', '_'))}"
    if row["is_due"] == "yes" and row["status"] != "reached":
        status = f"{status}, {voice.say('overdue')}"
    day = words.MISSING if is_missing(row["by"]) else words.date(pd.Timestamp(row["by"]), voice.language)
    head = [LEVEL_SIGN * int(row["depth"]) + name + group, status]
    if row["measured_by"] == "objectives":
        return [*head, reason(voice.say("as_those_under_it")), *[words.MISSING] * 3, day, words.MISSING]
    return [
        *head,
        voice.or_note(row["estimate"], row["note"], lambda value: _written(value, row["unit"], voice)),
        _interval(row["ci_low"], row["ci_high"], row["unit"], voice),
        voice.count(row["n"]),
        _written(row["target"], row["unit"], voice),
        day,
        _belief(row, voice),
    ]


def _belief(row: pd.Series, voice: Voice) -> str:
    """Return what the company believed, and by how much it is off."""
    if is_missing(row["believed"]):
        return words.MISSING
    believed = _written(row["believed"], row["unit"], voice)
    if is_missing(row["gap"]):
        return believed
    unit = "binary" if row["unit"] == "share" else row["unit"]  # a difference of shares is in points
    currency, language = voice.params.workspace.currency, voice.language
    gap = with_interval(
        words.effect(row["gap"], unit, currency, language),
        words.effect_interval(row["gap_low"], row["gap_high"], unit, currency, language),
    )
    word = voice.say("belief_" + str(row["belief"]).replace(" ", "_"))
    return Markup("{} – {}, {}").format(believed, word, gap)


def _written(value: float, unit: str, voice: Voice) -> str:
    if unit == "effect":
        return words.number(value, voice.language, 2, signed=True)
    return words.in_unit(value, unit, voice.params.workspace.currency, voice.language)


def _interval(low: float, high: float, unit: str, voice: Voice) -> str:
    if unit == "effect":
        return words.number_interval(low, high, voice.language, 2, signed=True)
    return words.unit_interval(low, high, unit, voice.params.workspace.currency, voice.language)
