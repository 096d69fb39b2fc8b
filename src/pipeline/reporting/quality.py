"""How far the data can be trusted: every raw row accounted for, identities and their conflicts."""

from __future__ import annotations

import pandas as pd

from pipeline import tables, words
from pipeline.privacy.reasons import NO_CONSENT, PAST_RETENTION
from pipeline.reporting.coverage import coverage
from pipeline.reporting.elements import COUNT, Column, Markup, Section, Table, paragraph
from pipeline.reporting.identity import identity_effects, threshold_sweep
from pipeline.reporting.reading import Results
from pipeline.reporting.sentences import SENTENCES
from pipeline.reporting.voice import Voice, is_missing

FATES = ("raw", "used", "empty", "filtered", "refused", "duplicate", "events")


def quality(results: Results, voice: Voice) -> Section:
    """Return conservation of rows, refusals by reason, identities, what links nobody, conflicts, ties and coverage."""
    parts: list[Markup | Table] = [
        paragraph(voice.say("quality_lead")),
        _conservation(results, voice),
        _rejects(results, voice) if len(results.frames["rejects"]) else paragraph(voice.say("no_reject")),
        *([_filtered(results, voice)] if len(results.frames["filtered"]) else []),
        *([_masked(results, voice)] if len(results.frames["masked"]) else []),
        _identity(results, voice),
        paragraph(voice.say("nobody_lead", n=voice.count(results.frames["nobody"]["n_events"].sum()))),
        _conflicts(results, voice) if len(_problems(results)) else paragraph(voice.say("conflicts_none")),
        *identity_effects(results, voice),
        *threshold_sweep(results, voice),
        *coverage(results, voice),
    ]
    return Section("quality", str(voice.say("title_quality")), parts)


def _conservation(results: Results, voice: Voice) -> Table:
    rows = results.frames[tables.CONSERVATION.name]
    columns = [
        Column(str(voice.say("source"))),
        Column(str(voice.say("file"))),
        Column(str(voice.say("role"))),
        *(Column(str(voice.say(fate)), COUNT) for fate in FATES),
    ]
    body = [
        [
            row["source"],
            row["source_file"],
            str(voice.say(row["role"])),
            *(voice.count(row[fate]) for fate in FATES),
        ]
        for _, row in rows.iterrows()
    ]
    main = rows[rows["role"] == "main"]
    body.append(
        [str(voice.say("total")), "", str(voice.say("main")), *(voice.count(main[fate].sum()) for fate in FATES)]
    )
    return Table("conservation", str(voice.say("conservation_caption")), columns, body, voice.say("complete_counts"))


def _rejects(results: Results, voice: Voice) -> Table:
    rows = results.frames[tables.REJECTS.name]
    counted = (
        rows.groupby(["source", "source_file", "reason", "column"], dropna=False, sort=True)
        .size()
        .reset_index(name="rows")
    )
    body = [
        [
            row["source"],
            row["source_file"],
            why_refused(row["reason"], voice),
            words.MISSING if is_missing(row["column"]) else row["column"],
            voice.count(row["rows"]),
        ]
        for _, row in counted.iterrows()
    ]
    columns = [Column(str(voice.say(name))) for name in ("source", "file", "reason", "column")]
    columns.append(Column(str(voice.say("rows")), COUNT))
    return Table("rejects", str(voice.say("rejects_caption")), columns, body, voice.say("complete_counts"))


def _filtered(results: Results, voice: Voice) -> Table:
    """Return the rows that a declared rule, a missing consent or the retention left out."""
    rows = results.frames[tables.FILTERED.name]
    body = [
        [row["source"], row["source_file"], _why_filtered(row["reason"], voice), voice.count(row["rows"])]
        for _, row in rows.iterrows()
    ]
    columns = [Column(str(voice.say(name))) for name in ("source", "file", "reason")]
    columns.append(Column(str(voice.say("rows")), COUNT))
    return Table("filtered", str(voice.say("filtered_caption")), columns, body, voice.say("complete_counts"))


def _why_filtered(code: str, voice: Voice) -> str:
    """Return a reason in words: those of consent and retention are the pipeline's, the others are the user's."""
    if code.startswith(f"{NO_CONSENT}_"):
        return str(voice.say("reason_no_consent", purpose=code.removeprefix(f"{NO_CONSENT}_")))
    return str(voice.say("reason_past_retention")) if code == PAST_RETENTION else code


def _masked(results: Results, voice: Voice) -> Table:
    """Return how many texts held personal data, by kind."""
    rows = results.frames[tables.MASKED.name]
    body = [
        [row["source"], row["attribute"], str(voice.say(f"masked_{row['kind']}")), voice.count(row["texts"]),
         voice.count(row["events"])]
        for _, row in rows.iterrows()
    ]  # fmt: skip
    columns = [Column(str(voice.say(name))) for name in ("source", "attribute", "masked_kind")]
    columns += [Column(str(voice.say(name)), COUNT) for name in ("masked_texts", "events")]
    return Table("masked", str(voice.say("masked_caption")), columns, body, voice.say("complete_counts"))


def why_refused(code: str, voice: Voice) -> str:
    """Return why a row was refused, in words where the code is known."""
    return str(voice.say(f"reason_{code}")) if f"reason_{code}" in SENTENCES else voice.note(code)


def _identity(results: Results, voice: Voice) -> Table:
    """Return the counts of `identify` and `reconstruct` that have a name in the report's language, in that order."""
    known = {**results.numbers["identify"], **results.numbers["reconstruct"]}
    body = []
    for name, value in known.items():
        if f"identity_{name}" not in SENTENCES or isinstance(value, dict | list) or value is None:
            continue
        is_share = name.endswith("_share")
        body.append([str(voice.say(f"identity_{name}")), voice.percent(value, 2) if is_share else voice.count(value)])
    columns = [Column(str(voice.say("figure"))), Column(str(voice.say("count")), COUNT)]
    return Table("identity", str(voice.say("identity_caption")), columns, body, voice.say("complete_counts"))


def _conflicts(results: Results, voice: Voice) -> Table:
    """Return counts only: the lists themselves stay in data/identify/quarantine.csv and conflicts.csv."""
    counted = _problems(results).groupby(["problem", "kind"], sort=True)["n"].agg(["size", "max"]).reset_index()
    body = [
        [str(voice.say(f"problem_{row['problem']}")), row["kind"], voice.count(row["size"]), voice.count(row["max"])]
        for _, row in counted.iterrows()
    ]
    columns = [Column(str(voice.say(name))) for name in ("problem", "kind")]
    columns += [Column(str(voice.say(name)), COUNT) for name in ("cases", "largest")]
    return Table("conflicts", str(voice.say("conflicts_caption")), columns, body, voice.say("complete_counts"))


def _problems(results: Results) -> pd.DataFrame:
    """Return what links nobody and what contradicts itself, in one form."""
    alike = {"reason": "problem", "n_neighbours": "n"}
    frames = [results.frames[tables.QUARANTINE.name].rename(columns=alike), results.frames[tables.CONFLICTS.name]]
    return pd.concat([frame[["problem", "kind", "n"]] for frame in frames])
