"""`parcours compare`: months of equal maturity, what moved by the ledger, and what is definition or data instead."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import small_workspace
from pipeline import cli, run
from pipeline.errors import ParcoursError
from pipeline.monthly import ledger
from pipeline.monthly.changes import changes, restated
from pipeline.monthly.effect import measured_effect
from pipeline.results import read_table
from pipeline.tables import MONTHLY
from pipeline.workspace import Workspace
from small_workspace import both

MONTHS = ("2026-01", "2026-02", "2026-03")
GIT = ("git", "-c", "user.name=test", "-c", "user.email=test@example.org")


def visits_and_orders(change: float) -> tuple[str, str]:
    """Return 3 × 240 visitors; of each month's a share orders within an hour: 0.5, and 0.5 + change in March."""
    visits, orders = ["visitor,email,at,page"], ["order,email,at,amount,late_days,delivered_at,score"]
    for month in MONTHS:
        share = 0.5 + change * (month == MONTHS[-1])
        for i in range(240):
            name = f"v{month}-{i}"
            visits.append(f"{name},{name}@shop.example,{month}-{i % 28 + 1:02d} 10:00:00,home")
            if i < 240 * share:
                orders.append(f"o{name},{name}@shop.example,{month}-{i % 28 + 1:02d} 11:00:00,10,0,,")
    return "\n".join(visits) + "\n", "\n".join(orders) + "\n"


def make(folder: Path, change: float) -> Workspace:
    visits, orders = visits_and_orders(change)
    personas = [{"id": "all_of_them", "name": both("All"), "goal": both("Buy"), "otherwise": True}]
    declared = {
        "window": {"start": "2025-12-01", "cut_off": "2026-04-20"},
        "personas": personas,
        "stages": [
            {"id": "discovery", "name": both("Discovery"), "when": "touchpoint = 'page_seen'"},
            {"id": "purchase", "name": both("Purchase"), "when": "is_goal"},
        ],
        "kpis": [
            {"id": "conversion", "kind": "conversion", "name": both("Conversion")},
            {"id": "again", "kind": "return", "when": "is_goal", "within": "9 d", "name": both("Again")},
            {"id": "basket", "kind": "mean_value", "when": "is_goal", "name": both("Basket")},
        ],
    }
    workspace = small_workspace.make(folder, declared, visits=visits, orders=orders)
    run.main(workspace, until="estimate")
    return workspace


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a shop whose conversion falls by 20 points in March, its results committed."""
    workspace = make(tmp_path_factory.mktemp("compare") / "shop", -0.2)
    for command in (("init", "--quiet", "."), ("add", "--all"), ("commit", "--quiet", "--message", "march")):
        subprocess.run([*GIT, *command], cwd=workspace.root, check=True)
    return workspace


def monthly_of(workspace: Workspace) -> pd.DataFrame:
    return read_table(workspace.path(MONTHLY.path), MONTHLY)


def test_the_monthly_table_holds_full_months_only_and_counts_them(moved: Workspace) -> None:
    """April is not over; of what is followed for 10 days, January begins within a silence of the first event."""
    frame = monthly_of(moved)
    own = frame[(frame["group"] == "(all)") & (frame["period"] == frame["other_period"])]
    conversion = own[own["item"] == "conversion"].set_index("period")
    assert conversion.index.tolist() == ["2026-02", "2026-03"]
    assert conversion["numerator"].tolist() == [120, 72]
    assert conversion["denominator"].tolist() == [240, 240]
    basket = own[own["item"] == "basket"].set_index("period")
    assert basket.index.tolist() == ["2026-02", "2026-03"]  # January begins before the first event, on the 1st at 10:00
    assert basket.loc["2026-03", ["numerator", "nn"]].tolist() == [720, 7200]
    assert "again" not in set(frame["item"])


def test_a_fall_is_moved_and_entered_once(moved: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["compare", "--workspace", str(moved.root)]
    assert cli.main(arguments) == 0
    shown = capsys.readouterr().out
    assert "conversion · (all): 0.5 → 0.3 (-0.2, -0.28" in shown
    assert "mix +0, rate -0.2" in shown
    assert "Changed by data: the same definition counts other raw rows: 0" in shown
    first = (moved.root / ledger.FILE).read_bytes()
    assert cli.main(arguments) == 0
    assert "nothing is spent by looking again" in capsys.readouterr().out
    assert (moved.root / ledger.FILE).read_bytes() == first
    entered = ledger.read(moved.root / ledger.FILE)
    assert entered.loc[entered["item"] == "conversion", "verdict"].tolist() == ["moved", "moved"]
    assert entered.loc[entered["item"] == "basket", "verdict"].tolist() == ["not shown", "not shown"]


def test_another_run_is_told_but_not_entered(moved: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    before = ledger.read(moved.root / ledger.FILE)
    assert cli.main(["compare", "HEAD", "HEAD", "--workspace", str(moved.root)]) == 0
    assert "Not entered in ledger.csv" in capsys.readouterr().out
    assert len(ledger.read(moved.root / ledger.FILE)) == len(before)


def test_the_same_month_told_differently_is_definition_or_data(moved: Workspace) -> None:
    before = monthly_of(moved)
    later = before.copy()
    of_march = (later["item"] == "conversion") & (later["period"] == "2026-03") & (later["other_period"] == "2026-03")
    later.loc[of_march, "numerator"] += 5
    found = restated(before, later)
    assert found["verdict"].tolist() == ["data", "data"]
    assert found["after"].tolist() == [77 / 240, 77 / 240]
    later["definition"] = "another"
    assert restated(before, later)["verdict"].tolist() == ["definition", "definition"]
    assert len(restated(before, before.assign(definition="another"))) == 0  # declared anew, and the same numbers


def test_a_second_look_is_judged_by_what_the_first_one_left(moved: Workspace) -> None:
    """Without a discovery the first look spends all that the rate gave it: 0.10 / ζ(1.6)."""
    quiet = changes(monthly_of(moved), 0.95).assign(p=lambda frame: frame["p"].where(frame["p"].isna(), 0.5))
    first = ledger.judged(ledger.read(Path("none")), quiet, pd.DataFrame(), 0.10)
    second = ledger.judged(first, quiet.assign(period="2026-04"), pd.DataFrame(), 0.10)
    assert first["level"].dropna().unique() == pytest.approx([0.0437490], rel=1e-4)
    assert second["level"].dropna().unique() == pytest.approx([0.0437490 * 2**-1.6], rel=1e-4)
    assert second["look"].unique().tolist() == [2]


def test_too_few_customers_are_no_test(moved: Workspace) -> None:
    frame = monthly_of(moved)
    few = frame.assign(n_customers=np.minimum(frame["n_customers"], 29))
    assert changes(few, 0.95)["p"].isna().all()


def test_what_cannot_be_read_is_said(moved: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compare", "no-such-revision", "--workspace", str(moved.root)]) == 2
    assert "neither a folder nor a git revision" in capsys.readouterr().err
    (tmp_path / "ledger.csv").write_text("look,digest\n1,abc\n", encoding="utf-8")
    with pytest.raises(ParcoursError, match="written by `parcours compare` and never by hand"):
        ledger.read(tmp_path / "ledger.csv")


def test_an_action_is_measured_without_its_own_month(moved: Workspace) -> None:
    """An action in February would be judged by March beside January, which is not full; in an earlier March it is."""
    frame = monthly_of(moved)
    assert measured_effect(frame, date(2026, 2, 10), "conversion") is None
    shifted = frame.replace({"2026-02": "2026-01"})
    found = measured_effect(shifted, date(2026, 2, 10), "conversion")
    assert found is not None
    assert (found.before_month, found.after_month) == ("2026-01", "2026-03")
    assert found.change == pytest.approx(-0.2)
    assert found.low < -0.2 < found.high < 0
    assert np.isnan(found.change_last_year)
