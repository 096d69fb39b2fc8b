"""Contents of maps for tests, and the texts of a drawn one."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from pictures import fixture
from pipeline.draw import DRAWN_BY, maps_of
from pipeline.params import Names
from pipeline.params.actions import Action
from pipeline.pictures import fonts

SVG = "{http://www.w3.org/2000/svg}"
CASES = (
    "near", "far", "nobody", "hostile", "crowded", "bare",
    "near day_in_the_life", "far day_in_the_life", "nobody day_in_the_life",
    "near future_state", "far future_state", "nobody future_state", "hostile future_state", "crowded future_state",
    "near planned", "far planned", "nobody planned", "hostile planned", "crowded planned",
)  # fmt: skip

LONG = "Réception d’un courrier recommandé avec accusé de réception !"  # sixty letters
ACTIONS = (
    Action(
        "carrier",
        "late_delivery",
        Names("Changer de transporteur", "Change the carrier"),
        Names("logistique", "logistics"),
        date(2026, 12, 1),
        1.5,
    ),
    Action(
        "rota",
        "slow_answer",
        Names("Répondre en un jour", "Answer within a day"),
        Names("logistique", "logistics"),
        date(2026, 11, 2),
        None,
    ),
)


@cache
def content(case: str) -> dict[str, Any]:
    """Return the content of a map: of a persona of the fixture, or of one that is crowded or bare."""
    if case == "crowded":
        return _crowded()
    if case == "bare":
        return _bare()
    if case == "crowded planned":
        return _crowded_plan()
    if case == "crowded future_state":
        return _crowded_future()
    params, (name, kind) = fixture.params(), [*case.split(), "current_state"][:2]
    persona = next(one for one in params.personas if one.id == name)
    return maps_of(fixture.frames(), params, persona, fixture.FACTS, fixture.SNAPSHOT, ACTIONS)[kind]


def _crowded_plan() -> dict[str, Any]:
    """Ten planned touchpoints whose names have sixty letters, and twenty unplanned ones."""
    map_content = copy.deepcopy(content("near planned"))
    map_content["plan"] = copy.deepcopy(map_content["plan"] * 2)
    map_content["ad_hoc"] = copy.deepcopy((map_content["ad_hoc"] * 2)[:8])
    map_content["further_ad_hoc"] = 12
    for one in map_content["plan"] + map_content["ad_hoc"]:
        one["name"] = dict.fromkeys(("fr", "en"), LONG)
    return map_content


def _crowded_future() -> dict[str, Any]:
    """Nine stages with targets, five projections in one of them, eight objectives, all with long names."""
    map_content = copy.deepcopy(content("near future_state"))
    stages = [copy.deepcopy(map_content["stages"][number % 5]) for number in range(9)]
    for number, stage in enumerate(stages):
        stage["id"], stage["name"] = f"{stage['id']}_{number}", dict.fromkeys(("fr", "en"), f"{number} {LONG}")
        stage["target"], stage["status"] = {"low": -1.0, "high": 1.5}, "not shown"
    listed = [copy.deepcopy(map_content["opportunities"]["listed"][number % 3]) for number in range(5)]
    for one in listed:
        one["stage"], one["pattern"] = stages[2]["id"], None
        one["claim"], one["outcome"] = dict.fromkeys(("fr", "en"), LONG), [dict.fromkeys(("fr", "en"), LONG)]
        one["action"], one["owner"] = dict.fromkeys(("fr", "en"), LONG * 2), dict.fromkeys(("fr", "en"), LONG)
    listed.append(dict(listed[0], stage=stages[8]["id"]))
    objectives = [dict(one, name=dict.fromkeys(("fr", "en"), LONG)) for one in map_content["objectives"] * 2]
    map_content["opportunities"] = {**map_content["opportunities"], "listed": listed}
    return {**map_content, "stages": stages, "objectives": objectives}


def _crowded() -> dict[str, Any]:
    """Nine stages of one or two steps each, long names, six pain points: all that must fit at once."""
    map_content = copy.deepcopy(content("near"))
    stages = []
    for number in range(9):
        stage = copy.deepcopy(map_content["stages"][number % 5])
        stage["id"] = f"{stage['id']}_{number}"
        stage["name"] = {"fr": f"Étape au nom assez long, {number}", "en": f"Stage with a rather long name, {number}"}
        stage["steps"] = (stage["steps"] * 2)[: 2 if number < 5 else 1]
        stage["further_touchpoints"] = 12
        for step in stage["steps"]:
            step["name"] = dict.fromkeys(("fr", "en"), "Anticonstitutionnellement " * 3)
            step["ways"] = (step["ways"] * 4)[:4]
        stages.append(stage)
    map_content["stages"] = stages
    pains = [dict(copy.deepcopy(pain), stage=stages[2]["id"]) for pain in map_content["pain_points"] * 2]
    for number, pain in enumerate(pains, start=1):
        pain["number"] = number
        pain["claim"] = dict.fromkeys(("fr", "en"), "Une affirmation bien trop longue pour tenir sur une carte. " * 4)
    map_content["pain_points"] = pains
    map_content["tested_not_found"] *= 3
    map_content["opportunities"]["listed"] = [
        dict(one, claim=dict.fromkeys(("fr", "en"), "Une affirmation bien trop longue pour une carte. " * 4))
        for one in map_content["opportunities"]["listed"] * 2
    ]
    map_content["kpis"] = (map_content["kpis"] * 2)[:6]
    long = {"kind": "text", "text": "Un trait de caractère très long. " * 6}
    map_content["persona"]["traits"] = [long] * 3
    map_content["persona"]["name"] = dict.fromkeys(("fr", "en"), "Des clients au nom interminable " * 4)
    map_content["persona"]["goal"] = dict.fromkeys(("fr", "en"), "vouloir tout et son contraire, " * 12)
    return map_content


def _bare() -> dict[str, Any]:
    """One stage, no row in any table."""
    map_content = copy.deepcopy(content("nobody"))
    map_content["stages"], map_content["kpis"] = map_content["stages"][:1], []
    map_content["persona"]["card"] = None
    map_content["period"] = {"start": None, "end": None}
    return map_content


@cache
def drawn(case: str, language: str) -> str:
    """Return the SVG of a case."""
    map_content = content(case)
    return DRAWN_BY[map_content["map_type"]](map_content, language)


@dataclass(frozen=True)
class Text:
    """A line of text with the box of its line, as the layout believes it to be."""

    text: str
    size: float
    left: float
    top: float
    right: float
    bottom: float


def texts(svg: str) -> list[Text]:
    """Return every visible line of text with its box."""
    return [_text(element) for element in ET.fromstring(svg).iter(f"{SVG}text")]


def _text(element: ET.Element) -> Text:
    shown, size = element.text or "", float(element.get("font-size", "16"))
    width = fonts.text_width(shown, size, int(element.get("font-weight", "400")))
    shift = {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor", "start"), 0.0)
    x, y = float(element.get("x", "0")), float(element.get("y", "0"))
    left = x - shift * width
    return Text(shown, size, left, y - 0.87 * size, left + width, y + 0.22 * size)


def overlaps(boxes: list[Text], tolerance: float = 0.6) -> list[tuple[str, str]]:
    """Return the pairs of texts whose boxes share more than a hair."""
    found = []
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            wide = min(one.right, other.right) - max(one.left, other.left)
            high = min(one.bottom, other.bottom) - max(one.top, other.top)
            if wide > tolerance and high > tolerance:
                found.append((one.text, other.text))
    return found
