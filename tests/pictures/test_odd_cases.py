"""Personas at the edge, drawn in both languages; the pictures stay in a folder, to be looked at.

Folder: $PARCOURS_ARTEFACTS, else tests/artefacts (not in git).
"""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

import pytest

from pictures import fixture
from pictures.maps import ACTIONS, LONG, overlaps, texts
from pipeline import words
from pipeline.draw import DRAWN_BY, maps_of
from pipeline.pictures.map_frame import HEIGHT, WIDTH
from pipeline.pictures.svg import png

ARTEFACTS = Path(os.environ.get("PARCOURS_ARTEFACTS", Path(__file__).parents[1] / "artefacts"))


def few() -> dict[str, Any]:
    """Three customers: every row that they are behind is withheld."""
    frames = dict(fixture.frames())
    for name in ("touchpoints", "funnel", "transitions", "time_in_stage", "kpis", "effort"):
        rows = frames[name]
        numbers = [column for column in rows.columns if rows[column].dtype.kind in "if" and column != "position"]
        mine = rows["group"] == "near"
        rows = rows.astype(dict.fromkeys(numbers, float))
        rows.loc[mine, numbers] = float("nan")
        rows.loc[mine, "note"] = "n < 5"
        frames[name] = rows
    for name in ("emotions", "themes"):
        frames[name] = frames[name][frames[name]["group"] != "near"]
    cards = frames["persona_cards"].copy()
    cards.loc[cards["persona"] == "near", "n_customers"] = 3
    return frames | {"persona_cards": cards}


def silent() -> dict[str, Any]:
    """Nobody ever answered a survey."""
    frames = dict(fixture.frames())
    effort = frames["effort"]
    return frames | {
        "emotions": frames["emotions"].iloc[:0],
        "themes": frames["themes"].iloc[:0],
        "effort": effort[effort["measure"] != "declared"],
    }


def without_purchase() -> dict[str, Any]:
    """Journeys that end before the purchase: later stages have no row at all."""
    early, frames = ["discovery", "consideration"], dict(fixture.frames())
    for name in ("touchpoints", "funnel", "time_in_stage", "emotions", "themes", "effort"):
        frames[name] = frames[name][frames[name]["stage"].isin(early)]
    moves = frames["transitions"]
    return frames | {"transitions": moves[moves["from_stage"].isin(early)], "kpis": frames["kpis"].iloc[:0]}


def many() -> dict[str, Any]:
    """Forty touchpoints, of which at most fourteen have a place."""
    frames = dict(fixture.frames())
    rows = frames["touchpoints"]
    more = [rows.assign(touchpoint=rows["touchpoint"] + f"_{number}") for number in range(3)]
    return frames | {"touchpoints": fixture.pd.concat([rows, *more], ignore_index=True)}


def drawn_from(frames: dict[str, Any], has_long_names: bool = False) -> dict[str, dict[str, Any]]:
    params = fixture.params()
    maps = maps_of(frames, params, params.personas[0], fixture.FACTS, fixture.SNAPSHOT, ACTIONS)
    return {kind: _long(content) for kind, content in maps.items()} if has_long_names else maps


def _long(part: Any) -> Any:
    """Return the content of a map with every name sixty letters long."""
    if isinstance(part, dict):
        named = set(part) == {"fr", "en"}
        return dict.fromkeys(("fr", "en"), LONG) if named else {name: _long(inner) for name, inner in part.items()}
    return [_long(inner) for inner in part] if isinstance(part, list) else copy.copy(part)


ODD = {
    "three_customers": lambda: drawn_from(few()),
    "no_survey": lambda: drawn_from(silent()),
    "no_purchase": lambda: drawn_from(without_purchase()),
    "forty_touchpoints": lambda: drawn_from(many()),
    "sixty_letters": lambda: drawn_from(dict(fixture.frames()), has_long_names=True),
}


@pytest.mark.parametrize("name", ODD)
def test_the_map_still_reads_well(name: str) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    for kind in ("current_state", "future_state"):
        content = ODD[name]()[kind]
        for language in words.LANGUAGES:
            svg = DRAWN_BY[kind](content, language)
            boxes = texts(svg)
            if "PARCOURS_ARTEFACTS" in os.environ:
                (ARTEFACTS / f"{name}.{kind}.{language}.png").write_bytes(png(svg, 1))
            (ARTEFACTS / f"{name}.{kind}.{language}.svg").write_text(svg, encoding="utf-8")
            assert not overlaps(boxes)
            assert not [one for one in boxes if one.left < 0 or one.right > WIDTH or one.bottom > HEIGHT]
