"""Reports and maps as PDF, printed by a real Chromium."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pictures import fixture
from pictures.maps import drawn
from pipeline import pdf
from pipeline.errors import ParcoursError
from pipeline.params import Params
from pipeline.workspace import Workspace

REPORT = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Été</title><style>@page{size:A4}</style><p>Été'


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace with one report and two maps of one persona."""
    made = {
        "reports/near.en.html": REPORT,
        "data/draw/near.en.svg": drawn("near", "en"),
        "data/draw/near.planned.en.svg": drawn("near planned", "en"),
    }
    for name, content in made.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return Workspace.at(tmp_path)


@pytest.fixture
def params() -> Params:
    """Return the invented brand with one persona in one language."""
    brand = fixture.params()
    return replace(brand, personas=brand.personas[:1], workspace=replace(brand.workspace, languages=("en",)))


def pages(content: bytes) -> list[tuple[int, int]]:
    """Return the size of each page in millimetres."""
    found = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", content)
    return [(round(float(wide) * 25.4 / 72), round(float(high) * 25.4 / 72)) for wide, high in found]


@pytest.mark.usefixtures("chromium")
def test_a_report_is_printed_on_a4_and_each_map_on_a_sheet_of_a3(workspace: Workspace, params: Params) -> None:
    first, second = ({path.name: path.read_bytes() for path in pdf.main(workspace, params, workspace.root / name)}
                     for name in ("prints", "again"))  # fmt: skip
    assert first == second
    assert set(first) == {"near.en.pdf", "near.maps.en.pdf"}
    assert pages(first["near.en.pdf"]) == [(210, 297)]
    assert pages(first["near.maps.en.pdf"]) == [(420, 297)] * 2
    assert all(b"/CreationDate (D:20000101000000" in content for content in first.values())


def test_without_a_browser_the_message_says_what_to_do(
    workspace: Workspace, params: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(workspace.root))
    with pytest.raises(ParcoursError, match=r"needs Chromium .* Install one, or open the report in any browser"):
        pdf.main(workspace, params, workspace.root / "prints")
    assert not (workspace.root / "prints").exists()


def test_what_is_missing_is_named_and_a_folder_of_something_else_is_left_alone(
    workspace: Workspace, params: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_browser", lambda: "/bin/false")
    with pytest.raises(ParcoursError, match="there are other files than PDF in it"):
        pdf.main(workspace, params, workspace.path("data/draw"))
    with pytest.raises(ParcoursError, match=r"/bin/false could not print near.en.html: it said nothing"):
        pdf.main(workspace, params, workspace.root / "prints")
    workspace.path("reports/near.en.html").unlink()
    with pytest.raises(ParcoursError, match=r"reports/near.en.html is missing"):
        pdf.main(workspace, params, workspace.root / "prints")


def test_maps_are_pictures_whose_names_are_escaped(tmp_path: Path) -> None:
    page = pdf.maps_page({"planned": tmp_path / "a&b.svg"}, "en", fixture.HOSTILE)
    assert "<script>" not in page
    assert "a&b.svg" not in page
