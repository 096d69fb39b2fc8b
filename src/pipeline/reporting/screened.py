"""Candidates that nobody had declared, and which of them were confirmed on customers the search never saw."""

from __future__ import annotations

import pandas as pd

from pipeline import words
from pipeline.reporting.elements import COUNT, ESTIMATE, INTERVAL, SAMPLE, Column, Markup, Table, small
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice
from pipeline.tables import EVERYBODY
from pipeline.tables.screening import CONFIRMED, MET

_POINTS = ("emotion_dip",)  # the others are differences of shares or, for a wait, of days
_DAYS = ("wait",)


def screened(results: Results, persona: str, voice: Voice) -> Table | None:
    """Return every locked candidate of a persona and of everybody, confirmed or not; None: nothing was screened."""
    if results.screened is None:
        return None
    rows = results.screened
    rows = rows[rows["group"].isin([persona, EVERYBODY])]
    if rows.empty:
        return None
    columns = [
        Column(str(voice.say("screened_candidate"))),
        Column(str(voice.say("verdict"))),
        Column(str(voice.say("screened_effect")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column("q", COUNT),
        Column(str(voice.say("exposed_others")), SAMPLE),
        Column(str(voice.say("customers_hit")), COUNT),
    ]
    body = [_cells(row, voice) for _, row in rows.iterrows()]
    return Table("screened", str(voice.say("screened_caption")), columns, body, voice.say("screened_remark"))


def _cells(row: pd.Series, voice: Voice) -> list[str]:
    def write(value: float) -> str:
        if row["kind"] in _DAYS:
            return words.duration(value, voice.language)
        return voice.number(value) if row["kind"] in _POINTS else words.percent(value, voice.language, signed=True)

    kind = voice.say(f"screened_{row['kind']}")
    touchpoint = voice.touchpoint(row["touchpoint"])
    if row["condition"] == MET:
        name = voice.say("screened_met", touchpoint=touchpoint, kind=kind)
    else:
        name = voice.say("screened_when", touchpoint=touchpoint, kind=kind, condition=row["condition"])
    return [
        Markup("{} {}").format(name, small(voice.group(row["group"]))),
        str(voice.say("screened_confirmed" if row["verdict"] == CONFIRMED else "screened_not_confirmed")),
        voice.or_note(row["effect"], row["note"], write),
        words.interval(row["ci_low"], row["ci_high"], voice.language, write),
        words.probability(row["q"], voice.language),
        f"{voice.count(row['n_exposed'])} / {voice.count(row['n_unexposed'])}",
        voice.count(row["customers_hit"]),
    ]
