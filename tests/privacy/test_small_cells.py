"""Small cells: nobody is shown in a group of fewer than five, and no subtraction brings them back."""

from __future__ import annotations

import random

import pandas as pd

import small_workspace as shop
from pipeline import run, tables
from pipeline.privacy.small_cells import withhold, withhold_comparisons
from pipeline.tables import EMOTIONS, FUNNEL, KPI_STAGES, KPIS, PERSONA_CARDS, TRANSITIONS

SMALLEST = 5


def rows(sizes: dict[str, int], grouping="persona", **place):
    """One place of a table of emotions: a row of everybody, and one per group."""
    shared = {
        "stage": "buy",
        "measured_by": "score",
        "emotion": 0.5,
        "ci_low": 0.1,
        "ci_high": 0.9,
        "note": None,
    } | place
    groups = [("all", "(all)", sum(sizes.values())), *((grouping, group, n) for group, n in sizes.items())]
    return [{**shared, "grouping": kind, "group": group, "n": 3 * n, "n_customers": n} for kind, group, n in groups]


def shown(found):
    return {row["group"]: row.get("n_customers") for row in found}


def test_one_small_group_takes_the_next_one_with_it():
    found, log = withhold(rows({"a": 40, "b": 9, "c": 2, "d": 30}), EMOTIONS, SMALLEST)
    assert shown(found) == {"(all)": 81, "a": 40, "b": None, "c": None, "d": 30}
    hidden = found[2]
    assert {name: hidden.get(name) for name in ("n", "emotion", "ci_low", "ci_high")} == dict.fromkeys(
        ("n", "emotion", "ci_low", "ci_high")
    )
    assert [(one["group"], one["reason"], one["rows"], one["place"]) for one in log] == [
        ("b", "complement", 1, "stage=buy, measured_by=score"), ("c", "small", 1, "stage=buy, measured_by=score"),
    ]  # fmt: skip


def test_two_small_groups_that_hide_each_other_take_nobody():
    assert shown(withhold(rows({"a": 40, "b": 4, "c": 3}), EMOTIONS, SMALLEST)[0]) == {
        "(all)": 47,
        "a": 40,
        "b": None,
        "c": None,
    }
    assert shown(withhold(rows({"a": 40, "b": 1, "c": 2}), EMOTIONS, SMALLEST)[0])["a"] is None, (
        "three in all would be told"
    )


def test_no_total_no_complement():
    found, _ = withhold(rows({"a": 2, "b": 40})[1:], EMOTIONS, SMALLEST)
    assert shown(found) == {"a": None, "b": 40}
    assert shown(withhold(rows({"a": 2, "b": 1}), EMOTIONS, SMALLEST)[0]) == {"(all)": None, "a": None, "b": None}


def test_parts_of_a_group_that_add_up_hide_each_other_too():
    """NPS by stage: the group's own NPS minus its other stages, or a stage of everybody minus the other groups."""
    sizes = {"buy": {"a": 40, "b": 3, "c": 20}, "use": {"a": 30, "b": 25, "c": 9}, "keep": {"a": 50, "b": 60, "c": 70}}
    listed = [
        {"grouping": kind, "group": group, "kpi": "nps", "stage": stage, "unit": "points", "n": n, "n_customers": n}
        for stage, groups in sizes.items()
        for kind, group, n in (("all", "(all)", sum(groups.values())), *(("persona", *one) for one in groups.items()))
    ]
    found, log = withhold(listed, KPI_STAGES, SMALLEST)
    hidden = {(row["group"], row["stage"]) for row in found if row.get("n") is None}
    # b at buy is small; c hides it among groups, b at use among stages; then c at use hides both of these
    assert hidden == {("b", "buy"), ("c", "buy"), ("b", "use"), ("c", "use")}
    assert {one["reason"] for one in log} == {"small", "complement"}


def test_nobody_at_all_is_not_a_small_group():
    empty = {
        "grouping": "persona",
        "group": "z",
        "kpi": "nps",
        "n": 0,
        "n_customers": 0,
        "target": 3.0,
        "note": "n = 0",
    }
    assert withhold([empty], KPIS, SMALLEST) == ([empty], [])


def test_what_is_declared_stays():
    row = {"grouping": "persona", "group": "a", "kpi": "nps", "n": 2, "n_customers": 2, "estimate": 9.0, "target": 3.0}
    found = withhold([row], KPIS, SMALLEST)[0][0]
    assert found["target"] == 3.0 and "estimate" not in found and found["note"] == "n < 5"


def test_rows_that_share_their_customers_fall_together():
    cells = [
        {"grouping": "all" if group == "(all)" else "persona", "group": group, "from_stage": "buy", "to_stage": to, "horizon": "30 d",
         "n_visits": n, "n_customers": n, "n_moved": 1}
        for group, n in (("(all)", 50), ("a", 41), ("b", 7), ("c", 2))
        for to in ("review", "(lost)", "buy") if (group, to) != ("c", "buy")  # no row where nobody stayed
    ]  # fmt: skip
    found, log = withhold(cells, TRANSITIONS, SMALLEST)
    assert {(row["group"], row.get("n_visits")) for row in found} == {
        ("(all)", 50),
        ("a", 41),
        ("b", None),
        ("c", None),
    }
    assert [(one["group"], one["rows"]) for one in log] == [("b", 3), ("c", 2)]


def test_personas_add_up_to_a_number_that_is_known():
    cards = [
        {"persona": name, "n_customers": n, "share": n / 50, "note": None}
        for name, n in (("a", 40), ("b", 8), ("c", 2))
    ]
    assert [row.get("n_customers") for row in withhold(cards, PERSONA_CARDS, SMALLEST)[0]] == [40, None, None]


def test_no_subtraction_gives_anybody_away():
    """Whatever the sizes: what an attacker can compute from everybody minus the groups shown is never 1 to 4."""
    chance = random.Random(7)
    for _ in range(500):
        sizes = {name: chance.choice((1, 2, 3, 4, 5, 6, 9, 40)) for name in "abcdef"[: chance.randint(1, 6)]}
        seen = shown(withhold(rows(sizes), EMOTIONS, SMALLEST)[0])
        total = seen.pop("(all)")
        assert not any(0 < n < SMALLEST for n in seen.values() if n is not None)
        hidden = [name for name, n in seen.items() if n is None]
        if total is not None and hidden and len(hidden) < len(seen):
            left = total - sum(n for n in seen.values() if n is not None)
            assert len(hidden) > 1 and left >= SMALLEST, sizes


def compared(name, group, hit, everybody, verdict="inconclusive"):
    counts = {"n_exposed": hit, "n_unexposed": everybody - hit, "n_customers": everybody, "customers_hit": hit}
    return {"id": name, "group": group, "verdict": verdict, "p": 0.5, **counts}


def test_comparisons_of_few_lose_their_counts_and_the_log_says_so():
    rows = [
        compared("late", "(all)", 60, 200),
        compared("late", "a", 3, 90, "not tested"),
        compared("late", "b", 20, 60),  # everybody less b and c would tell a
        compared("late", "c", 37, 50),
        compared("form", "(all)", 60, 200),
        compared("form", "a", 97, 100),  # three were not hit
    ]
    found, log = withhold_comparisons(rows, tables.HYPOTHESES, SMALLEST)
    assert [row.get("customers_hit") for row in found] == [60, None, 20, None, 60, None]
    assert [row.get("n_customers") for row in found] == [200, None, 60, None, 200, 100]
    assert [(one["table"], one["group"], one["place"], one["reason"]) for one in log] == [
        ("hypotheses", "a", "id=form", "small"),
        ("hypotheses", "a", "id=late", "small"),
        ("hypotheses", "c", "id=late", "complement"),
    ]


def test_candidates_of_few_lose_their_counts_too():
    where = {"batch": 1, "kind": "wait", "stage": "buy", "touchpoint": "bought", "condition": "(met)"}
    rows = [
        {**where, **compared("x", group, hit, 40, "not confirmed"), "p": p}
        for group, hit, p in (("(all)", 2, None), ("a", 20, 0.5), ("b", 0, None))
    ]
    found, log = withhold_comparisons(rows, tables.SCREENING, SMALLEST)
    assert [row.get("n_customers") for row in found] == [None, 40, 40]
    assert log[0]["place"] == "batch=1, kind=wait, stage=buy, touchpoint=bought, condition=(met)"


def test_no_subtraction_of_personas_gives_a_comparison_away():
    chance = random.Random(11)
    for _ in range(500):
        parts = []
        for name in "abcde"[: chance.randint(2, 5)]:
            hit, others = chance.choice((1, 3, 6, 30)), chance.choice((1, 4, 7, 80))
            parts.append(compared("h", name, hit, hit + others, chance.choice(("not tested", "refuted"))))
        total = [sum(row[name] for row in parts) for name in ("customers_hit", "n_customers")]
        found, _ = withhold_comparisons([compared("h", "(all)", *total), *parts], tables.HYPOTHESES, SMALLEST)
        everybody, *groups = found
        away = [row for row in groups if "customers_hit" not in row]
        if "customers_hit" in everybody and away:
            left = everybody["customers_hit"] - sum(row.get("customers_hit", 0) for row in groups)
            assert len(away) > 1 or len(away) == len(groups), (parts, left)


def test_every_table_with_customers_of_groups_says_what_they_share():
    for table in tables.ALL.values():
        if {"grouping", "n_customers"} <= set(table.columns):
            assert table.per is not None and set(table.per) < set(table.key), table.name
            assert table.columns["n_customers"].nullable, table.name
    assert FUNNEL.per == ()


def test_a_workspace_withholds_them_in_every_table_and_says_so(tmp_path):
    """Three customers: two buyers, one visitor. With a smallest cell of two, the buyers would give the visitor away."""
    workspace = shop.make(
        tmp_path / "w", params={"estimate": {**shop.PARAMS["estimate"], "smallest_cell": 2, "group_by": ["persona"]}}
    )
    run.main(workspace, until="estimate")
    for path in [*workspace.path("data/estimate").glob("*.csv"), *workspace.path("data/segment").glob("*.csv")]:
        frame = pd.read_csv(path)
        if "n_customers" in frame and path.stem != "checks":
            assert not (frame["n_customers"] == 1).any(), path.name
    cards = pd.read_csv(workspace.path("data/segment/persona_cards.csv")).set_index("persona")
    assert cards["n_customers"].isna().all() and cards["note"].to_list() == ["withheld", "n < 2"]
    of_cards = pd.read_csv(workspace.path("data/segment/suppressed_cards.csv"))
    assert dict(zip(of_cards["group"], of_cards["reason"], strict=True)) == {
        "buyers": "complement",
        "visitors": "small",
    }
    log = pd.read_csv(workspace.path("data/estimate/suppressed.csv"), keep_default_na=False)
    assert set(log["reason"]) == {"small", "complement"}
    assert {"kpis", "touchpoints", "funnel"} <= set(log["table"])
    kpis = pd.read_csv(workspace.path("data/estimate/kpis.csv")).set_index("group")
    assert kpis["n"].notna().to_dict() == {"(all)": True, "buyers": False, "visitors": False}
