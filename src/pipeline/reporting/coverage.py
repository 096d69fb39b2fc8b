"""Coverage: how many sources see a customer, which share theirs, how much happens off the brand's own site."""

from __future__ import annotations

import pandas as pd

from pipeline import tables, words
from pipeline.reporting.elements import (
    COUNT,
    ESTIMATE,
    SAMPLE,
    Column,
    Markup,
    Table,
    paragraph,
    reason,
    with_interval,
)
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing


def coverage(results: Results, voice: Voice) -> list[Markup | Table]:
    """Return the tables of customers by number of sources and of shared customers, and the share off site."""
    rows = results.frames[tables.COVERAGE.name]
    of = {measure: rows[rows["measure"] == measure] for measure in ("seen_by", "overlap", "off_site")}
    parts: list[Markup | Table] = [_seen_by(of["seen_by"], voice)]
    if len(of["overlap"]):
        parts.append(_overlap(of["overlap"], voice))
    everybody = of["off_site"][of["off_site"]["item"] == tables.EVERYBODY]
    if len(everybody) and not is_missing(everybody["share"].iloc[0]):
        one = everybody.iloc[0]
        interval = "" if is_missing(one["ci_low"]) else f" ({voice.share_interval(one['ci_low'], one['ci_high'])})"
        shown = {"share": voice.percent(one["share"]), "interval": interval}
        parts.append(paragraph(voice.say("off_site", n=voice.count(one["n_customers"]), **shown)))
    return parts


def _seen_by(rows: pd.DataFrame, voice: Voice) -> Table:
    columns = [
        Column(str(voice.say("n_sources")), COUNT),
        Column(str(voice.say("identity_customers")), SAMPLE),
        Column(str(voice.say("share_of_customers")), ESTIMATE),
    ]
    body = [
        [row["item"], voice.or_note(row["n"], row["note"], voice.count), _share(row, voice)]
        for _, row in rows.iterrows()
    ]
    return Table("seen_by", str(voice.say("seen_by_caption")), columns, body, voice.say("seen_by_remark"))


def _overlap(rows: pd.DataFrame, voice: Voice) -> Table:
    cells = {(row["item"], row["other"]): row for _, row in rows.iterrows()}
    names = sorted(set(rows["item"]))
    seen = {row["item"]: row["n_customers"] for row in cells.values() if not is_missing(row["n_customers"])}
    columns = [Column(str(voice.say("source"))), Column(str(voice.say("identity_customers")), SAMPLE)]
    columns += [Column(name, ESTIMATE) for name in names]
    body = [
        [
            one,
            voice.count(seen[one]) if one in seen else words.MISSING,
            *(reason("") if one == other else _share(cells[one, other], voice, 0) for other in names),
        ]
        for one in names
    ]
    return Table("overlap", str(voice.say("overlap_caption")), columns, body, voice.say("overlap_remark"))


def _share(row: pd.Series, voice: Voice, digits: int = 1) -> str:
    if is_missing(row["share"]):
        return reason(voice.note(row["note"]))
    shown = voice.percent(row["share"], digits)
    if is_missing(row["ci_low"]):
        return shown
    written = words.interval(
        row["ci_low"], row["ci_high"], voice.language, lambda bound: voice.number(100 * bound, digits)
    )
    return with_interval(shown, written)
