"""The last full month beside the one before: moved, not shown to have moved, changed by definition, by data."""

from __future__ import annotations

import pandas as pd

from pipeline import words
from pipeline.monthly import ledger
from pipeline.monthly.changes import DATA, DEFINITION, changes
from pipeline.monthly.control import control_chart
from pipeline.reporting.elements import (
    ESTIMATE,
    INTERVAL,
    SAMPLE,
    Column,
    Markup,
    Section,
    Table,
    bullets,
    paragraph,
    reason,
    small,
)
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing
from pipeline.tables import EVERYBODY

SAID = {ledger.MOVED: "moved", DEFINITION: "definition", DATA: "data", ledger.NOT_SHOWN: "not_shown"}


def month(results: Results, persona: str, voice: Voice) -> Section:
    """Return what moved for the persona and for everybody, by the ledger of all looks."""
    title = str(voice.say("title_month"))
    if results.monthly is None or results.monthly.empty:
        return Section("month", title, [paragraph(voice.say("month_none"))])
    found = changes(results.monthly, voice.params.estimate.level)
    if found.empty:
        return Section("month", title, [paragraph(voice.say("month_none"))])
    look = results.ledger
    if look is not None:
        look = look[(look["digest"] == ledger.digest(found)) & look["group"].isin([persona, EVERYBODY])]
    if look is None or look.empty:
        return Section("month", title, [paragraph(voice.say("month_not_judged"))])
    n = {verdict: voice.count(int((look["verdict"] == verdict).sum())) for verdict in SAID}
    lead = voice.say(
        "month_lead",
        level=voice.false_discovery_rate,
        moved=n[ledger.MOVED],
        quiet=n[ledger.NOT_SHOWN],
        defined=n[DEFINITION],
        restated=n[DATA],
    )
    shown = look[look["verdict"].isin((ledger.MOVED, DEFINITION, DATA))]
    quiet = look[(look["verdict"] == ledger.NOT_SHOWN) & (look["measure"] == "kpi")]
    rows = [*shown.to_dict("records"), *quiet.to_dict("records")]
    ordered = sorted(rows, key=lambda row: (list(SAID).index(row["verdict"]), row["group"] != persona))
    table = Table(
        "month",
        str(voice.say("month_caption")),
        _columns(voice),
        [_cells(pd.Series(row), voice) for row in ordered],
        voice.say("month_remark"),
    )
    return Section("month", title, [paragraph(lead), table] if ordered else [paragraph(lead)])


def outside(results: Results, persona: str, voice: Voice) -> list[Markup]:
    """Return, in words, what the control chart of the persona shows beyond its limits; nothing without a chart."""
    if results.monthly is None:
        return []
    rate = 1 - voice.params.estimate.level
    found = control_chart(results.monthly, rate, persona)
    if found.empty:
        return []
    alarms = found[found["is_outside"].astype(bool)]
    lead = voice.say(
        "control_alarms" if len(alarms) else "control_quiet",
        rate=voice.percent(rate, 0),
        months=voice.count(int(found["low"].notna().sum())),
        n=voice.count(len(alarms)),
    )
    return [paragraph(lead), bullets(_alarm(row, voice) for _, row in alarms.iterrows())]


def _alarm(row: pd.Series, voice: Voice) -> Markup:
    def write(value: float) -> str:
        return words.in_unit(value, row["unit"], voice.params.workspace.currency, voice.language)

    kpi = voice.kpi(row["item"])
    return voice.say(
        "control_alarm",
        name=kpi.name[voice.language] if kpi else row["item"],
        month=words.month(row["period"], voice.language),
        value=write(row["value"]),
        limits=words.interval(row["low"], row["high"], voice.language, write),
        n=voice.count(row["n_customers"]),
    )


def _columns(voice: Voice) -> list[Column]:
    return [
        Column(str(voice.say("month_number"))),
        Column(str(voice.say("month_verdict"))),
        Column(str(voice.say("month_months"))),
        Column(str(voice.say("month_before"))),
        Column(str(voice.say("month_after"))),
        Column(str(voice.say("month_change")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("n_customers")), SAMPLE),
        Column(str(voice.say("month_split"))),
    ]


def _cells(row: pd.Series, voice: Voice) -> list[str]:
    unit, currency, language = row["unit"], voice.params.workspace.currency, voice.language

    def write(value: float) -> str:
        return words.in_unit(value, unit, currency, language)

    def change(value: float) -> str:  # two shares differ by points: 5 % less of 40 % is something else
        if unit == "share":
            return words.effect(value, "binary", currency, language)
        return words.in_unit(value, unit, currency, language, signed=True)

    def between(low: float, high: float) -> str:
        if unit == "share":
            return words.effect_interval(low, high, "binary", currency, language)
        return words.interval(low, high, language, change)

    said = str(voice.say(f"month_{SAID[row['verdict']]}"))
    is_restated = is_missing(row["change"])
    split = "" if is_missing(row["mix"]) else f"{change(row['mix'])} / {change(row['rate'])}"
    period = words.month(row["period"], language)
    return [
        Markup("{} {}").format(_name(row, voice), small(voice.group(row["group"]))),
        said,
        period if is_restated else f"{words.month(row['base_period'], language)} → {period}",
        write(row["before"]),
        write(row["after"]),
        reason(voice.say("month_same")) if is_restated else change(row["change"]),
        "" if is_restated else between(row["low"], row["high"]),
        words.MISSING if is_missing(row["n_customers"]) else voice.count(row["n_customers"]),
        split or words.MISSING,
    ]


def _name(row: pd.Series, voice: Voice) -> str:
    kpi = voice.kpi(row["item"])
    if row["measure"] == "kpi":
        return kpi.name[voice.language] if kpi else row["item"]
    return " → ".join(voice.stage(stage) for stage in row["item"].split("→"))
