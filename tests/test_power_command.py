"""`parcours power`: the plan of a hypothesis, from what its row and its declaration say."""

import json
import math
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower

import screened_brand as brand
import small_brand
from pipeline import assess, power, tables
from pipeline.errors import ParcoursError
from pipeline.files import write_csv
from pipeline.results import in_form
from pipeline.stats.effects import difference_of_means
from pipeline.workspace import Workspace

FEE = {
    "id": "fee",
    "claim": {"fr": "-", "en": "-"},
    "index": "first page_seen",
    "exposure": "fee > 0",
    "outcome": {"kind": "binary", "when": "touchpoint = 'bought'"},
    "outcome_window": "10 d",
    "direction": "lower",
    "smallest_effect": 0.1,
    "personas": ["north"],
    "stage": "browse",
    "owner": "nobody",
}
ERROR, CUSTOMERS = 0.05, 400


def _params(folder):
    return small_brand.load_params(
        folder, stages=brand.STAGES, traits=[], features={}, hypotheses=[FEE],
        personas=[
            {"id": "north", "name": brand.BOTH, "goal": brand.BOTH, "when": "customer_id % 2 = 0"},
            {"id": "south", "name": brand.BOTH, "goal": brand.BOTH, "otherwise": True},
        ],
    )  # fmt: skip


def _row(**changes) -> dict:
    reach = ERROR * stats.t.ppf(0.975, 199)
    declared = {
        "id": "fee", "group": "(all)", "outcome_kind": "binary", "direction": "lower", "smallest_effect": 0.1,
        "n_exposed": 200, "n_unexposed": 200, "n_customers": CUSTOMERS, "customers_hit": 200, "share_hit": 0.5,
        "crude_effect": -0.08, "crude_low": -0.08 - reach, "crude_high": -0.08 + reach, "p": 0.11, "q": 0.15,
        "family_size": 4, "design_effect": 1.3, "verdict": "inconclusive", "grade": "D", "n_left_out": 0,
    }  # fmt: skip
    return {**declared, **changes}


def _workspace(folder, *rows) -> Workspace:
    workspace = Workspace.at(folder)
    for relative in ("data/assess", "data/reconstruct"):
        workspace.path(relative).mkdir(parents=True)
    write_csv(in_form(rows, tables.HYPOTHESES), workspace.path(tables.HYPOTHESES.path))
    facts = {"window_start": "2026-01-01T00:00:00", "cut_off": "2026-03-01T00:00:00"}
    workspace.path("data/reconstruct/reconstruct.json").write_text(json.dumps(facts), encoding="utf-8")
    return workspace


def _family() -> list[dict]:
    """Return four tested rows, one of them found."""
    others = [_row(group=f"other {i}", q=0.09 if i == 0 else 0.9) for i in range(3)]
    return [_row(), *others]


def test_levels_run_from_this_one_alone_to_as_many_others_as_now(tmp_path):
    levels = power.levels_of(in_form(_family(), tables.HYPOTHESES), _params(tmp_path))
    assert (levels.cautious, levels.hopeful) == pytest.approx((0.10 * 1 / 4, 0.10 * 2 / 4))


def test_a_level_never_exceeds_that_of_the_intervals(tmp_path):
    levels = power.levels_of(in_form([_row(q=0.01)], tables.HYPOTHESES), _params(tmp_path))
    assert (levels.cautious, levels.hopeful) == pytest.approx((0.05, 0.05))  # and not 0.10


def test_the_plan_of_a_row_against_statsmodels(tmp_path):
    params = _params(tmp_path)
    levels = power.Levels(0.025, 0.05)
    plan = power.plan_of(
        in_form([_row()], tables.HYPOTHESES).iloc[0].to_dict(), params.hypotheses[0], levels, timedelta(days=59), 0.9, None, 0.95
    )  # fmt: skip
    # Two arms of C / 2 with that standard error have a standard deviation of SE · sqrt(C) / 2 = 0.5.
    per_arm = [NormalIndPower().solve_power(0.1 / 0.5, alpha=alpha, power=0.9) for alpha in (0.025, 0.05)]
    assert plan.standard_error == pytest.approx(ERROR, rel=1e-9)
    assert plan.needed == tuple(math.ceil(2 * n - 1e-6) for n in per_arm)
    assert NormalIndPower().power(plan.detectable / 0.5, CUSTOMERS / 2, 0.025) == pytest.approx(0.9, rel=1e-8)
    # 59 days less the 10 of the outcome window brought 400 customers.
    assert plan.months == pytest.approx((plan.needed[0] - CUSTOMERS) / CUSTOMERS * 49 / (365.25 / 12))


def test_the_standard_error_read_from_an_interval_is_the_one_it_was_made_of(tmp_path):
    happened = brand.events(600, brand.Pains(), seed=2)
    params = _params(tmp_path)
    with small_brand.engine_with(tmp_path, params, **brand.tables(happened)) as engine:
        found = assess.assess(engine, params, small_brand.WINDOW)
    pages = happened[(happened["touchpoint"] == "page_seen") & (happened["day"] <= 49)]
    bought = pages["customer_id"].isin(happened.loc[happened["touchpoint"] == "bought", "customer_id"])
    wanted = difference_of_means(bought, pages["fee"] > 0, pages["customer_id"]).standard_error
    row = found[found["group"] == "(all)"].iloc[0].to_dict()
    assert power.standard_error_of(row, 0.95) == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize("changes", [{"crude_low": None, "crude_high": None}, {"crude_high": np.inf}])
def test_a_row_without_a_finite_interval_has_no_standard_error(changes):
    assert math.isnan(power.standard_error_of(in_form([_row(**changes)], tables.HYPOTHESES).iloc[0].to_dict(), 0.95))


def test_what_is_printed(tmp_path, capsys):
    params = _params(tmp_path)
    untested = _row(group="north", p=None, q=None, crude_low=None, crude_high=None, verdict="not tested")
    power.main(_workspace(tmp_path, *_family(), untested), params)
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].split()[:4] == ["hypothesis", "group", "customers", "exposed"]
    assert shown[1].split()[:6] == ["fee", "(all)", "400", "50.0%", "1.30", "0.05"]
    assert shown[-1] == "Without an estimate that could be planned on: fee in north."
    assert max(map(len, shown)) <= 130


def test_an_effect_of_half_the_size_needs_four_times_the_customers(tmp_path, capsys):
    workspace, params = _workspace(tmp_path, *_family()), _params(tmp_path)
    needed = []
    for effect in (0.08, 0.04):
        power.main(workspace, params, effect=effect, hypothesis="fee", persona="(all)")
        line = capsys.readouterr().out.splitlines()[1]
        needed.append(int(line.split()[8].replace(",", "")))
    assert needed[1] == pytest.approx(4 * needed[0], abs=4)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"hypothesis": "fe"}, "--hypothesis: .* has no 'fe'. Nearest: fee"),
        ({"hypothesis": "fee", "persona": "north"}, "--persona: .* has no 'north'"),
        ({"effect": 0.1}, "--effect: expected an effect above 0 and, with --hypothesis"),
        ({"effect": -0.1, "hypothesis": "fee"}, "--effect: expected an effect above 0"),
        ({"power": 1.5}, "--power: expected a share such as 0.8, got 1.5"),
    ],
)
def test_what_cannot_be_planned_says_why(tmp_path, asked, message):
    with pytest.raises(ParcoursError, match=message):
        power.main(_workspace(tmp_path, *_family()), _params(tmp_path), **asked)


def test_without_results_the_stage_to_run_is_named(tmp_path):
    with pytest.raises(ParcoursError, match="run the DVC stage reconstruct first"):
        power.main(Workspace.at(tmp_path), _params(tmp_path))


def test_a_family_without_any_test(tmp_path):
    rows = in_form([_row(p=None, q=None)], tables.HYPOTHESES)
    with pytest.raises(ParcoursError, match="no hypothesis was tested"):
        power.levels_of(rows, _params(tmp_path))


def test_months_are_not_known_where_the_windows_fill_the_time(tmp_path):
    params = _params(tmp_path)
    row = pd.DataFrame([_row()]).assign(adjusted_low=np.nan, n_answered_exposed=np.nan, n_answered_unexposed=np.nan)
    plan = power.plan_of(
        row.iloc[0].to_dict(), params.hypotheses[0], power.Levels(0.05, 0.05), timedelta(days=10), 0.8, None, 0.95
    )
    assert math.isnan(plan.months)
