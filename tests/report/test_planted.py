"""The page of a simulated brand: declared truth beside verdicts, and nothing of it for a real brand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.files import write_csv
from pipeline.reporting.index import index_page
from pipeline.reporting.planted import planted_page
from pipeline.reporting.reading import read_results
from pipeline.tables import PLANTED
from report.fixture import make_workspace
from report.pages import Page, unsupported_estimates


@pytest.fixture
def brand(tmp_path: Path):
    workspace, params = make_workspace(tmp_path)
    found = read_results(workspace).frames["hypotheses"].query("group == '(all)'")
    supported = found.query("verdict == 'supported'").iloc[0]
    other = found.query("verdict != 'supported' and crude_low == crude_low").iloc[0]
    kind = "adjusted" if supported["adjusted_low"] == supported["adjusted_low"] else "crude"
    inside = (supported[f"{kind}_low"] + supported[f"{kind}_high"]) / 2
    beyond = max(other["crude_high"], other["adjusted_high"] if other["adjusted_high"] == other["adjusted_high"] else 0)
    rows = [
        {"hypothesis": supported["id"], "kind": "pain", "planted": -1.0, "truth": inside, "n_exposed": 10},
        {"hypothesis": other["id"], "kind": "decoy", "planted": 0.0, "truth": beyond + 1, "n_exposed": 10},
    ]
    write_csv(pd.DataFrame(rows, columns=list(PLANTED.columns)), workspace.path(PLANTED.path))
    return workspace, params


def test_the_page_counts_what_was_found_and_what_was_seen_through(brand) -> None:
    workspace, params = brand
    text = planted_page(read_results(workspace), params, "en")
    said = "Of 1 planted effects 1 are supported; of 1 decoys 0 are, wrongly; 1 of 2 intervals (of at least 95%) hold the truth"
    assert f"{said}." in text
    page = Page(text)
    rows = [[cell.text for cell in row] for row in page.tables["planted"][1:]]
    assert [(row[4], row[6]) for row in rows] == [("yes", "found"), ("no", "seen through")]
    assert "planted pain point" in rows[0][0]
    assert "decoy" in rows[1][0]
    assert unsupported_estimates(page) == []


def test_a_decoy_that_is_supported_fooled_us(brand) -> None:
    workspace, params = brand
    frame = pd.read_csv(workspace.path(PLANTED.path))
    frame.loc[0, "kind"] = "decoy"
    write_csv(frame, workspace.path(PLANTED.path))
    page = Page(planted_page(read_results(workspace), params, "fr"))
    assert page.tables["planted"][1][6].text == "trompé"


def test_only_a_simulated_brand_has_the_page(brand) -> None:
    workspace, params = brand
    assert 'href="planted.fr.html"' in index_page(read_results(workspace), params)
    workspace.path(PLANTED.path).unlink()
    results = read_results(workspace)
    assert results.planted is None
    assert "planted" not in index_page(results, params)
    with pytest.raises(ValueError, match="real brand"):
        planted_page(results, params, "en")
