"""The section on the month before: nothing is called moved but by the ledger, and every change has interval and n."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from pipeline.monthly import ledger
from pipeline.monthly.changes import changes, restated
from pipeline.pictures.catalogue import IN_REPORTS
from pipeline.reporting import Report, open_report
from pipeline.reporting.month import month, outside
from pipeline.reporting.reading import PICTURES, Drawn
from pipeline.workspace import Workspace
from report.pages import Page, unsupported_estimates


def monthly(persona: str, march: float) -> pd.DataFrame:
    """Return a KPI and a transition of 400 customers in February and March, one answer each: half, then `march`."""
    rows: list[dict[str, Any]] = []
    for measure, item in (("kpi", "conversion"), ("transition", "discovery→purchase")):
        for grouping, group in (("all", "(all)"), ("persona", persona)):
            for period, share in (("2026-02", 0.5), ("2026-03", march)):
                a = 400 * share
                sums = {"numerator": a, "denominator": 400.0, "nn": a, "nd": a, "dn": a, "dd": 400.0}
                key = {"measure": measure, "item": item, "grouping": grouping, "group": group, "period": period}
                rows.append(
                    {**key, "other_period": period, "unit": "share", "definition": "d", "n_customers": 400, **sums}
                )
    return pd.DataFrame(rows)


@pytest.fixture(scope="module", params=["fr", "en"])
def report(request: pytest.FixtureRequest, brand_workspace: Workspace) -> Report:
    return open_report(str(brand_workspace.root), None, None, request.param)


def shown(report: Report, table: pd.DataFrame | None, entered: pd.DataFrame | None) -> str:
    results = replace(report.results, monthly=table, ledger=entered)
    return str(month(results, report.persona, report.voice).html())


def look(table: pd.DataFrame, earlier: pd.DataFrame | None = None) -> pd.DataFrame:
    other = restated(table if earlier is None else earlier, table)
    return ledger.judged(ledger.read(ledger.NOWHERE), changes(table, 0.95), other, 0.10)


def test_a_month_that_fell_is_moved_with_its_interval_and_n(report: Report) -> None:
    table = monthly(report.persona, 0.3)
    html = shown(report, table, look(table))
    said, change = {"fr": ("a bougé", "−20,0 pts"), "en": ("moved", "−20.0 pp")}[report.voice.language]
    assert html.count(f">{said}<") == 4
    assert change in html
    assert "400" in html
    assert unsupported_estimates(Page(html)) == []


def test_a_quiet_month_lists_key_figures_and_counts_the_rest(report: Report) -> None:
    table = monthly(report.persona, 0.51)
    html = shown(report, table, look(table))
    assert (
        html.count({"fr": ">sans mouvement démontré<", "en": ">not shown to have moved<"}[report.voice.language]) == 2
    )
    assert unsupported_estimates(Page(html)) == []


def test_the_same_month_counted_otherwise_is_no_move(report: Report) -> None:
    table = monthly(report.persona, 0.51)
    html = shown(report, table, look(table, monthly(report.persona, 0.55).assign(definition="another")))
    said = {"fr": "changé par définition", "en": "changed by definition"}[report.voice.language]
    assert html.count(f">{said}<") == 4
    assert unsupported_estimates(Page(html)) == []


def test_nothing_moves_without_the_ledger(report: Report) -> None:
    table = monthly(report.persona, 0.3)
    assert "ledger.csv" in shown(report, table, None)
    assert "ledger.csv" in shown(report, table, look(monthly(report.persona, 0.4)))  # of another look
    assert "<table" not in shown(report, None, None)


def test_alarms_of_the_control_chart_stand_in_words_with_limits_and_n(report: Report) -> None:
    table = monthly(report.persona, 0.3)
    said = "".join(outside(replace(report.results, monthly=table), report.persona, report.voice))
    assert {
        "fr": "03/2026\u00a0: 30,0 % ; limites [43,0 %\u00a0; 57,0 %], 400 clients",
        "en": "2026-03: 30.0%; limits [43.0%, 57.0%], 400 customers",
    }[report.voice.language] in said.replace("\u202f", " ")
    quiet = "".join(
        outside(replace(report.results, monthly=monthly(report.persona, 0.5)), report.persona, report.voice)
    )
    assert "<li>" not in quiet
    assert {"fr": "aucun hors", "en": "none lies outside"}[report.voice.language] in quiet
    assert outside(replace(report.results, monthly=None), report.persona, report.voice) == []


def test_pictures_that_draw_made_stand_in_their_sections(report: Report) -> None:
    assert PICTURES == IN_REPORTS
    drawn = Drawn("<svg xmlns='http://www.w3.org/2000/svg'/>", "abc", {}, {"control": "<svg/>", "losses": "<svg/>"})
    shown = replace(report, drawn=drawn)
    assert 'src="data:image/svg+xml;base64,PHN2Zy8+"' in str(shown.month().html())
    assert "<img" in str(shown.transitions().html())
    assert "<img" not in str(shown.emotions().html())
