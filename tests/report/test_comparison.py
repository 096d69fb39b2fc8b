"""The page that sets personas side by side says what the tables hold, and no more than they can bear."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline import words
from pipeline.files import write_csv
from pipeline.reporting.comparison import comparison_page
from pipeline.reporting.index import index_page
from pipeline.reporting.reading import read_results
from pipeline.tables import CHECKS, FUNNEL
from report.fixture import make_workspace
from report.pages import Page, unsupported_estimates


@pytest.fixture
def brand(tmp_path: Path):
    return make_workspace(tmp_path)


def page_of(brand, language: str = "en") -> Page:
    workspace, params = brand
    return Page(comparison_page(read_results(workspace), params, language))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_number_has_its_interval_and_its_n(brand, language: str) -> None:
    page = page_of(brand, language)
    assert {"beside_kpis", "beside_losses", "beside_funnel", "beside_time", "beside_pains"} <= set(page.tables)
    assert unsupported_estimates(page) == []
    assert page.outside == []


def test_a_cell_is_the_row_of_its_persona(brand) -> None:
    workspace, params = brand
    funnel = pd.read_csv(workspace.path(FUNNEL.path))
    heads, *body = page_of(brand).tables["beside_funnel"]
    # a hostile name loses its control characters on its way into the page
    columns = ["".join(c for c in persona.name["en"] if c.isprintable()).strip() for persona in params.personas]
    assert [cell.text.strip() for cell in heads[1:]] == [*columns, "All customers"]
    stages = {stage.id: stage.name["en"] for stage in params.stages}
    checked = 0
    for _, row in funnel[(funnel["grouping"] == "persona") & funnel["p"].notna()].iterrows():
        place = 1 + [persona.id for persona in params.personas].index(row["group"])
        cell = next(line[place] for line in body if line[0].text == stages[row["stage"]])
        assert cell.text.startswith(words.percent(row["p"], "en"))
        assert cell.text.endswith(f"n {words.count(row['n_journeys'], 'en')}")
        checked += 1
    assert checked > 3


@pytest.mark.parametrize(
    ("verdict", "p", "said"), [("failed", 0.01, "do not move"), ("passed", 0.4, "not shown"), ("", None, "Too few")]
)
def test_whether_personas_differ_is_said_by_one_test(brand, verdict: str, p: float | None, said: str) -> None:
    workspace, _ = brand
    row = dict.fromkeys(CHECKS.columns, None) | {
        "check": "homogeneity", "group": "(all)", "from_stage": "(all)", "n_customers": 900, "p": p, "p_adjusted": p,
        "verdict": verdict or None, "note": None if verdict else "too few customers",
    }  # fmt: skip
    write_csv(pd.DataFrame([row]), workspace.path(CHECKS.path))
    assert said in " ".join(page_of(brand).text)


def test_the_index_leads_there(brand) -> None:
    workspace, params = brand
    assert 'href="comparison.en.html"' in index_page(read_results(workspace), params)
