"""Opportunities, ranked by what is sure of their gain, and the moments of truth, found and not found."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline import words
from pipeline.map_contents.opportunities import rows_for, together
from pipeline.params import Hypothesis
from pipeline.params.actions import Action, next_action
from pipeline.reporting.elements import (
    COUNT,
    ESTIMATE,
    SAMPLE,
    Column,
    Markup,
    Section,
    Table,
    paragraph,
    reason,
    small,
    with_interval,
)
from pipeline.reporting.reading import Results
from pipeline.reporting.voice import Voice, is_missing
from pipeline.tables.opportunities import MOMENT, NOT_CONFIRMED, NOT_ESTIMATED, NOT_EXAMINED, NOT_SELECTED


def opportunities(results: Results, persona: str, voice: Voice, actions: Sequence[Action] = ()) -> Section:
    """Return what removing each pain point would bring, the surest first, with what is planned against it."""
    title, frame = str(voice.say("title_opportunities")), results.frames["opportunities"]
    rows = rows_for(frame, voice.params.hypotheses, persona)
    if not rows:
        return Section("opportunities", title, [paragraph(voice.say("opportunities_none"))])
    columns = [
        Column(str(voice.say("opportunity"))),
        Column(str(voice.say("rank")), COUNT),
        Column(str(voice.say("gain_per_month")), ESTIMATE),
        Column(str(voice.say("gain_per_case")), ESTIMATE),
        Column(str(voice.say("cases_estimated")), SAMPLE),
        Column(str(voice.say("customers_hit")), COUNT),
        Column(str(voice.say("owner_and_date"))),
    ]
    body = [
        _cells(place, hypothesis, row, next_action(actions, hypothesis.id), voice)
        for place, (hypothesis, row) in enumerate(rows, start=1)  # in this list: its rows may be of two groups
    ]
    remark = voice.say("opportunities_remark", level=voice.level)
    table = Table("opportunities", str(voice.say("opportunities_caption")), columns, body, remark)
    joint = together(frame, persona)
    parts: list[Markup | Table] = [paragraph(voice.say("opportunities_lead")), table]
    if joint is not None and not is_missing(joint["gain"]):
        parts.append(paragraph(_joint(joint, voice)))
    return Section("opportunities", title, parts)


def _cells(place: int, hypothesis: Hypothesis, row: pd.Series, action: Action | None, voice: Voice) -> list[str]:
    planned = (
        voice.say("no_action_planned")
        if action is None
        else voice.say("action_planned", action=action.name[voice.language])
    )
    who = (
        hypothesis.owner[voice.language]
        if action is None
        else f"{action.owner[voice.language]}, {words.date(action.date, voice.language)}"
    )
    return [
        Markup("{} {} {}").format(hypothesis.claim[voice.language], small(voice.group(row["group"])), small(planned)),
        words.MISSING if is_missing(row["rank"]) else voice.count(place),
        _gain(row, voice),
        _effect(row, hypothesis, voice),
        f"{_count(row['n_estimated'], voice)} / {_count(row['n_exposed'], voice)}",
        _count(row["customers_hit"], voice),
        who,
    ]


def _count(value: float, voice: Voice) -> str:
    return words.MISSING if is_missing(value) else voice.count(value)


def _gain(row: pd.Series, voice: Voice) -> str:
    if row["status"] == NOT_ESTIMATED:
        return reason(voice.note(row["note"]) or voice.say("not_computed"))
    if is_missing(row["gain"]):
        return reason(voice.say("opportunity_no_value"))
    shown = with_interval(_money(row["gain"], voice), _money_interval(row, voice))
    if row["status"] == NOT_SELECTED:
        return Markup("{} {}").format(shown, small(voice.say("opportunity_not_selected")))
    return shown


def _effect(row: pd.Series, hypothesis: Hypothesis, voice: Voice) -> str:
    if is_missing(row["effect"]):
        return reason(voice.note(row["note"]) or voice.say("not_computed"))
    is_money = hypothesis.outcome.sum is not None and hypothesis.outcome.sum.strip() == "value"
    unit = ("money" if is_money else hypothesis.outcome.kind, voice.params.workspace.currency, voice.language)
    interval = words.effect_interval(row["effect_low"], row["effect_high"], *unit)
    return with_interval(words.effect(row["effect"], *unit), interval)


def _money(value: float, voice: Voice) -> str:
    return words.money(value, voice.params.workspace.currency, voice.language, 0 if abs(value) >= 100 else 2)


def _money_interval(row: pd.Series, voice: Voice) -> str:
    digits = 0 if max(abs(row["gain_low"]), abs(row["gain_high"])) >= 100 else 2
    return words.number_interval(row["gain_low"], row["gain_high"], voice.language, digits)


def _joint(row: pd.Series, voice: Voice) -> Markup:
    return voice.say(
        "gain_joint",
        group=voice.group(row["group"]),
        gain=_money(row["gain"], voice),
        level=voice.level,
        interval=_money_interval(row, voice),
    )


# -- moments of truth --------------------------------------------------------------------------------------------------


def moments(results: Results, persona: str, voice: Voice) -> Section:
    """Return every touchpoint examined with its three scores, those found first."""
    title, frame = str(voice.say("title_moments")), results.frames["moments"]
    rows = frame[(frame["group"] == persona) & (frame["status"] != NOT_EXAMINED)]
    if rows.empty:
        return Section("moments", title, [paragraph(_rule(voice)), paragraph(voice.say("moments_none"))])
    order = rows["status"].map({MOMENT: 0, NOT_CONFIRMED: 1}).fillna(2)
    rows = rows.assign(order=order, depth=-rows["stability"].fillna(-1)).sort_values(["order", "depth"], kind="stable")
    columns = [
        Column(voice.term("touchpoint", capital=True)),
        Column(str(voice.say("moment_status"))),
        Column(str(voice.say("moment_measure"))),
        Column(str(voice.say("moment_reach")), ESTIMATE),
        Column(str(voice.say("moment_gap")), ESTIMATE),
        Column("q", COUNT),
        Column(str(voice.say("moment_stability")), COUNT),
        Column(str(voice.say("quarters_n")), SAMPLE),
    ]
    found = int((rows["status"] == MOMENT).sum())
    lead = voice.say("moments_found", n=voice.count(found), examined=voice.count(len(rows)))
    body = [_scores(row, voice) for _, row in rows.iterrows()]
    table = Table("moments", str(voice.say("moments_caption")), columns, body, voice.say("moments_remark"))
    return Section("moments", title, [paragraph(_rule(voice)), paragraph(lead), table])


def _rule(voice: Voice) -> Markup:
    rule = voice.params.moments_of_truth
    return voice.say(
        "moments_lead",
        reach=words.percent(rule.reach, voice.language, 0),
        gap=words.effect(rule.smallest_effect, "binary", "", voice.language).lstrip("+"),
        level=words.number(rule.level, voice.language, 2),
        stability=words.percent(rule.stability, voice.language, 0),
        window=voice.days(rule.window),
    )


def _scores(row: pd.Series, voice: Voice) -> list[str]:
    status = {MOMENT: "moment_of_truth_found", NOT_CONFIRMED: "moment_not_confirmed"}
    said = voice.say(status.get(row["status"], "moment_not_found"))
    why = [voice.note(row["note"])] if row["status"] != MOMENT else []
    if not is_missing(row["position"]):
        why.append(str(voice.say(f"position_{row['position']}")))
    unit = ("binary", voice.params.workspace.currency, voice.language)
    gap = (
        reason(voice.note(row["note"]) or voice.say("not_computed"))
        if is_missing(row["gap"])
        else with_interval(
            words.effect(row["gap"], *unit), words.effect_interval(row["gap_low"], row["gap_high"], *unit)
        )
    )
    reach = with_interval(voice.percent(row["reach"]), voice.share_interval(row["reach_low"], row["reach_high"]))
    quarters = "" if is_missing(row["n_best"]) else f"; {voice.count(row['n_best'])} / {voice.count(row['n_worst'])}"
    return [
        Markup("{} {}").format(voice.touchpoint(row["touchpoint"]), small(voice.stage(row["stage"]))),
        Markup("{} {}").format(said, small(" · ".join(filter(None, why)))) if any(why) else said,
        str(voice.say(f"measure_{row['measure']}")),
        reach,
        gap,
        words.probability(row["q"], voice.language),
        words.MISSING if is_missing(row["stability"]) else words.percent(row["stability"], voice.language, 0),
        f"{voice.count(row['n_journeys'])}{quarters}",
    ]
