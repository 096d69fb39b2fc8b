"""Reports in a real browser: nothing fetched, nothing complained about, nothing cut off, text that can be read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.reporting import SECTIONS, open_report
from pipeline.reporting.elements import Markup
from pipeline.reporting.page import page
from pipeline.reporting.reading import Drawn
from pipeline.workspace import Workspace

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="1680" height="1188" viewBox="0 0 1680 1188" role="img">'
    '<title>map</title><text x="10" y="20">a</text></svg>'
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=[("near", "fr"), ("hostile", "en"), ("nobody", "en")], ids=".".join)
def html(request: pytest.FixtureRequest, brand_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    persona, language = request.param
    root = brand_workspace.root
    report = replace(open_report(str(root), None, persona, language), drawn=Drawn(SVG, "snapshot", {"planned": SVG}))
    names = ["head", "contents", *("persona_card" if name == "persona" else name for name in SECTIONS)]
    body = Markup("\n".join(getattr(report, name)()._repr_html_() for name in names))
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page(persona, language, body, "findings", "Skip"), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1400, 390])
def test_nothing_is_fetched_said_or_cut_off(browser: Any, html: Path, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    opened, complaints, requests = context.new_page(), [], []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(dialog.message))
    opened.on("request", lambda request: requests.append(request.url))
    opened.goto(html.as_uri())
    fonts = opened.evaluate("document.fonts.ready.then(all => [...all].filter(one => one.status == 'error').length)")
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert fonts == 0
    context.close()


def test_the_keyboard_reaches_content_first_and_wide_tables(browser: Any, html: Path) -> None:
    opened = browser.new_page()
    opened.goto(html.as_uri())
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    assert opened.evaluate("[...document.querySelectorAll('.scroll')].every(one => one.tabIndex == 0)")
    missing = (
        "[...document.querySelectorAll('nav a[href^=\"#\"]')].filter(one => !document.querySelector(one.hash)).length"
    )
    assert opened.evaluate(missing) == 0
    opened.close()


def test_tables_behind_pictures_open_by_keyboard_and_on_paper(browser: Any, html: Path) -> None:
    opened = browser.new_page()
    opened.goto(html.as_uri())
    tables = "[...document.querySelectorAll('details.rows table')]"
    n = opened.evaluate(f"{tables}.length")
    assert n > 0

    def wait_until_shown(expected: int) -> None:  # a browser lays out when it likes, a few frames later
        visible = f"{tables}.filter(one => one.checkVisibility({{contentVisibilityAuto: true}})).length"
        for _ in range(100):
            if opened.evaluate(visible) == expected:
                return
            opened.wait_for_timeout(50)
        pytest.fail(f"{opened.evaluate(visible)} tables are shown, not {expected}")

    wait_until_shown(0)
    opened.emulate_media(media="print")
    wait_until_shown(n)
    opened.emulate_media(media="screen")
    wait_until_shown(0)
    opened.locator("details.rows:has(table) summary").first.focus()
    opened.keyboard.press("Enter")
    wait_until_shown(1)
    opened.close()


def test_text_has_contrast(browser: Any, html: Path) -> None:
    opened = browser.new_page()
    opened.goto(html.as_uri())
    assert opened.evaluate(LOWEST_CONTRAST) >= 4.5
    opened.close()


LOWEST_CONTRAST = """() => {
  const luminance = colour => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(part => {
      const share = part / 255; return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]; };
  const ground = element => { for (let one = element; one; one = one.parentElement) {
    const colour = getComputedStyle(one).backgroundColor; if (!colour.endsWith(', 0)')) return colour; }
    return 'rgb(255, 255, 255)'; };
  let lowest = 21;
  for (const element of document.querySelectorAll('main *:not(svg):not(svg *)')) {
    if (![...element.childNodes].some(node => node.nodeType == 3 && node.textContent.trim())) continue;
    const pair = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort((a, b) => b - a);
    lowest = Math.min(lowest, (pair[0] + 0.05) / (pair[1] + 0.05)); }
  return lowest; }"""
