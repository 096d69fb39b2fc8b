"""What is measured beside the journey: touchpoints and the persona's card."""

from __future__ import annotations

import re

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
    bullets,
    paragraph,
    subheading,
)
from pipeline.reporting.journey import nothing
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing

_NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_NUMERIC_TRAIT = re.compile(rf"(?P<name>\w+): (?P<low>{_NUMBER}) \| (?P<middle>{_NUMBER}) \| (?P<high>{_NUMBER})")
_FREQUENT_TRAIT = re.compile(r"(?P<name>\w+)=(?P<value>.*) \((?P<n>\d+)/(?P<total>\d+)\)", re.DOTALL)


def touchpoints(results: Results, persona: str, voice: Voice) -> Section:
    """Return which touchpoints the persona meets in each stage, the most met first."""
    title = str(voice.say("title_touchpoints"))
    rows = results.of(tables.TOUCHPOINTS, "persona", persona)
    place = {stage.id: position for position, stage in enumerate(voice.params.stages)}
    ordered = sorted(
        (row for _, row in rows.iterrows()),
        key=lambda row: (
            place.get(row["stage"], len(place)),
            0.0 if is_missing(row["reach"]) else -float(row["reach"]),
            row["touchpoint"],
            row["channel"],
            row["actor"],
        ),
    )
    columns = [
        Column(str(voice.say("touchpoint"))),
        Column(str(voice.say("stage"))),
        Column(str(voice.say("channel"))),
        Column(str(voice.say("actor"))),
        Column(str(voice.say("reach")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("n_customers")), SAMPLE),
        Column(str(voice.say("n_events")), COUNT),
    ]
    table = Table("touchpoints", str(voice.say("touchpoints_caption")), columns, [_met(row, voice) for row in ordered])
    return Section(
        "touchpoints", title, [paragraph(voice.say("touchpoints_lead")), table if ordered else nothing(voice)]
    )


def _met(row: pd.Series, voice: Voice) -> list[str]:
    return [
        voice.touchpoint(row["touchpoint"]),
        voice.stage(row["stage"]),
        voice.label(f"channel_{row['channel']}"),
        voice.label(f"actor_{row['actor']}"),
        voice.or_note(row["reach"], row["note"], voice.percent),
        voice.share_interval(row["reach_low"], row["reach_high"]),
        voice.or_note(row["n_customers"], row["note"], voice.count),
        voice.or_note(row["n_events"], row["note"], voice.count),
    ]


def persona_card(results: Results, persona: str, voice: Voice) -> Section:
    """Return who the persona is: goal, rule, share with interval, traits."""
    title = str(voice.say("title_persona"))
    declared = next(one for one in voice.params.personas if one.id == persona)
    clusters = voice.params.clusters
    rule = (
        voice.say("rule_clusters", by=", ".join(voice.params.named(name)[voice.language] for name in clusters.by))
        if clusters is not None
        else voice.say("rule_otherwise")
        if declared.when is None
        else voice.say("rule", rule=Markup("<code>{}</code>").format(declared.when))
    )
    parts: list[Markup | Table] = [paragraph(voice.say("goal", goal=declared.goal[voice.language])), paragraph(rule)]
    cards = results.frames[tables.PERSONA_CARDS.name].query("persona == @persona")
    if cards.empty or cards["n_customers"].iloc[0] == 0:
        return Section("persona", title, [*parts, paragraph(voice.say("no_customer"))])
    card = cards.iloc[0]
    everybody = results.numbers["reconstruct"]["n_customers"]
    sample = str(voice.say("n_of_n", part=voice.count(card["n_customers"]), whole=voice.count(everybody)))
    columns = [
        Column(str(voice.say("figure"))),
        Column(str(voice.say("value")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("n_customers")), SAMPLE),
    ]
    body = [
        [
            str(voice.say(heading)),
            voice.or_note(card[name], card["note"], voice.percent),
            voice.share_interval(card[f"{name}_low"], card[f"{name}_high"]),
            sample,
        ]
        for heading, name in (("share_of_customers", "share"), ("share_of_value", "value_share"))
    ]
    parts.append(Table("persona", str(voice.say("persona_caption")), columns, body))
    traits = [
        _trait(card[name], card["n_customers"], voice)
        for name in ("trait_1", "trait_2", "trait_3")
        if not is_missing(card[name])
    ]
    if traits:
        parts += [
            subheading(str(voice.say("traits"))),
            bullets(traits),
            paragraph(voice.say("traits_remark"), kind="remark"),
        ]
    return Section("persona", title, [*parts, *_typical_path(results, persona, voice)])


def _typical_path(results: Results, persona: str, voice: Voice) -> list[Markup]:
    """Return the path of a real journey that is nearest to all others, with how many walk exactly it."""
    rows = results.of(tables.TYPICAL_PATHS, "persona", persona)
    if rows.empty or is_missing(rows["path"].iloc[0]) or is_missing(rows["share"].iloc[0]):
        return []
    row = rows.iloc[0]
    return [
        subheading(str(voice.say("typical_path"))),
        paragraph(" → ".join(voice.stage(stage) for stage in row["path"].split(" > "))),
        paragraph(
            voice.say(
                "typical_path_remark",
                share=voice.percent(row["share"]),
                interval=voice.share_interval(row["ci_low"], row["ci_high"]),
                walked=voice.count(row["n_walked"]),
                n=voice.count(row["n_journeys"]),
                variants=voice.count(row["n_variants"]),
            ),
            kind="remark",
        ),
    ]


def _trait(text: str, customers: float, voice: Voice) -> Markup | str:
    """Return a trait in words; `segment` writes it as ``name: q1 | median | q3`` or ``name=value (n/total)``."""
    if numeric := _NUMERIC_TRAIT.fullmatch(text):
        low, middle, high = (
            _trait_number(numeric["name"], float(numeric[part]), voice) for part in ("low", "middle", "high")
        )
        name = voice.params.named(numeric["name"])[voice.language]
        return voice.say("trait_number", name=name, low=low, middle=middle, high=high, n=voice.count(customers))
    if frequent := _FREQUENT_TRAIT.fullmatch(text):
        n, total = int(frequent["n"]), int(frequent["total"])
        return voice.say(
            "trait_text",
            name=voice.params.named(frequent["name"])[voice.language],
            value=frequent["value"],
            share=voice.percent(n / total),
            n=voice.count(n),
            total=voice.count(total),
        )
    return text


def _trait_number(name: str, value: float, voice: Voice) -> str:
    if name == "value":
        return words.money(value, voice.params.workspace.currency, voice.language)
    return voice.number(value, 0 if value == int(value) else 2)
