"""Where each stage leads when all ways out compete: the table beside the survival curves."""

from __future__ import annotations

import pandas as pd

from pipeline import tables, words
from pipeline.declarations import format_duration
from pipeline.reporting.elements import ESTIMATE, INTERVAL, SAMPLE, Column, Table
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice


def exits(results: Results, persona: str, voice: Voice) -> Table | None:
    """Return the share of visits that left for each destination by the horizon, and the mean time; None: no row."""
    horizon = format_duration(voice.params.estimate.horizon)
    rows = results.of(tables.SURVIVAL, "persona", persona)
    rows = rows[(rows["time"] == horizon) & rows["statistic"].isin(["incidence", "restricted_mean"])]
    if rows.empty:
        return None
    columns = [
        Column(str(voice.say("from"))),
        Column(str(voice.say("to"))),
        Column(str(voice.say("exits_share")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("n_visits")), SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
    ]
    body = [_cells(row, voice) for _, row in rows.iterrows()]
    return Table("exits", str(voice.say("exits_caption")), columns, body, voice.say("exits_remark"), is_folded=True)


def _cells(row: pd.Series, voice: Voice) -> list[str]:
    is_share = row["unit"] == "share"

    def write(value: float) -> str:
        return voice.percent(value) if is_share else words.duration(value, voice.language)

    bounds = row["ci_low"], row["ci_high"]
    interval = voice.share_interval(*bounds)
    if not is_share:
        interval = words.duration_interval(*bounds, voice.language, beside=row["estimate"])
    return [
        voice.stage(row["from_stage"]),
        _destination(row, voice),
        voice.or_note(row["estimate"], row["note"], write),
        interval,
        voice.count(row["n_visits"]),
        voice.count(row["n_customers"]),
    ]


def _destination(row: pd.Series, voice: Voice) -> str:
    if row["statistic"] == "restricted_mean":
        return str(voice.say("exits_mean"))
    if row["to_stage"] in (tables.GOAL, tables.ANYWHERE):
        return words.term(row["to_stage"], voice.language)
    return voice.stage(row["to_stage"])
