"""actions.yaml: what is planned, and what is refused."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from pipeline import closure, tables
from pipeline import params as parameters
from pipeline.assess.actions import measured
from pipeline.errors import ParcoursError
from pipeline.params.actions import next_action, read_actions
from pipeline.workspace import Workspace

WRITTEN = """actions:
  - id: later
    opportunity: unexpected_fee
    action: {fr: "Plus tard", en: "Later"}
    owner: e-commerce
    date: "2026-12-01"
  - id: soon
    opportunity: unexpected_fee
    action: {fr: "Bientôt", en: "Soon"}
    owner: e-commerce
    date: 2026-11-03
    expected_effect: 0.08
"""


CLAIRVAL = Path(closure.PACKAGE) / "templates" / "clairval"


@pytest.fixture(scope="module")
def params():
    return parameters.load(Workspace.at(CLAIRVAL))


@pytest.fixture
def read(tmp_path, params):
    def reading(text):
        (tmp_path / "actions.yaml").write_text(text, encoding="utf-8")
        return read_actions(tmp_path, params)

    return reading


def test_the_next_action_of_an_opportunity_is_the_earliest(read):
    actions = read(WRITTEN)
    found = next_action(actions, "unexpected_fee")
    assert found is not None
    assert (found.id, found.date, found.expected_effect, found.name.fr) == ("soon", date(2026, 11, 3), 0.08, "Bientôt")
    assert next_action(actions, "slow_page") is None


def test_no_file_is_no_action(tmp_path, params):
    assert read_actions(tmp_path, params) == ()


@pytest.mark.parametrize(("old", "new", "says"), [
    ("unexpected_fee", "unexpected_fees", r"actions\[0\]\.opportunity: no hypothesis 'unexpected_fees'.*unexpected_fee"),
    ("2026-12-01", "next week", r"actions\[0\]\.date: expected a day such as 2026-11-03"),
    ("id: soon", "id: later", r"actions\[1\]\.id: 'later' stands twice"),
    ("owner:", "who:", r"actions\[0\]\.owner: this key is missing"),
    ("0.08", "0.08\n    measured_by: {kpi: npss}", r"measured_by\.kpi: 'npss' is unknown.*nps"),
    ("0.08", "0.08\n    measured_by: {kpi: retention}", "of kind return, which no two months"),
    ("0.08", "0.08\n    measured_by: {hypothesis: slow_page}", "'slow_page' declares no random draw"),
    ("0.08", "0.08\n    measured_by: {persona: nesters}", "expected either kpi or hypothesis, got none"),
])  # fmt: skip
def test_what_is_wrong_is_refused_by_its_key(read, old, new, says):
    with pytest.raises(ParcoursError, match=says):
        read(WRITTEN.replace(old, new))


def test_an_owner_may_have_a_name_in_each_language(read):
    one = read(WRITTEN.replace("owner: e-commerce", "owner: {fr: vente en ligne, en: e-commerce}", 1))
    assert (one[0].owner["fr"], one[0].owner["en"]) == ("vente en ligne", "e-commerce")
    assert (one[1].owner["fr"], one[1].owner["en"]) == ("e-commerce", "e-commerce")


# -- what became of them ---------------------------------------------------------------------------------------------

MEASURED_BY_CES = (
    WRITTEN.split("  - id: soon")[0].replace('"2026-12-01"', '"2026-02-10"')
    + """\
    measured_by: {kpi: ces}
    expected_effect: 0.5
"""
)


def months(**values):
    """Return the monthly table of a score of 100 customers a month, one answer each, half a point on either side."""
    rows = []
    for month, mean in values.items():
        sums = {"numerator": 100 * mean, "denominator": 100.0, "nn": 100 * (mean**2 + 0.25), "nd": 100 * mean}
        name = month.replace("m", "").replace("_", "-")
        rows.append({"measure": "kpi", "item": "ces", "grouping": "all", "group": "(all)", "period": name,
                     "other_period": name, "unit": "score", "definition": "d", "n_customers": 100, **sums,
                     "dn": 100 * mean, "dd": 100.0})  # fmt: skip
    return pd.DataFrame(rows)


def row_of(read, params, monthly, cut_off, text=MEASURED_BY_CES, hypotheses=None):
    return measured(read(text), params, {"monthly": monthly, "hypotheses": hypotheses}, cut_off).iloc[0]


def test_an_action_is_measured_for_the_better_without_its_own_month(read, params):
    """Effort falls from 5 to 4.4 where less is better: an effect of 0.6, with the interval of two samples by hand."""
    monthly = months(m2026_01=5.0, m2026_02=9.0, m2026_03=4.4)
    row = row_of(read, params, monthly, datetime(2026, 4, 2))
    assert (row["status"], row["design"], row["grade"]) == ("measured", "before and after", "D")
    assert (row["before_period"], row["after_period"], row["n_before"], row["n_after"]) == (
        "2026-01",
        "2026-03",
        100,
        100,
    )
    reach = stats.t.ppf(0.975, 99) * (2 * 100 / 99 * 0.25 / 100) ** 0.5
    assert (row["effect"], row["effect_low"], row["effect_high"]) == pytest.approx((0.6, 0.6 - reach, 0.6 + reach))
    assert (row["finding"], row["expectation"]) == ("better", "compatible")
    worse = row_of(read, params, months(m2026_01=4.4, m2026_03=5.0), datetime(2026, 4, 2))
    assert (worse["finding"], worse["expectation"]) == ("worse", "too high")


def test_it_is_too_early_until_the_month_after_has_ended(read, params):
    monthly = months(m2026_01=5.0, m2026_03=4.4)
    row = row_of(read, params, monthly, datetime(2026, 3, 31, 20))
    assert (row["status"], row["told_from"]) == ("too early", "2026-04-01")
    assert row[["effect", "n_after", "finding"]].isna().all()
    missing = row_of(read, params, months(m2026_03=4.4), datetime(2026, 4, 2))
    assert (missing["status"], missing["note"]) == (
        "not measured",
        "a month beside the action is not full or too small",
    )


def test_a_random_draw_measures_with_its_own_grade(read, params):
    text = MEASURED_BY_CES.replace("{kpi: ces}", "{hypothesis: checkout_test}")
    found = {"id": "checkout_test", "group": "(all)", "crude_effect": 0.04, "crude_low": 0.02, "crude_high": 0.06,
             "mean_exposed": 0.66, "mean_unexposed": 0.62, "n_exposed": 900, "n_unexposed": 880, "grade": "A"}  # fmt: skip
    hypotheses = pd.DataFrame([found]).reindex(columns=list(tables.HYPOTHESES.columns))
    row = row_of(read, params, None, datetime(2026, 4, 2), text, hypotheses)
    assert (row["status"], row["design"], row["grade"], row["unit"]) == ("measured", "randomised", "A", "binary")
    assert (row["effect"], row["effect_low"], row["effect_high"]) == (0.04, 0.02, 0.06)
    assert (row["n_before"], row["n_after"], row["expectation"]) == (880, 900, "too high")


def test_without_a_measure_nothing_is_told(read, params):
    row = row_of(read, params, None, datetime(2027, 4, 2), WRITTEN)
    assert row["status"] == "no measure declared"
