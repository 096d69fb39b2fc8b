"""`parcours report --pdf DIR`: the reports and the maps that are there, as PDF, printed by an installed Chromium.

Two files per persona and language: the report on A4, its maps on A3 landscape, one to a page. No DVC stage writes or
reads them: a PDF depends on the browser that made it. The same browser makes the same bytes of the same pages.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path

from tqdm import tqdm

from pipeline import words
from pipeline.errors import ParcoursError
from pipeline.files import whole_folder
from pipeline.params import Params
from pipeline.reporting.elements import Markup
from pipeline.reporting.reading import OTHER_MAPS
from pipeline.workspace import Workspace

# What Chromium and its relatives are called, in the order they are looked for.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_ARGUMENTS = (
    "--headless", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--no-pdf-header-footer",
)  # fmt: skip
_PATIENCE = 180  # seconds for one file
_DATE = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)\d{14}")
_MAPS = Markup("""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<style>@page {{ size: 420mm 297mm; margin: 0 }} body {{ margin: 0 }}
img {{ display: block; width: 420mm; height: 296.9mm; break-inside: avoid }}</style></head>
<body>{images}</body></html>
""")
_IMAGE = Markup('<img alt="{}" src="{}">')


def main(workspace: Workspace, params: Params, folder: Path) -> list[Path]:
    """Write the PDF files to a folder, which appears whole or not at all, and return them.

    Parameters
    ----------
    workspace, params
        Whose reports and maps, which have to be there.
    folder
        Where to; what is in it goes.

    Raises
    ------
    ParcoursError
        If there is no browser, a report or a map is missing, or the browser fails.
    """
    browser = find_browser()
    wanted = list(product(params.personas, params.workspace.languages))
    reports = {(one.id, language): _there(workspace, f"reports/{one.id}.{language}.html") for one, language in wanted}
    maps = {(one.id, language): maps_of(workspace, one.id, language) for one, language in wanted}
    if folder.is_dir() and any(path.suffix != ".pdf" for path in folder.iterdir()):
        raise ParcoursError(f"{folder}: there are other files than PDF in it, which would go. Name another folder.")
    with whole_folder(folder) as place, tempfile.TemporaryDirectory(prefix="parcours-") as passing:
        for persona, language in tqdm(wanted, desc="pdf", unit="persona", disable=None, file=sys.stderr):
            _print(browser, reports[persona.id, language], place / f"{persona.id}.{language}.pdf")
            page = Path(passing) / f"{persona.id}.{language}.html"
            title = f"{persona.name[language]} · {params.workspace.name[language]}"
            page.write_text(maps_page(maps[persona.id, language], language, title), encoding="utf-8")
            _print(browser, page, place / f"{persona.id}.maps.{language}.pdf")
    return sorted(folder.iterdir())


def find_browser(names: Iterable[str] = BROWSERS) -> str:
    """Return the path of a Chromium.

    Raises
    ------
    ParcoursError
        If none of the names is a program here.
    """
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise ParcoursError(
            f"PDF needs Chromium or a relative of it; none of {', '.join(names)} is a program here. Install one, or "
            "open the report in any browser and print it: its pages are laid out for A4."
        )
    return found


def maps_of(workspace: Workspace, persona: str, language: str) -> dict[str, Path]:
    """Return the maps of a persona by type, the current state first; types that were not drawn are left out."""
    found = {"current_state": _there(workspace, f"data/draw/{persona}.{language}.svg")}
    others = {kind: workspace.path(f"data/draw/{persona}.{kind}.{language}.svg") for kind in OTHER_MAPS}
    return found | {kind: path for kind, path in others.items() if path.is_file()}


def maps_page(maps: Mapping[str, Path], language: str, title: str) -> str:
    """Return a page with one map to a sheet, each a picture of its own: fonts do not mix, nothing in it runs."""
    images = Markup("\n").join(
        _IMAGE.format(words.term(f"{kind}_map", language), path.resolve().as_uri()) for kind, path in maps.items()
    )
    return str(_MAPS.format(language=language, title=title, images=images))


def undated(content: bytes) -> bytes:
    """Return a PDF whose dates are fixed; every other byte, and so every offset in it, stays.

    Examples
    --------
    >>> undated(b"/CreationDate (D:20261122161500+00'00')")
    b"/CreationDate (D:20000101000000+00'00')"
    """
    return _DATE.sub(rb"\g<1>20000101000000", content)


def _there(workspace: Workspace, relative: str) -> Path:
    path = workspace.path(relative)
    if not path.is_file():
        raise ParcoursError(f"{relative} is missing in {workspace.out}. Make it first: `dvc repro` or `parcours run`.")
    return path


def _print(browser: str, page: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="parcours-") as profile:
        # as root, in a container, Chromium's own sandbox cannot start; the pages hold no script
        as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command = [
            browser, *_ARGUMENTS, *as_root, f"--user-data-dir={profile}", f"--print-to-pdf={target}",
            page.resolve().as_uri(),
        ]  # fmt: skip
        try:
            ended = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            raise ParcoursError(f"{browser} did not print {page.name} within {_PATIENCE} s.") from None
    if ended.returncode or not target.is_file():
        why = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ParcoursError(f"{browser} could not print {page.name}: {why}")
    target.write_bytes(undated(target.read_bytes()))
