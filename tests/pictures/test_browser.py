"""The journey map in a real browser: what the layout believes, measured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pictures.maps import CASES, Text, drawn, overlaps, texts
from pipeline import words
from pipeline.pictures import style
from pipeline.pictures.map_frame import HEIGHT, WIDTH

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

# Every text with its box, its colour, and the colour of the shape behind each end and the middle of it.
MEASURE = """
() => document.fonts.ready.then(() => [...document.querySelectorAll('text')].map(text => {
  const box = text.getBoundingClientRect();
  const behind = [0.02, 0.5, 0.98].map(share => {
    const x = box.left + share * box.width, y = box.top + box.height / 2;
    const shape = document.elementsFromPoint(x, y).find(one =>
      ['rect', 'circle', 'polygon', 'path'].includes(one.tagName) && getComputedStyle(one).fill !== 'none');
    return shape ? getComputedStyle(shape).fill : null;
  });
  return {text: text.firstChild.data, size: parseFloat(getComputedStyle(text).fontSize),
          length: text.getComputedTextLength(), left: box.left, top: box.top, right: box.right, bottom: box.bottom,
          fill: getComputedStyle(text).fill, halo: text.getAttribute('stroke'), behind,
          family: getComputedStyle(text).fontFamily};
}))
"""


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="browser: playwright is not installed")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def measured(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """Open every map once: texts, console messages, requests."""
    folder, found = tmp_path_factory.mktemp("maps"), {}
    page = browser.new_page(viewport={"width": int(WIDTH), "height": int(HEIGHT)})
    messages: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    for case in CASES:
        for language in words.LANGUAGES:
            path: Path = folder / f"{case}.{language}.svg"
            path.write_text(drawn(case, language), encoding="utf-8")
            messages.clear()
            requests.clear()
            page.goto(path.as_uri())
            texts_there = page.evaluate(MEASURE)
            found[case, language] = {
                "texts": texts_there, "messages": list(messages), "own": path.as_uri(),
                "requests": [url for url in requests if not url.startswith("data:")],
                "fonts": page.evaluate("[...document.fonts].map(one => [one.family, one.status])"),
            }  # fmt: skip
    return found


CASES_AND_LANGUAGES = [(case, language) for case in CASES for language in words.LANGUAGES]


def _boxes(rows: list[dict[str, Any]]) -> list[Text]:
    return [Text(**{name: row[name] for name in ("text", "size", "left", "top", "right", "bottom")}) for row in rows]


@pytest.mark.parametrize("key", CASES_AND_LANGUAGES, ids="-".join)
def test_texts_stand_clear_of_each_other_inside_the_sheet(measured: Any, key: tuple[str, str]) -> None:
    boxes = _boxes(measured[key]["texts"])
    assert not overlaps(boxes, tolerance=1.0)
    assert not [box for box in boxes if box.left < 0 or box.top < 0 or box.right > WIDTH or box.bottom > HEIGHT]


@pytest.mark.parametrize("key", CASES_AND_LANGUAGES, ids="-".join)
def test_text_is_as_wide_as_the_layout_believes(measured: Any, key: tuple[str, str]) -> None:
    believed = texts(drawn(*key))
    for box, row in zip(believed, measured[key]["texts"], strict=True):
        assert row["length"] == pytest.approx(box.right - box.left, abs=0.5), row["text"]


@pytest.mark.parametrize("key", CASES_AND_LANGUAGES, ids="-".join)
def test_nothing_from_outside_and_nothing_on_the_console(measured: Any, key: tuple[str, str]) -> None:
    assert measured[key]["messages"] == []
    assert measured[key]["requests"] == [measured[key]["own"]]
    assert all(status == "loaded" for _, status in measured[key]["fonts"])


def _hexadecimal(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in colour.removeprefix("rgb(").removesuffix(")").split(",")[:3])


@pytest.mark.parametrize("key", CASES_AND_LANGUAGES, ids="-".join)
def test_every_text_has_contrast_with_what_is_behind_it(measured: Any, key: tuple[str, str]) -> None:
    poor = []
    for row in measured[key]["texts"]:
        grounds = [row["halo"]] if row["halo"] else [_hexadecimal(one) for one in row["behind"] if one]
        assert grounds, row["text"]
        poor += [(row["text"], ground) for ground in grounds if style.contrast(_hexadecimal(row["fill"]), ground) < 4.5]
    assert not poor


def test_a_map_stands_in_a_page_beside_another(browser: Any, tmp_path: Path) -> None:
    ids = []
    page = browser.new_page()
    (tmp_path / "page.html").write_text(
        f"<!doctype html><title>maps</title>{drawn('near', 'fr')}{drawn('hostile', 'en')}", encoding="utf-8"
    )
    page.goto((tmp_path / "page.html").as_uri())
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids)), json.dumps(ids)
    assert page.evaluate("document.scripts.length") == 0
    page.close()
