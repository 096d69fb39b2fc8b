"""The current state of a persona's journey: stages and steps, findings, moments of truth, opportunities, KPIs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline import tables
from pipeline.map_contents.head import Frames, card, head, of_persona
from pipeline.map_contents.measures import Measure, both, first, measure, only, plain
from pipeline.map_contents.opportunities import moments_of, opportunities_of
from pipeline.map_contents.voice import voice_of
from pipeline.params import PAIN, Hypothesis, Names, Params, Persona
from pipeline.params.actions import Action
from pipeline.shown_interval import effect_kind, shown_interval

MOST_STEPS = 14
MOST_KPIS = 6  # on a map: those declared first
# Channels that carry messages: what customers do there is communication, elsewhere it is action.
MESSAGE_CHANNELS = ("ads", "survey", "social", "support", "email", "call", "mail")


def current_state(
    frames: Frames,
    params: Params,
    persona: Persona,
    facts: Mapping[str, Any],
    snapshot: str,
    actions: Sequence[Action] = (),
) -> dict[str, Any]:
    """Gather everything that stands on the current-state map of one persona.

    Parameters
    ----------
    frames
        Result tables by name, as their contracts in `tables` say.
    params
        Of the workspace: names, stages, touchpoints, thresholds.
    persona
        One of ``params.personas``.
    facts
        Content of reconstruct.json; `window_start` and `cut_off` are read.
    snapshot
        Name of the data snapshot.
    actions
        Of actions.yaml.

    Returns
    -------
    dict
        Content of ``<persona>.map.json``. Every measure holds ``from`` (the file and the key of its row),
        ``note`` (why a number is missing) and the row's numbers under their column names.
    """
    own = of_persona(frames, persona)
    who = card(own["persona_cards"])
    # What holds for all customers says nothing on a map of nobody.
    is_empty = who is None or who["n_customers"] == 0
    pains, levers, others = ([], [], []) if is_empty else _findings(frames["hypotheses"], params, persona.id)
    return {
        **head(frames, params, persona, facts, snapshot),
        "map_type": "current_state",
        "stages": _stages(own, params),
        "evidence": _evidence_mix(pains),
        "pain_points": pains,
        "levers": levers,
        "tested_not_found": others,
        "moments_of_truth": moments_of(frames["moments"], params, persona.id),
        "opportunities": opportunities_of(
            frames["opportunities"].iloc[: 0 if is_empty else None],
            params,
            persona.id,
            actions,
            {pain["id"]: pain["number"] for pain in pains},
        ),
        "kpis": _kpis(own["kpis"], params),
    }


def _stages(own: Frames, params: Params) -> list[dict[str, Any]]:
    chosen = _choose_steps(own["touchpoints"], params)
    return [
        {
            "id": stage.id,
            "name": both(stage.name),
            "reached": only(tables.FUNNEL, own["funnel"], {"stage": stage.id}, "n_journeys", "n_reached", *_INTERVAL),
            "lost": _moves(own["transitions"], stage.id, tables.LOST),
            "unresolved": _moves(own["transitions"], stage.id, tables.UNRESOLVED),
            "time": only(tables.TIME_IN_STAGE, own["time_in_stage"], {"stage": stage.id}, "n_visits", *_QUARTILES),
            **voice_of(own, stage.id),
            "effort": _effort(own["effort"], stage.id),
            **chosen[stage.id],
        }
        for stage in params.stages
    ]


_INTERVAL = ("p", "ci_low", "ci_high")
_EFFORTS = ("steps", "channel_switches", "repeated_contacts", "declared")
_QUARTILES = ("quartile_1", "median", "median_low", "median_high", "quartile_3")


def _moves(transitions: pd.DataFrame, stage: str, to_stage: str) -> Measure | None:
    where = {"from_stage": stage, "to_stage": to_stage}
    return only(tables.TRANSITIONS, transitions, where, "n_visits", *_INTERVAL)


def _effort(rows: pd.DataFrame, stage: str) -> dict[str, Measure | None]:
    numbers = ("n", "n_customers", "estimate", "ci_low", "ci_high")
    return {name: only(tables.EFFORT, rows, {"stage": stage, "measure": name}, *numbers) for name in _EFFORTS}


def _choose_steps(touchpoints: pd.DataFrame, params: Params) -> dict[str, dict[str, Any]]:
    """Return the main touchpoints of each stage, in the declared order, and how many others there are.

    Every stage shows its most frequented touchpoint; the other places go to whatever most customers meet.
    """
    reached = touchpoints.assign(n_customers=touchpoints["n_customers"].fillna(0))
    met = reached.groupby(["stage", "touchpoint"])["n_customers"].max().reset_index()
    met = met.sort_values(["n_customers", "stage", "touchpoint"], ascending=[False, True, True], kind="stable")
    met["rank_in_stage"] = met.groupby("stage").cumcount()
    places = MOST_STEPS - sum(stage.id not in set(met["stage"]) for stage in params.stages)
    kept = pd.concat([met[met["rank_in_stage"] == 0], met[met["rank_in_stage"] > 0]]).head(max(places, 1))
    order = {name: index for index, name in enumerate(params.touchpoints)}
    chosen = {}
    for stage in params.stages:
        names = kept.loc[kept["stage"] == stage.id, "touchpoint"]
        ordered = sorted(names, key=lambda name: (order.get(name, len(order)), name))
        rows = touchpoints[touchpoints["stage"] == stage.id]
        chosen[stage.id] = {
            "steps": [_step(rows[rows["touchpoint"] == name], name, params) for name in ordered],
            "further_touchpoints": int((met["stage"] == stage.id).sum()) - len(ordered),
        }
    return chosen


def _step(rows: pd.DataFrame, touchpoint: str, params: Params) -> dict[str, Any]:
    rows = rows.assign(volume=rows["n_events"].fillna(-1)).sort_values(
        ["volume", "channel", "actor"], ascending=[False, True, True], kind="stable"
    )
    main = rows.iloc[0]
    own_symbol = "sent" if main["channel"] in MESSAGE_CHANNELS else "action"
    numbers = ("n_events", "n_customers", "reach", "reach_low", "reach_high")
    known = params.touchpoints.get(touchpoint, Names(fr=touchpoint, en=touchpoint))
    return {
        "touchpoint": touchpoint,
        "name": both(known),
        "symbol": own_symbol if main["actor"] == "customer" else "received",
        "actor": main["actor"],
        "ways": [
            {"channel": row["channel"], "actor": row["actor"], **measure(tables.TOUCHPOINTS, row, *numbers)}
            for _, row in rows.iterrows()
        ],
    }


def _findings(
    hypotheses: pd.DataFrame, params: Params, persona: str
) -> tuple[list[Measure], list[Measure], list[Measure]]:
    """Return pains found, costliest first, levers found, and the others; the persona's own row before everybody's."""
    found: list[Measure] = []
    levers: list[Measure] = []
    others: list[Measure] = []
    for hypothesis in params.hypotheses:
        rows = hypotheses[hypotheses["id"] == hypothesis.id]
        own, everybody = rows[rows["group"] == persona], rows[rows["group"] == "(all)"]
        if persona not in hypothesis.concerns:
            everybody = everybody.iloc[:0]
        row = next(iter(own.iloc[:1].iterrows()), None) or next(iter(everybody.iloc[:1].iterrows()), None)
        if row is not None:
            finding = _finding(row[1], hypothesis)
            supported = found if hypothesis.kind == PAIN else levers
            (supported if finding["verdict"] == "supported" else others).append(finding)
    found.sort(key=lambda one: (-abs(one["cost"] or 0), one["q"] if one["q"] is not None else 1, one["id"]))
    for number, finding in enumerate(found, start=1):
        finding["number"] = number
    return found, levers, others


def _finding(row: pd.Series, hypothesis: Hypothesis) -> Measure:
    numbers = (
        "n_exposed", "n_unexposed", "customers_hit", "q", "family_size", "cost", "cost_low", "cost_high",
        "fcr_low", "fcr_high", "lee_low", "lee_high",
        "crude_effect", "crude_low", "crude_high", "adjusted_effect", "adjusted_low", "adjusted_high",
    )  # fmt: skip
    found = measure(tables.HYPOTHESES, row, *numbers)
    kind = effect_kind(found)
    low, high = shown_interval(found, kind)
    is_money = hypothesis.outcome.sum is not None and hypothesis.outcome.sum.strip() == "value"
    return {
        "id": hypothesis.id,
        "group": row["group"],
        "claim": both(hypothesis.claim),
        "stage": hypothesis.stage,
        "owner": both(hypothesis.owner),
        "pattern": both(hypothesis.pattern) if hypothesis.pattern else None,
        "unit": "money" if is_money else hypothesis.outcome.kind,
        "verdict": row["verdict"],
        "sub_label": plain(row["sub_label"]),
        "grade": row["grade"],
        "effect": found[f"{kind}_effect"],
        "low": low,
        "high": high,
        **found,
    }


def _evidence_mix(pains: Iterable[Measure]) -> dict[str, int]:
    grades = [pain["grade"] for pain in pains]
    return {grade: grades.count(grade) for grade in sorted(set(grades))}


def _kpis(rows: pd.DataFrame, params: Params) -> list[dict[str, Any]]:
    measured = []
    for kpi in params.kpis[:MOST_KPIS]:
        own = rows[rows["kpi"] == kpi.id]
        numbers = first(tables.KPIS, own, "n", "n_customers", "estimate", "ci_low", "ci_high", "target")
        unit = plain(own.iloc[0]["unit"]) if len(own) else None
        declared = {"id": kpi.id, "kind": kpi.kind, "name": both(kpi.name), "better": kpi.better}
        measured.append({**declared, "unit": unit, "measure": numbers})
    return measured
