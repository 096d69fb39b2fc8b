"""Coverage: how many sources see a customer, which share theirs, how much happens off the brand's own site."""

from __future__ import annotations

import pandas as pd

from pipeline import tables, words
from pipeline.reporting.elements import COUNT, Column, Markup, Table, paragraph
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
    columns = [Column(str(voice.say("n_sources")), COUNT), Column(str(voice.say("identity_customers")), COUNT)]
    columns.append(Column(str(voice.say("share_of_customers")), COUNT))
    columns.append(Column(str(voice.say("interval", level=voice.level)), COUNT))
    body = [
        [
            row["item"],
            voice.or_note(row["n"], row["note"], voice.count),
            words.MISSING if is_missing(row["share"]) else voice.percent(row["share"]),
            words.MISSING if is_missing(row["ci_low"]) else voice.share_interval(row["ci_low"], row["ci_high"]),
        ]
        for _, row in rows.iterrows()
    ]
    return Table("seen_by", str(voice.say("seen_by_caption")), columns, body, voice.say("seen_by_remark"))


def _overlap(rows: pd.DataFrame, voice: Voice) -> Table:
    shares = rows.set_index(["item", "other"])["share"].to_dict()
    names = sorted(set(rows["item"]))
    columns = [Column(str(voice.say("source"))), *(Column(name, COUNT) for name in names)]
    body = [[one, *("" if one == other else _cell(shares[one, other], voice) for other in names)] for one in names]
    return Table("overlap", str(voice.say("overlap_caption")), columns, body, voice.say("overlap_remark"))


def _cell(share: float, voice: Voice) -> str:
    return words.MISSING if is_missing(share) else voice.percent(share, 0)
