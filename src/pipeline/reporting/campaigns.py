"""What campaigns cost, and what one goal reached by way of them cost: of all customers, whatever their persona."""

from __future__ import annotations

import pandas as pd

from pipeline import tables, words
from pipeline.reporting.elements import COUNT, ESTIMATE, INTERVAL, SAMPLE, Column, Markup, Table, subheading
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing


def campaigns(results: Results, voice: Voice) -> list[Markup | Table]:
    """Return the table of campaigns; nothing where no source tells what they cost."""
    rows = results.frames[tables.CAMPAIGN_COSTS.name]
    if rows.empty:
        return []
    columns = [
        Column(str(voice.say("campaign"))),
        Column(str(voice.say("campaign_cost")), COUNT),
        Column(str(voice.say("campaign_clicks")), COUNT),
        Column(str(voice.say("n_customers")), SAMPLE),
        Column(str(voice.say("campaign_goals")), SAMPLE),
        Column(str(voice.say("cost_per_goal")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
    ]
    first = rows.iloc[0]
    days = {end: words.date(first[f"{end}_day"], voice.language) for end in ("first", "last")}
    caption = str(voice.say("campaigns_caption", **days))
    remark = voice.say("campaigns_remark", horizon=voice.days(voice.params.estimate.horizon))
    table = Table("campaigns", caption, columns, [_cells(row, voice) for _, row in rows.iterrows()], remark)
    return [subheading(str(voice.say("title_campaigns"))), table]


def _cells(row: pd.Series, voice: Voice) -> list[str]:
    currency = voice.params.workspace.currency

    def money(value: float) -> str:
        return words.money(value, currency, voice.language)

    return [
        voice.campaign(row["campaign"]),
        money(row["cost"]),
        words.MISSING if is_missing(row["clicks"]) else voice.count(row["clicks"]),
        voice.or_note(row["n_customers"], row["note"], voice.count),
        voice.or_note(row["n_goals"], row["note"], voice.count),
        voice.or_note(row["cost_per_goal"], row["note"], money),
        words.money_interval(row["ci_low"], row["ci_high"], currency, voice.language),
    ]
