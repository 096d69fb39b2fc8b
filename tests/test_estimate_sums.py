"""Sums over customers: personas add up to everybody, and counts packed into one number come out as they went in."""

import pandas as pd
import pytest

import small_brand as brand
from pipeline import estimate
from pipeline.engine import Engine
from pipeline.estimate.packed import Packed

CUT_OFF = brand.WINDOW[1]
TABLES = {
    "steps": brand.steps(
        [
            (1, 5, "bought", 20),
            (1, 6, "bought", 30),
            (2, 5, "bought", 9),
            (3, 7, "page_seen"),
            (4, 9, "bought", 1),
            (5, 8, "reviewed", None, 4),
            (1, 9, "reviewed", None, 5),
            (6, 3, "reviewed", None, 1),
        ]
    ),
    "customer_transitions": pd.DataFrame(
        [
            (customer, "2026-01", "web", "browse", to_stage, 1, True, n)
            for customer, to_stage, n in [
                (1, "buy", 2),
                (1, "(lost)", 1),
                (2, "buy", 1),
                (4, "buy", 3),
                (5, "(lost)", 1),
            ]
        ],
        columns=["customer_id", "period", "channel", "from_stage", "to_stage", "duration_bin", "is_followed", "n"],
    ),
}


def _rows(tmp_path, module, group_by: list[str], **changed: pd.DataFrame) -> list[dict]:
    folder = tmp_path / "_".join(group_by)
    folder.mkdir(exist_ok=True)
    params = brand.load_params(folder, estimate={**brand.DECLARED["estimate"], "group_by": group_by})
    frames = {"personas": brand.personas(range(1, 7), north={1, 2, 3}), **TABLES, **changed}
    with brand.engine_with(folder, params, **frames) as engine:
        engine.make("customer_personas", estimate.exp.select("customer_id", "persona").from_("personas"))
        found = [row for row in module.rows(engine, params, CUT_OFF) if row["grouping"] == "all"]
    return sorted(found, key=lambda row: [str(row[name]) for name in row if isinstance(row[name], str)])


@pytest.mark.parametrize("module", [estimate.transitions, estimate.touchpoints, estimate.emotions])
def test_personas_that_are_counted_add_up_to_the_customers_that_are_counted(tmp_path, module):
    of_personas, of_everybody = (_rows(tmp_path, module, [grouping]) for grouping in ("persona", "channel"))
    assert of_personas == of_everybody
    assert of_personas
    assert {row["group"] for row in of_personas} == {"(all)"}


def _spread(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with customers' codes far apart, as hashes are."""
    return frame.assign(customer_id=frame["customer_id"] * 2**60)


@pytest.mark.parametrize("group_by", [["persona"], ["channel"]])
def test_one_range_of_customers_after_the_other_counts_as_all_of_them_at_once(tmp_path, monkeypatch, group_by):
    everyone = {"personas": brand.personas(range(1, 7), north={1, 2, 3}), **TABLES}
    spread = {name: _spread(frame) for name, frame in everyone.items()}
    at_once = _rows(tmp_path, estimate.transitions, group_by, **spread)
    asked = []
    ask = Engine.frame
    monkeypatch.setattr(Engine, "frame", lambda self, sql, **given: asked.append(sql) or ask(self, sql, **given))
    monkeypatch.setattr(estimate.transitions, "IN_CACHE", 1)
    assert _rows(tmp_path, estimate.transitions, group_by, **spread) == at_once
    assert sum(isinstance(sql, estimate.exp.Expr) for sql in asked) >= 8, "five rows, one in each range at most"
    assert len(at_once) == 4


def test_products_of_cohorts_add_up_over_ranges(tmp_path, monkeypatch):
    cells = pd.DataFrame(
        [(0, customer, cell, customer) for customer in range(1, 7) for cell in (101, 102, 201)[: customer % 4]],
        columns=["stage_code", "customer_id", "cell", "n"],
    )
    with brand.engine_with(tmp_path, brand.load_params(tmp_path), cohort_cells=_spread(cells)) as engine:
        at_once = estimate.checks._products(engine)
        monkeypatch.setattr(estimate.checks, "MOST_ROWS", 1)
        in_ranges = estimate.checks._products(engine)
    pd.testing.assert_frame_equal(at_once, in_ranges)
    # customers 1, 2, 3, 5, 6 have cell 101 as often as their code: 1 + 4 + 9 + 25 + 36
    assert at_once.iloc[0].to_list() == [0, 101, 101, 75]


def test_products_of_months_add_up_over_ranges_whatever_their_size(tmp_path, monkeypatch):
    months = pd.DataFrame(
        [(customer, month, "order_value", 10**13 + customer, 2) for customer in range(1, 7) for month in ("01", "02")],
        columns=["customer_id", "period", "item", "a_0", "b"],
    )
    tables = {"customer_months": _spread(months), "personas": _spread(brand.personas(range(1, 7), north={1, 2, 3}))}
    pairs = [("01", "01"), ("02", "02"), ("02", "01")]
    with brand.engine_with(tmp_path, brand.load_params(tmp_path), **tables) as engine:
        engine.make("customer_personas", estimate.exp.select("customer_id", "persona").from_("personas"))
        at_once = estimate.monthly.products(engine, ["a_0"], pairs)
        monkeypatch.setattr(estimate.monthly, "MOST_ROWS", 1)
        in_ranges = estimate.monthly.products(engine, ["a_0"], pairs)
    pd.testing.assert_frame_equal(at_once, in_ranges)
    north = at_once[at_once["persona"] == "north"].iloc[0]
    assert north["customers"] == 3
    assert north["aa_a_0"] == float(sum((10**13 + customer) ** 2 for customer in (1, 2, 3)))


@pytest.mark.parametrize("many", [1, 10**3, 10**6, 10**12])
def test_however_many_visits_a_customer_has_no_count_runs_into_the_next(tmp_path, many):
    moves = TABLES["customer_transitions"]
    moves = moves.assign(n=moves["n"] * many)
    found = {
        row["to_stage"]: row for row in _rows(tmp_path, estimate.transitions, ["channel"], customer_transitions=moves)
    }
    assert {stage: row["n_moved"] / many for stage, row in found.items()} == {
        "buy": 6,
        "review": 0,
        "(lost)": 2,
        "(unresolved)": 0,
    }
    assert {row["n_visits"] / many for row in found.values()} == {8}
    assert found["buy"]["p"] == 0.75


def test_as_many_counts_as_fit_stand_in_one_number():
    targets = [f"stage_{i}" for i in range(20)]
    packed = Packed(targets, most=99)
    numbers = [packed.place(target)[0] for target in targets]
    assert numbers == [0] * 9 + [1] * 9 + [2] * 2, "100 ** 9 < 2 ** 63 < 100 ** 10"
    assert all(packed.place(target)[1] * 99 < 2**63 for target in targets)
