"""The money at each exit, beside the picture of losses: what is measured, and what is projected from it."""

from __future__ import annotations

import pandas as pd

from pipeline import tables, words
from pipeline.reporting.elements import COUNT, ESTIMATE, INTERVAL, SAMPLE, Column, Table, with_interval
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing


def losses(results: Results, persona: str, voice: Voice) -> list[Table]:
    """Return one row per stage, visits lost and the money they might have brought; nothing where no exit is seen."""
    rows = results.of(tables.LOSSES, "persona", persona)
    place = {stage.id: position for position, stage in enumerate(voice.params.stages)}
    rows = rows[rows["stage"].isin(place)].sort_values("stage", key=lambda stages: stages.map(place), kind="stable")
    if rows.empty:
        return []
    columns = [
        Column(str(voice.say("stage"))),
        Column(str(voice.say("visits_lost")), COUNT),
        Column(str(voice.say("value_kept")), COUNT),
        Column(str(voice.say("projected_loss")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("n_visits")), SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
    ]
    body = [_row(row, voice) for _, row in rows.iterrows()]
    remark = voice.say("losses_remark", horizon=voice.days(voice.params.estimate.horizon))
    return [Table("losses", str(voice.say("losses_caption")), columns, body, remark)]


def _row(row: pd.Series, voice: Voice) -> list[str]:
    currency, language = voice.params.workspace.currency, voice.language

    def money(value: float) -> str:
        return words.money(value, currency, language)

    kept = words.MISSING
    if not is_missing(row["value_kept"]):
        bounds = words.money_interval(row["kept_low"], row["kept_high"], currency, language)
        kept = with_interval(money(row["value_kept"]), bounds)
    return [
        voice.stage(row["stage"]),
        voice.or_note(row["n_lost"], row["note"], voice.count),
        kept,
        voice.or_note(row["loss"], row["note"], money),
        words.money_interval(row["loss_low"], row["loss_high"], currency, language),
        voice.count(row["n_visits"]),
        voice.count(row["n_customers"]),
    ]
