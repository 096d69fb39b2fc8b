"""A sentence too long for its line on the map stands whole on more lines, smaller, or as a number: none ends in "…"."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from pictures.maps import LONG, SVG, content, overlaps, texts
from pipeline import words
from pipeline.pictures.journey_map import journey_map

CLAIM = "On a phone, a product page that takes over four seconds keeps customers of all ages from opening the basket."


def _lane(drawn: str, name: str) -> str:
    group = next(one for one in ET.fromstring(drawn).iter(f"{SVG}g") if one.get("data-part") == name)
    return " ".join(element.text or "" for element in group.iter(f"{SVG}text"))


def _map(change: Any, language: str) -> str:
    """Draw a crowded map – four cards beside each other – after `change`."""
    changed = copy.deepcopy(content("crowded"))
    change(changed)
    drawn = journey_map(changed, language)
    assert not overlaps(texts(drawn), tolerance=1.0)
    return drawn


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_claim_stands_whole_in_its_card(language: str) -> None:
    def change(map_content: dict[str, Any]) -> None:
        for pain in map_content["pain_points"]:
            pain["claim"] = dict.fromkeys(words.LANGUAGES, CLAIM)

    shown = _lane(_map(change, language), "pain")
    assert shown.count(CLAIM) == 4


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_kpi_has_its_name_on_two_lines(language: str) -> None:
    def change(map_content: dict[str, Any]) -> None:
        for kpi in map_content["kpis"]:
            kpi["name"] = dict.fromkeys(words.LANGUAGES, "Journeys that reach a purchase within 30 days")

    shown = _lane(_map(change, language), "kpis")
    assert "…" not in shown
    assert "Journeys that reach a purchase" in shown


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_an_opportunity_without_action_names_its_pain_point_by_number(language: str) -> None:
    def change(map_content: dict[str, Any]) -> None:
        for one in map_content["opportunities"]["listed"]:
            one["claim"], one["action"] = dict.fromkeys(words.LANGUAGES, CLAIM), None

    listed = content("crowded")["opportunities"]["listed"][:4]
    shown = _lane(_map(change, language), "opportunities")
    for one in listed:
        assert words.term("removes_number", language, n=str(one["number"])) in shown


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_an_action_stands_whole_on_two_lines(language: str) -> None:
    def change(map_content: dict[str, Any]) -> None:
        for one in map_content["opportunities"]["listed"]:
            one["action"] = dict.fromkeys(words.LANGUAGES, LONG)

    assert _lane(_map(change, language), "opportunities").count(LONG) == 4


def test_a_theme_leaves_out_whole_words() -> None:
    def change(map_content: dict[str, Any]) -> None:
        for stage in map_content["stages"]:
            if stage["theme"]:
                stage["theme"]["theme"] = "boutique · perfectible · envoi · remboursement"

    shown = _lane(_map(change, "en"), "thoughts")
    assert "“boutique" in shown
    assert "…" not in shown
