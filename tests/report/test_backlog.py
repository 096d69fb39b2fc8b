"""The backlog in a report: expected beside measured, too early where it is, and no more claimed than the design allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from pipeline import tables
from pipeline.params import Measure, Names
from pipeline.params.actions import Action
from pipeline.reporting import Report, open_report
from pipeline.reporting.backlog import backlog
from pipeline.reporting.elements import Markup, Table
from pipeline.workspace import Workspace
from report.pages import Page, unsupported_estimates

OWNER = Names(fr="logistique", en="logistics")
NAME = Names(fr="Prévenir <du> retard", en="Warn <of> delays")
BY_CSAT = Measure(kpi="csat")
MEASURED = {
    "status": "measured", "measured_by": "csat", "group": "(all)", "design": "before and after", "unit": "share",
    "expected": 0.05, "before_period": "2026-04", "after_period": "2026-06", "before": 0.45, "after": 0.52, "n_before": 518,
    "n_after": 540, "effect": 0.07, "effect_low": 0.01, "effect_high": 0.13, "season": 0.02, "finding": "better",
    "expectation": "compatible", "grade": "D",
}  # fmt: skip
EARLY = {
    "status": "too early", "measured_by": "csat", "group": "(all)", "design": "before and after", "expected": 0.05,
    "told_from": "2026-12-01", "before_period": "2026-09", "after_period": "2026-11", "grade": "D",
}  # fmt: skip


@pytest.fixture(scope="module", params=["fr", "en"])
def report(request: pytest.FixtureRequest, brand_workspace: Workspace) -> Report:
    return open_report(str(brand_workspace.root), None, "near", request.param)


def shown(report: Report, row: dict[str, object], measure: Measure | None = BY_CSAT) -> str:
    action = Action("warn", "late_delivery", NAME, OWNER, date(2026, 5, 4), 0.05, measure)
    full = {"id": "warn", "opportunity": "late_delivery", "date": "2026-05-04", **row}
    frame = pd.DataFrame([full], columns=list(tables.ACTIONS.columns))
    results = replace(report.results, frames={**report.results.frames, "actions": frame})
    parts = backlog(results, report.persona, report.voice, [action])
    return "".join(str(part.html() if isinstance(part, Table) else Markup(part)) for part in parts).replace(
        "\u202f", " "
    )


def test_a_measured_effect_stands_beside_the_expected_one_with_interval_n_and_design(report: Report) -> None:
    html = shown(report, MEASURED)
    words = {
        "fr": ("+5,0 pts", "+7,0 pts", "[+1,0\u00a0; +13,0]", "518 / 540", "avant et après (04/2026, 06/2026), preuve D",
               "mieux ; compatible avec l’attendu", "un an plus tôt", "logistique, 04/05/2026", "sans groupe"),
        "en": ("+5.0 pp", "+7.0 pp", "[+1.0, +13.0]", "518 / 540", "before and after (2026-04, 2026-06), evidence D",
               "better; compatible with what was expected", "a year before", "logistics, 2026-05-04", "without a control"),
    }  # fmt: skip
    for word in words[report.voice.language]:
        assert word in html
    assert "<du>" not in html
    assert "<of>" not in html
    assert unsupported_estimates(Page(html)) == []


def test_before_its_window_closes_nothing_is_told(report: Report) -> None:
    html = shown(report, EARLY)
    said = {"fr": "trop tôt pour le dire, avant le 01/12/2026", "en": "too early to say, before 2026-12-01"}
    assert said[report.voice.language] in html
    assert {"fr": "+5,0 pts", "en": "+5.0 pp"}[report.voice.language] in html
    assert unsupported_estimates(Page(html)) == []


def test_without_a_measure_it_says_so(report: Report) -> None:
    html = shown(report, {"status": "no measure declared", "expected": 0.05}, None)
    assert {"fr": "ne dit pas par quoi", "en": "does not say what to measure"}[report.voice.language] in html


def test_an_action_for_another_persona_is_not_listed(report: Report) -> None:
    assert shown(report, MEASURED, replace(BY_CSAT, group="far")) == ""
