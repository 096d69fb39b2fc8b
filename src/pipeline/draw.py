"""DVC stage draw: result tables → one journey map per persona and language, and the companion pictures.

`build_map` gathers every number of a map, each beside the table and row it comes from; the picture is
drawn from nothing else. A suppressed row leaves its note and no number.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from pipeline import tables
from pipeline.errors import ParcoursError
from pipeline.files import whole_folder, write_json
from pipeline.map_contents.day import moments
from pipeline.map_contents.measures import Measure, both, first, measure, only, plain
from pipeline.map_contents.opportunities import moments_of, opportunities_of
from pipeline.map_contents.plan import planned
from pipeline.map_contents.voice import voice_of
from pipeline.params import Hypothesis, Names, Params, Persona
from pipeline.params.actions import FILE as ACTIONS
from pipeline.params.actions import Action, read_actions
from pipeline.pictures.charts import save_svg
from pipeline.pictures.companions import FIGURES
from pipeline.pictures.day_map import day_map
from pipeline.pictures.journey_map import journey_map
from pipeline.pictures.planned_map import planned_map
from pipeline.pictures.svg import png
from pipeline.tables import Table
from pipeline.verdict_interval import effect_kind, verdict_interval
from pipeline.workspace import Workspace

MOST_STEPS = 14
MOST_KPIS = 6  # on a map: those declared first
# Read by this stage; conservation only for the count of rows.
READ = (
    tables.CONSERVATION, tables.PERSONA_CARDS, tables.TRANSITIONS, tables.FUNNEL, tables.TIME_IN_STAGE,
    tables.SURVIVAL, tables.KPIS, tables.TOUCHPOINTS, tables.EMOTIONS, tables.THEMES, tables.HYPOTHESES,
    tables.OPPORTUNITIES, tables.MOMENTS, tables.RHYTHM, tables.DEVIATIONS,
)  # fmt: skip
# Channels that carry messages: what customers do there is communication, elsewhere it is action.
MESSAGE_CHANNELS = ("ads", "survey", "social", "support", "email", "call", "mail")
Frames = Mapping[str, pd.DataFrame]
DRAWN_BY = {"current_state": journey_map, "day_in_the_life": day_map, "planned": planned_map}


def main(workspace: Workspace, params: Params) -> None:
    """Draw the map of every persona in every language, as SVG, PNG and JSON, and the companion pictures."""
    frames = read_tables(workspace)
    facts = json.loads(workspace.path("data/reconstruct/reconstruct.json").read_text(encoding="utf-8"))
    snapshot = snapshot_hash(workspace)
    actions = read_actions(workspace.root, [hypothesis.id for hypothesis in params.hypotheses])
    with whole_folder(workspace.path("data/draw")) as folder:
        for persona in params.personas:
            for kind, content in maps_of(frames, params, persona, facts, snapshot, actions).items():
                name = persona.id if kind == "current_state" else f"{persona.id}.{kind}"
                write_json(content, folder / f"{name}.map.json")
                for language in params.workspace.languages:
                    svg = DRAWN_BY[kind](content, language)
                    (folder / f"{name}.{language}.svg").write_text(svg, encoding="utf-8", newline="\n")
                    (folder / f"{name}.{language}.png").write_bytes(png(svg))
        for name, figure in FIGURES.items():
            for language in params.workspace.languages:
                save_svg(figure(frames, params, language), folder / f"{name}.{language}.svg")


def read_tables(workspace: Workspace) -> dict[str, pd.DataFrame]:
    """Read the result tables that maps are drawn from, with the types of their contracts.

    Raises
    ------
    ParcoursError
        If a table is missing or lacks a column of its contract.
    """
    return {table.name: read_table(table, workspace) for table in READ}


def read_table(table: Table, workspace: Workspace) -> pd.DataFrame:
    """Read one CSV table; empty cells of text are None, of numbers not-a-number."""
    path = workspace.path(table.path)
    if not path.is_file():
        raise ParcoursError(f"{table.path}: the file is missing. Run the DVC stage that makes it (`dvc repro`) first.")
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    for name, column in table.columns.items():
        if name not in frame:
            raise ParcoursError(f"{table.path}: no column {name!r}, which its contract demands. Run `dvc repro` again.")
        if column.type == tables.TEXT:
            # files.write_csv puts an apostrophe before what a spreadsheet would take for a formula
            frame[name] = frame[name].str.replace(r"^'(?=[=+\-@])", "", regex=True).replace("", None)
        else:
            frame[name] = pd.to_numeric(frame[name].replace("", None))
    return frame


def snapshot_hash(workspace: Workspace) -> str:
    """Return 12 digits that name the results drawn: a hash of the bytes of every table read."""
    digest = hashlib.sha256()
    for path in ("data/reconstruct/reconstruct.json", *(table.path for table in READ)):
        digest.update(path.encode() + b"\0" + workspace.path(path).read_bytes() + b"\0")
    if (workspace.root / ACTIONS).is_file():
        digest.update((workspace.root / ACTIONS).read_bytes())
    return digest.hexdigest()[:12]


def build_map(
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
    own = _of_persona(frames, persona)
    card = _card(own["persona_cards"])
    # What holds for all customers says nothing on a map of nobody.
    is_empty = card is None or card["n_customers"] == 0
    pains, others = ([], []) if is_empty else _findings(frames["hypotheses"], params, persona.id)
    return {
        **_head(frames, params, persona, facts, snapshot),
        "map_type": "current_state",
        "stages": _stages(own, params),
        "evidence": _evidence_mix(pains),
        "pain_points": pains,
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


def maps_of(
    frames: Frames,
    params: Params,
    persona: Persona,
    facts: Mapping[str, Any],
    snapshot: str,
    actions: Sequence[Action] = (),
) -> dict[str, dict[str, Any]]:
    """Return the contents of a persona's maps by type; see `build_map` for what is given.

    The planned map exists where params.yaml plans a journey.
    """
    head, own = _head(frames, params, persona, facts, snapshot), _of_persona(frames, persona)
    maps = {
        "current_state": build_map(frames, params, persona, facts, snapshot, actions),
        "day_in_the_life": {**head, "map_type": "day_in_the_life", **moments(own["rhythm"])},
    }
    if params.planned.touchpoints:
        found = planned(own["deviations"], own["touchpoints"], own["emotions"], params)
        maps["planned"] = {**head, "map_type": "planned", **found}
    return maps


def _head(frames: Frames, params: Params, persona: Persona, facts: Mapping[str, Any], snapshot: str) -> dict[str, Any]:
    """Return what every type of map says: whose it is, from when, on how much, by which conventions."""
    own = _of_persona(frames, persona)
    return {
        "format": 1,
        "workspace": {"id": params.workspace.id, "name": both(params.workspace.name)},
        "persona": {"id": persona.id, "name": both(persona.name), "goal": both(persona.goal),
                    "card": _card(own["persona_cards"]), "traits": _traits(own["persona_cards"], params)},
        "period": {"start": _local_day(facts, "window_start", params), "end": _local_day(facts, "cut_off", params)},
        "snapshot": snapshot,
        "conventions": _conventions(params),
        "rows": _rows_read(frames["conservation"]),
        "journeys": first(tables.FUNNEL, own["funnel"], "n_journeys", "n_customers"),
    }  # fmt: skip


def _of_persona(frames: Frames, persona: Persona) -> dict[str, pd.DataFrame]:
    return {name: _of_group(frame, persona.id) for name, frame in frames.items()}


def _of_group(frame: pd.DataFrame, persona: str) -> pd.DataFrame:
    if "grouping" in frame:
        return frame[(frame["grouping"] == "persona") & (frame["group"] == persona)]
    return frame[frame["persona"] == persona] if "persona" in frame else frame


def _local_day(facts: Mapping[str, Any], name: str, params: Params) -> str | None:
    if not facts.get(name):
        return None
    moment = datetime.fromisoformat(str(facts[name]).replace("Z", "+00:00"))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))
    return moment.astimezone(ZoneInfo(params.workspace.time_zone)).date().isoformat()


def _conventions(params: Params) -> dict[str, Any]:
    estimate = params.estimate
    return {
        "level": estimate.level,
        "horizon_days": estimate.horizon.total_seconds() / 86400,
        "smallest_cell": estimate.smallest_cell,
        "emotion_threshold": params.emotion_threshold,
        "currency": params.workspace.currency,
    }


def _rows_read(conservation: pd.DataFrame) -> Measure:
    return {
        "from": {"table": tables.CONSERVATION.path, "key": "sum over all rows"},
        "note": None,
        "raw": int(conservation["raw"].sum()),
        "refused": int(conservation["refused"].sum()),
    }


def _card(rows: pd.DataFrame) -> Measure | None:
    shares = ("share", "share_low", "share_high", "value_share", "value_share_low", "value_share_high")
    return first(tables.PERSONA_CARDS, rows, "n_customers", *shares)


def _traits(rows: pd.DataFrame, params: Params) -> list[dict[str, Any]]:
    """Return the traits as `segment` wrote them: ``name: q1 | median | q3`` or ``name=value (n/total)``."""
    if not len(rows):
        return []
    texts = [text for name in ("trait_1", "trait_2", "trait_3") if (text := plain(rows.iloc[0][name]))]
    traits = [_trait(text) for text in texts]
    return [trait | {"called": both(params.named(trait["name"]))} if "name" in trait else trait for trait in traits]


def _trait(text: str) -> dict[str, Any]:
    if found := re.fullmatch(r"(\w+): (\S+) \| (\S+) \| (\S+)", text):
        name, *quartiles = found.groups()
        return {"kind": "range", "name": name} | dict(zip(_TRAIT_RANGE, map(float, quartiles), strict=True))
    if found := re.fullmatch(r"(\w+)=(.*) \((\d+)/(\d+)\)", text):
        name, value, n, total = found.groups()
        return {
            "kind": "share",
            "name": name,
            "value": value,
            "n": int(n),
            "total": int(total),
            "p": int(n) / int(total),
        }
    return {"kind": "text", "text": text}


_TRAIT_RANGE = ("quartile_1", "median", "quartile_3")


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
            **chosen[stage.id],
        }
        for stage in params.stages
    ]


_INTERVAL = ("p", "ci_low", "ci_high")
_QUARTILES = ("quartile_1", "median", "median_low", "median_high", "quartile_3")


def _moves(transitions: pd.DataFrame, stage: str, to_stage: str) -> Measure | None:
    where = {"from_stage": stage, "to_stage": to_stage}
    return only(tables.TRANSITIONS, transitions, where, "n_visits", *_INTERVAL)


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


def _findings(hypotheses: pd.DataFrame, params: Params, persona: str) -> tuple[list[Measure], list[Measure]]:
    """Return the supported hypotheses, costliest first, and the others; the persona's own row before everybody's."""
    found: list[Measure] = []
    others: list[Measure] = []
    for hypothesis in params.hypotheses:
        rows = hypotheses[hypotheses["id"] == hypothesis.id]
        own, everybody = rows[rows["group"] == persona], rows[rows["group"] == "(all)"]
        if persona not in hypothesis.concerns:
            everybody = everybody.iloc[:0]
        row = next(iter(own.iloc[:1].iterrows()), None) or next(iter(everybody.iloc[:1].iterrows()), None)
        if row is not None:
            finding = _finding(row[1], hypothesis)
            (found if finding["verdict"] == "supported" else others).append(finding)
    found.sort(key=lambda one: (-abs(one["cost"] or 0), one["q"] if one["q"] is not None else 1, one["id"]))
    for number, finding in enumerate(found, start=1):
        finding["number"] = number
    return found, others


def _finding(row: pd.Series, hypothesis: Hypothesis) -> Measure:
    numbers = (
        "n_exposed", "n_unexposed", "customers_hit", "q", "family_size", "cost", "cost_low", "cost_high",
        "fcr_low", "fcr_high", "lee_low", "lee_high",
        "crude_effect", "crude_low", "crude_high", "adjusted_effect", "adjusted_low", "adjusted_high",
    )  # fmt: skip
    found = measure(tables.HYPOTHESES, row, *numbers)
    kind = effect_kind(found)
    low, high = verdict_interval(found, kind)
    is_money = hypothesis.outcome.sum is not None and hypothesis.outcome.sum.strip() == "value"
    return {
        "id": hypothesis.id,
        "group": row["group"],
        "claim": both(hypothesis.claim),
        "stage": hypothesis.stage,
        "owner": hypothesis.owner,
        "pattern": both(hypothesis.pattern) if hypothesis.pattern else None,
        "unit": "money" if is_money else hypothesis.outcome.kind,
        "verdict": row["verdict"],
        "sub_label": plain(row["sub_label"]),
        "grade": row["grade"],
        "effect": found[f"{kind}_effect"],
        "low": low if found["fcr_low"] is None else found["fcr_low"],
        "high": high if found["fcr_high"] is None else found["fcr_high"],
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
