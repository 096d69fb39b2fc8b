"""The journey map as a drawing: legible, complete, harmless, the same bytes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import product

import pytest

from pictures import fixture
from pictures.maps import CASES, SVG, content, drawn, overlaps, texts
from pipeline import words
from pipeline.pictures import style
from pipeline.pictures.journey_map import journey_map
from pipeline.pictures.map_frame import HEIGHT, WIDTH
from pipeline.pictures.svg import png

CASES_AND_LANGUAGES = [(case, language) for case in CASES for language in words.LANGUAGES]


@pytest.mark.parametrize(("case", "language"), CASES_AND_LANGUAGES)
def test_texts_stand_clear_of_each_other_inside_the_sheet(case: str, language: str) -> None:
    boxes = texts(drawn(case, language))
    assert not overlaps(boxes)
    outside = [box for box in boxes if box.left < 0 or box.top < 0 or box.right > WIDTH or box.bottom > HEIGHT]
    assert not outside


@pytest.mark.parametrize(("case", "language"), CASES_AND_LANGUAGES)
def test_text_is_at_least_nine_points_on_a3(case: str, language: str) -> None:
    smallest = min(box.size for box in texts(drawn(case, language)))
    assert smallest * 420 / WIDTH / 25.4 * 72 >= 9


@pytest.mark.parametrize("case", CASES)
def test_the_last_lane_ends_above_the_foot(case: str) -> None:
    *_, last, foot = ET.fromstring(drawn(case, "fr")).iter(f"{SVG}g")
    line = next(foot.iter(f"{SVG}line"))
    bottoms = [float(one.get("y", 0)) + float(one.get("height", 0)) for one in last.iter(f"{SVG}rect")]
    assert max(bottoms, default=0.0) <= float(line.get("y1", 0))


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_screen_readers_get_title_and_description_in_both_languages(language: str) -> None:
    root = ET.fromstring(drawn("near", language))
    assert root.get("role") == "img"
    assert root.get("lang") == language
    named = {element.get("id"): element for element in root}
    assert named[root.get("aria-labelledby")].get("lang") == language
    assert "33" in (named[root.get("aria-describedby")].text or "")
    for kind in ("title", "desc"):
        assert {element.get("lang") for element in root.findall(f"{SVG}{kind}")} == {"fr", "en"}
    assert root.find(f"{SVG}title").get("lang") == language  # type: ignore[union-attr]


def test_same_content_same_bytes() -> None:
    assert journey_map(content("near"), "fr") == journey_map(content("near"), "fr")


def test_png_is_twice_the_size_and_the_same_bytes() -> None:
    image = png(drawn("near", "en"))
    assert image == png(drawn("near", "en"))
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")) == (2 * WIDTH, 2 * HEIGHT)


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_hostile_names_are_text_and_nothing_else(language: str) -> None:
    svg = drawn("hostile", language)
    root = ET.fromstring(svg)
    assert not {element.tag.removeprefix(SVG) for element in root.iter()} & {"script", "foreignObject", "a", "image"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    shown = [box.text for box in texts(svg)]
    assert '<script>alert(1)</script> "L\'été" & =cmd()' in shown
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", svg)


def test_suppressed_cells_say_so_and_hold_no_number() -> None:
    shown = [box.text for box in texts(drawn("far", "en"))]
    assert shown.count("n < 5") >= 3
    hidden = content("far")["stages"][4]
    assert hidden["reached"]["note"] == "n < 5"
    assert hidden["reached"]["n_journeys"] is None
    assert hidden["reached"]["p"] is None


@pytest.mark.parametrize(("case", "says"), [
    ("near", {"quiet_backstage"}),
    ("far", {"quiet_thoughts", "quiet_emotion", "quiet_kpis_values", "quiet_moments"}),
    ("nobody", {"no_customer", "quiet_effort", "quiet_steps", "quiet_channels", "quiet_volume", "quiet_time", "quiet_pain"}),
    ("bare", {"no_customer", "quiet_kpis", "quiet_frontstage", "quiet_partners"}),
])  # fmt: skip
def test_a_lane_without_data_says_so(case: str, says: set[str]) -> None:
    for language in words.LANGUAGES:
        shown = {part for box in texts(drawn(case, language)) for part in box.text.split(" · ")}
        assert {words.term(name, language) for name in says} <= shown


def lane_of(case: str, language: str, name: str) -> list[str]:
    """Return the texts of one lane."""
    root = ET.fromstring(drawn(case, language))
    lane = next(group for group in root.iter(f"{SVG}g") if group.get("data-part") == name)
    return [element.text or "" for element in lane.iter(f"{SVG}text")]


def test_names_of_nine_stages_stand_whole_in_their_chevrons() -> None:
    shown = " ".join(lane_of("crowded", "fr", "stages")[1:])  # without the lane's own name
    assert shown == " ".join(stage["name"]["fr"] for stage in content("crowded")["stages"])


@pytest.mark.parametrize(("case", "language"), [*product(("near", "crowded"), words.LANGUAGES)])
def test_a_count_of_effort_has_its_interval_and_n_or_a_star_that_the_foot_explains(case: str, language: str) -> None:
    shown, known = lane_of(case, language, "effort"), content(case)["stages"]
    steps = [stage["effort"]["steps"] for stage in known if stage["effort"]["steps"]["estimate"] is not None]
    bounds = [words.number_interval(one["ci_low"], one["ci_high"], language, 2) for one in steps]
    full = [f"{bound} · {words.term('n_is', language, n=words.number(one['n'], language))}"
            for bound, one in zip(bounds, steps, strict=True)]  # fmt: skip
    for whole, bound in zip(full, bounds, strict=True):
        assert whole in shown or f"{bound}\u202f*" in shown
    assert case == "crowded" or set(full) <= set(shown)  # no star where there is room


@pytest.mark.parametrize("case", ["near", "crowded", "nobody", "bare"])
def test_a_star_is_explained_where_there_is_one(case: str) -> None:
    has_star = any(text.text.endswith("\u202f*") for text in texts(drawn(case, "fr")))
    assert has_star == (case in ("near", "crowded"))
    assert has_star == (words.term("stars", "fr") in " ".join(lane_of(case, "fr", "foot")))


def test_points_under_the_threshold_are_hollow_and_dashed() -> None:
    root = ET.fromstring(drawn("near", "en"))
    lane = next(group for group in root.iter(f"{SVG}g") if group.get("data-part") == "emotion")
    points = [(point.get("fill"), point.get("stroke-dasharray")) for point in lane.iter(f"{SVG}circle")]
    assert points == [(style.FEELING, None)] * 3 + [(style.PAPER, "3 2")]
    lines = [line for line in lane.iter(f"{SVG}line") if line.get("stroke") == style.FEELING]
    segments = [line.get("stroke-dasharray") for line in lines]
    assert segments == [None, None, "6 5"]  # no segment before the first answer


def test_words_are_diamonds_on_no_line_and_hollow_under_the_threshold() -> None:
    root = ET.fromstring(drawn("near", "en"))
    lane = next(group for group in root.iter(f"{SVG}g") if group.get("data-part") == "emotion")
    marks = [mark for mark in lane.iter(f"{SVG}polygon") if mark.get("stroke") == style.WORDS]
    assert [mark.get("fill") for mark in marks] == [style.WORDS] * 4 + [style.PAPER] * 2  # on the scale and at the foot
    whiskers = [line for line in lane.iter(f"{SVG}line") if line.get("stroke") == style.WORDS]
    assert [line.get("x1") == line.get("x2") for line in whiskers] == [True] * 3


def test_a_theme_stands_with_its_share_and_n() -> None:
    shown = [box.text for box in texts(drawn("near", "fr"))]
    assert "« retard, colis »" in shown
    assert any(text.startswith("33,3") and "912" in text for text in shown)


def test_a_cut_name_stands_whole_in_a_title() -> None:
    root = ET.fromstring(drawn("crowded", "fr"))
    cut = [element for element in root.iter(f"{SVG}text") if (element.text or "").endswith("…")]
    assert cut
    assert any("contraire" in (title.text or "") for element in cut for title in element.findall(f"{SVG}title"))


@pytest.mark.parametrize("ground", [style.PAPER, style.TILE, style.CARD])
@pytest.mark.parametrize("text", [
    style.INK, style.MUTED, style.DEEPEST, style.DEEP, style.FEELING, style.WORDS, style.LOSS_TEXT, style.PAIN, style.GOOD, style.EVEN,
])  # fmt: skip
def test_text_colours_have_contrast(text: str, ground: str) -> None:
    assert style.contrast(text, ground) >= 4.5


def test_chevrons_and_triangles_carry_white_text() -> None:
    assert min(style.contrast("#ffffff", ground) for ground in (style.DEEP, style.DEEPEST, style.PAIN)) >= 4.5


def test_the_fixture_is_hostile() -> None:
    assert "<script>" in fixture.HOSTILE


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_declared_effort_keeps_its_number_in_a_narrow_column(language: str) -> None:
    crowded = content("crowded")
    declared = [stage for stage in crowded["stages"] if (stage.get("effort") or {}).get("declared")]
    assert declared
    number = words.number(declared[0]["effort"]["declared"]["estimate"], language, 2)
    said = [text for text in texts(journey_map(crowded, language)) if number in str(text)]
    assert len(said) >= len(declared)
