"""What every type of map says: whose it is, from when, on how much, by which conventions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from pipeline import tables
from pipeline.map_contents.measures import Measure, both, first, plain
from pipeline.params import Params, Persona

Frames = Mapping[str, pd.DataFrame]


def head(frames: Frames, params: Params, persona: Persona, facts: Mapping[str, Any], snapshot: str) -> dict[str, Any]:
    """Return what every type of map says: whose it is, from when, on how much, by which conventions."""
    own = of_persona(frames, persona)
    return {
        "format": 1,
        "workspace": {"id": params.workspace.id, "name": both(params.workspace.name)},
        "persona": {"id": persona.id, "name": both(persona.name), "goal": both(persona.goal),
                    "card": card(own["persona_cards"]), "traits": _traits(own["persona_cards"], params)},
        "period": {"start": _local_day(facts, "window_start", params), "end": _local_day(facts, "cut_off", params)},
        "snapshot": snapshot,
        "conventions": _conventions(params),
        "rows": _rows_read(frames["conservation"]),
        "journeys": first(tables.FUNNEL, own["funnel"], "n_journeys", "n_customers"),
    }  # fmt: skip


def of_persona(frames: Frames, persona: Persona) -> dict[str, pd.DataFrame]:
    """Return the rows of each table that are about a persona; tables without groups as they are."""
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


def card(rows: pd.DataFrame) -> Measure | None:
    """Return how many a persona is and what share of customers and of money."""
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
