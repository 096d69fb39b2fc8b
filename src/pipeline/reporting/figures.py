"""What is measured beside the journey: emotions, touchpoints and the persona's card."""

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
    small,
    subheading,
)
from pipeline.reporting.journey import nothing
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing

_NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_NUMERIC_TRAIT = re.compile(rf"(?P<name>\w+): (?P<low>{_NUMBER}) \| (?P<middle>{_NUMBER}) \| (?P<high>{_NUMBER})")
_FREQUENT_TRAIT = re.compile(r"(?P<name>\w+)=(?P<value>.*) \((?P<n>\d+)/(?P<total>\d+)\)", re.DOTALL)


def emotions(results: Results, persona: str, voice: Voice) -> Section:
    """Return the mean emotion of each stage, where there are scores."""
    title = str(voice.say("title_emotions"))
    rows = results.of(tables.EMOTIONS, "persona", persona)
    scored = {row["stage"]: row for _, row in rows[rows["n"] > 0].iterrows()}
    if not scored:
        return Section("emotions", title, [paragraph(voice.say("no_emotion"))])
    body = [_felt(scored[stage.id], voice) for stage in voice.params.stages if stage.id in scored]
    columns = [
        Column(str(voice.say("stage"))),
        Column(str(voice.say("emotion")), ESTIMATE),
        Column(str(voice.say("interval", level=voice.level)), INTERVAL),
        Column(str(voice.say("n_scores")), SAMPLE),
        Column(str(voice.say("n_customers")), SAMPLE),
    ]
    table = Table("emotions", str(voice.say("emotions_caption")), columns, body)
    return Section("emotions", title, [paragraph(voice.say("emotions_lead")), table])


def _felt(row: pd.Series, voice: Voice) -> list[str]:
    felt: str = voice.or_note(
        row["emotion"], row["note"], lambda value: words.number(value, voice.language, 2, signed=True)
    )
    if not is_missing(row["emotion"]) and row["n"] < voice.params.emotion_threshold:
        few = voice.say("few_scores", n=voice.count(voice.params.emotion_threshold))
        felt = Markup("{} {}").format(felt, small(few))
    interval = words.number_interval(row["ci_low"], row["ci_high"], voice.language, 2, signed=True)
    return [voice.stage(row["stage"]), felt, interval, voice.count(row["n"]), voice.count(row["n_customers"])]


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
    rule = (
        voice.say("rule_otherwise")
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
    return Section("persona", title, parts)


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
