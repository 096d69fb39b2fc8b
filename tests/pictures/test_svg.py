"""The sheet: escaped text, measured widths, fonts that hold what is written and no more."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from io import BytesIO
from itertools import accumulate

import pytest
from fontTools.ttLib import TTFont

from pictures.maps import SVG
from pipeline.pictures import fonts
from pipeline.pictures.svg import Sheet, clean_text, coordinate


def sheet() -> Sheet:
    return Sheet(100, 50, "test", "en", {"en": "t", "fr": "t"}, {"en": "d", "fr": "d"})


@pytest.mark.parametrize(
    ("value", "written"), [(1.0, "1"), (1.256, "1.26"), (-0.001, "0"), (0, "0"), (-3.5, "-3.5"), (10, "10")]
)
def test_coordinates_are_short_and_never_minus_zero(value: float, written: str) -> None:
    assert coordinate(value) == written


def test_forbidden_characters_vanish() -> None:
    assert clean_text("a\x00\x07b\u202ec\ud800d\n\te") == "abcd e"


def test_text_is_escaped() -> None:
    drawn = sheet()
    drawn.text(0, 10, '<b onload="x">&amp;\x08', title="</title><script>")
    svg = drawn.svg()
    assert "<script" not in svg
    assert "<b " not in svg
    assert next(ET.fromstring(svg).iter(f"{SVG}text")).text == '<b onload="x">&amp;'


def test_cut_text_keeps_its_whole_in_the_title() -> None:
    drawn = sheet()
    drawn.text(0, 10, "a rather long sentence", width=60)
    element = next(ET.fromstring(drawn.svg()).iter(f"{SVG}text"))
    assert element.text is not None
    assert element.text.endswith("…")
    assert fonts.text_width(element.text, 14) <= 60
    assert element.find(f"{SVG}title").text == "a rather long sentence"  # type: ignore[union-attr]


def test_wrap_keeps_every_word_that_fits() -> None:
    lines = fonts.wrap("one two three four five", 60, 14, lines=4)
    assert " ".join(lines) == "one two three four five"
    assert all(fonts.text_width(line, 14) <= 60 for line in lines)
    assert len(fonts.wrap("one two three four five", 40, 14, lines=2)) == 2
    assert fonts.wrap("", 40, 14) == [""]


def test_wrap_breaks_between_syllables_only_what_would_be_cut() -> None:
    assert fonts.wrap("Avis déposé", 60, 14, language="fr") == ["Avis", "déposé"]
    lines = fonts.wrap("constitutionnellement", 60, 14, lines=3, language="fr")
    parts = [line.removesuffix("-") for line in lines]
    syllables = "cons ti tu tion nel le ment".split()
    assert "".join(parts) == "".join(syllables)
    assert set(accumulate(parts)) <= set(accumulate(syllables))
    assert all(fonts.text_width(line, 14) <= 60 for line in lines)
    assert fonts.wrap("Lettre d’information reçue", 92, 14, language="fr") == ["Lettre d’infor-", "mation reçue"]
    assert fonts.wrap("constitutionnellement", 60, 14, lines=1, language="fr")[0].endswith("…")


def test_embedded_font_holds_the_letters_used_and_its_licence() -> None:
    drawn = sheet()
    drawn.text(0, 10, "Été Жж", weight=fonts.SEMIBOLD)
    style = ET.fromstring(drawn.svg()).find(f"{SVG}style").text or ""  # type: ignore[union-attr]
    fonts_found = [TTFont(BytesIO(base64.b64decode(data))) for data in re.findall(r"base64,([^)]+)\)", style)]
    assert len(fonts_found) == 1
    font = fonts_found[0]
    assert {chr(code) for code in font.getBestCmap()} == set("Été Жж")
    assert str(font["name"].getName(1, 3, 1)) == f"{fonts.FAMILY} Semibold"  # the licence reserves the old name
    assert "Open Font License" in str(font["name"].getName(13, 3, 1))


def test_a_letter_the_font_lacks_comes_from_the_spare_one() -> None:
    found = fonts.cut_fonts({fonts.REGULAR: set("aא")})
    assert set(found) == {(fonts.FAMILY, 400), (fonts.SPARE, 400)}
    assert fonts.cut_fonts({fonts.REGULAR: set("a中")}).keys() == {(fonts.FAMILY, 400)}


def test_cut_fonts_are_the_same_bytes() -> None:
    assert fonts.cut_fonts({400: set("abc")}) == fonts.cut_fonts({400: set("cba")})
