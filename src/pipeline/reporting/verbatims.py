"""What customers write: the emotion of stages by scores and by words, how far both agree, and the themes."""

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
    small,
    with_interval,
)
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing


def emotions(results: Results, persona: str, voice: Voice) -> Section:
    """Return the mean emotion of each stage, by scores and by words, and the agreement of the two."""
    title = str(voice.say("title_emotions"))
    rows = results.of(tables.EMOTIONS, "persona", persona)
    shown = [row for _, row in rows[rows["n"] > 0].iterrows()]
    if not shown:
        return Section("emotions", title, [paragraph(voice.say("no_emotion"))])
    place = {stage.id: position for position, stage in enumerate(voice.params.stages)}
    ordered = sorted(shown, key=lambda row: (place.get(row["stage"], len(place)), row["measured_by"]))
    columns = [
        Column(str(voice.say("stage"))),
        Column(str(voice.say("measured_by"))),
        Column(str(voice.say("emotion")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column("n", SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
    ]
    table = Table("emotions", str(voice.say("emotions_caption")), columns, [_felt(row, voice) for row in ordered])
    parts: list[Markup | Table] = [paragraph(voice.say("emotions_lead")), table]
    return Section("emotions", title, [*parts, *_effort(results, persona, voice), *_agreement(results, voice)])


def _felt(row: pd.Series, voice: Voice) -> list[str]:
    felt: str = voice.or_note(
        row["emotion"], row["note"], lambda value: words.number(value, voice.language, 2, signed=True)
    )
    if not is_missing(row["emotion"]) and row["n"] < voice.params.emotion_threshold:
        few = voice.say("few_scores", n=voice.count(voice.params.emotion_threshold))
        felt = Markup("{} {}").format(felt, small(few))
    interval = words.number_interval(row["ci_low"], row["ci_high"], voice.language, 2, signed=True)
    by = str(voice.say(f"by_{row['measured_by']}"))
    stage = str(voice.say("whole_journey")) if row["stage"] == tables.ANYWHERE else voice.stage(row["stage"])
    return [stage, by, felt, interval, voice.count(row["n"]), voice.count(row["n_customers"])]


def _effort(results: Results, persona: str, voice: Voice) -> list[Table]:
    """Return what visits of each stage take, beside what customers say; nothing where no visit was followed."""
    rows = results.of(tables.EFFORT, "persona", persona)
    if rows.empty:
        return []
    place = {stage.id: position for position, stage in enumerate(voice.params.stages)}
    ordered = rows.assign(place=rows["stage"].map(place)).sort_values("place", kind="stable")
    columns = [
        Column(str(voice.say("stage"))),
        Column(str(voice.say("effort_measure"))),
        Column(str(voice.say("mean")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column("n", SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
    ]
    body = [_took(row, voice) for _, row in ordered.iterrows()]
    return [
        Table("effort", str(voice.say("effort_caption")), columns, body, voice.say("effort_remark"), is_folded=True)
    ]


_EFFORTS = {
    "steps": "effort_by_steps",
    "channel_switches": "effort_by_channel_switches",
    "repeated_contacts": "effort_by_repeated_contacts",
    "declared": "effort_by_declared",
}


def _took(row: pd.Series, voice: Voice) -> list[str]:
    return [
        voice.stage(row["stage"]),
        str(voice.say(_EFFORTS[row["measure"]])),
        voice.or_note(row["estimate"], row["note"], voice.number),
        words.number_interval(row["ci_low"], row["ci_high"], voice.language, 2),
        voice.count(row["n"]),
        voice.count(row["n_customers"]),
    ]


def _agreement(results: Results, voice: Voice) -> list[Table]:
    """Return how far words and scores of one answer agree, per language; nothing where no text was written."""
    rows = results.frames[tables.TEXT_AGREEMENT.name]
    if rows.empty:
        return []
    columns = [
        Column(str(voice.say("language"))),
        Column(str(voice.say("texts_read")), COUNT),
        Column(str(voice.say("rank_correlation")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("n_pairs")), SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
    ]
    body = [_agreed(row, voice) for _, row in rows.iterrows()]
    return [Table("agreement", str(voice.say("agreement_caption")), columns, body, voice.say("agreement_remark"))]


def _agreed(row: pd.Series, voice: Voice) -> list[str]:
    note = voice.say("no_label") if row["note"] == "n = 0" else voice.note(row["note"])
    return [
        _language(row["language"], voice),
        str(voice.say("n_of_n", part=voice.count(row["n_read"]), whole=voice.count(row["n_texts"]))),
        reason(note) if is_missing(row["rho"]) else voice.number(row["rho"]),
        words.number_interval(row["ci_low"], row["ci_high"], voice.language, 2),
        voice.count(row["n_pairs"]),
        voice.count(row["n_customers"]),
    ]


def _language(code: str, voice: Voice) -> str:
    named = {"fr": "language_fr", "en": "language_en", "(none)": "language_none"}
    return str(voice.say(named[code])) if code in named else code


def themes(results: Results, persona: str, voice: Voice) -> Section:
    """Return what the persona writes about in each stage, and whether it becomes more."""
    title = str(voice.say("title_themes"))
    rows = results.of(tables.THEMES, "persona", persona)
    if results.frames[tables.TEXT_AGREEMENT.name].empty:
        return Section("themes", title, [paragraph(voice.say("no_verbatim"))])
    shown = rows[rows["n_customers"].notna()]
    place = {stage.id: position for position, stage in enumerate(voice.params.stages)}
    ordered = sorted(
        (row for _, row in shown.iterrows()),
        key=lambda row: (place.get(row["stage"], len(place)), -row["n_customers"], row["theme"]),
    )
    columns = [
        Column(str(voice.say("theme"))),
        Column(str(voice.say("stage"))),
        Column(str(voice.say("language"))),
        Column(str(voice.say("share_of_texts")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("n_texts_with")), COUNT),
        Column(str(voice.say("n_texts")), SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
        Column(str(voice.say("change_of_theme")), COUNT),
    ]
    few = len(rows) - len(shown)
    cell = voice.count(voice.params.estimate.smallest_cell)
    remark = voice.say(
        "themes_remark",
        level=voice.level,
        rate=voice.false_discovery_rate,
        hidden=voice.say("themes_hidden", n=voice.count(few), cell=cell) if few else "",
    )
    table = Table("themes", str(voice.say("themes_caption")), columns, [_told(row, voice) for row in ordered], remark)
    nothing = paragraph(voice.say("no_row"), kind="remark")
    return Section("themes", title, [paragraph(voice.say("themes_lead")), table if ordered else nothing])


def _told(row: pd.Series, voice: Voice) -> list[str]:
    return [
        str(voice.say("theme_quoted", theme=row["theme"].replace(" · ", ", "))),
        voice.stage(row["stage"]),
        _language(row["language"], voice),
        voice.or_note(row["p"], row["note"], voice.percent),
        voice.share_interval(row["ci_low"], row["ci_high"]),
        voice.count(row["n"]),
        voice.count(row["n_texts"]),
        voice.count(row["n_customers"]),
        _change(row, voice),
    ]


def _change(row: pd.Series, voice: Voice) -> str:
    """Return the change of a share in points with its interval, and whether it is shown."""
    if is_missing(row["change"]):
        return words.MISSING
    moved = row["q"] <= voice.params.assess_level
    sign = "theme_same" if not moved else "theme_more" if row["change"] > 0 else "theme_less"
    points = [100 * row[name] for name in ("change", "change_low", "change_high")]
    interval = words.number_interval(points[1], points[2], voice.language, 1, signed=True)
    written = words.number(points[0], voice.language, 1, signed=True)
    return with_interval(f"{voice.say(sign)} {written}", interval)
