"""identify: who is one person, who is not, and what was too doubtful to merge."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

import small_workspace as shop
from pipeline import clean, identify
from pipeline.params import IdentifierKind


def run(workspace):
    params = shop.load(workspace)
    clean.main(workspace, params)
    identify.main(workspace, params)
    return duckdb.sql(f"select * from read_parquet('{workspace.path('data/identify/identities.parquet')}')").df()


def test_three_people_in_the_shop(tmp_path):
    identities = run(shop.make(tmp_path / "w"))
    # ana = v1 + her address, bob = v2 + his, v3 alone
    assert sorted(identities.groupby("customer_id").size()) == [1, 2, 2]
    assert (identities["component_size"] == identities.groupby("customer_id")["kind"].transform("size")).all()


def test_the_order_of_rows_and_files_changes_nobody(tmp_path):
    header, *rows = shop.VISITS_CSV.splitlines(keepends=True)
    one = run(shop.make(tmp_path / "one"))
    other = run(
        shop.make(tmp_path / "other", visits=header + "".join(reversed(rows)), params={"sources": ["orders", "web"]})
    )
    pd.testing.assert_frame_equal(one, other)


def test_a_shared_device_links_nobody_and_is_listed(tmp_path):
    kiosk = "visitor,email,at,page\n" + "".join(
        f"kiosk,person{i}@shop.example,2026-01-01 10:0{i}:00,home\n" for i in range(6)
    )
    workspace = shop.make(tmp_path / "w", visits=kiosk)
    identities = run(workspace)
    emails = identities[identities["kind"] == "email"]
    assert emails["customer_id"].is_unique  # six people (and two who only ordered), not one
    assert identities[identities["is_hub"]]["kind"].tolist() == ["device"]
    conflicts = pd.read_csv(workspace.path("data/identify/conflicts.csv"))
    assert conflicts[["problem", "kind", "n"]].values.tolist() == [["hub", "device", 6]]


def test_two_addresses_on_one_device_are_a_conflict(tmp_path):
    visits = "visitor,email,at,page\nv1,a@shop.example,2026-01-01,home\nv1,b@shop.example,2026-01-02,home\n"
    workspace = shop.make(tmp_path / "w", visits=visits)
    identities = run(workspace)
    conflicts = pd.read_csv(workspace.path("data/identify/conflicts.csv"))
    assert conflicts[["problem", "kind", "n"]].values.tolist() == [["several_values", "email", 2]]
    assert identities[identities["is_conflict"]]["customer_id"].nunique() == 1


def test_placeholders_are_nobody(tmp_path):
    visits = "visitor,email,at,page\n" + "".join(
        f"v{i},{name},2026-01-01,home\n" for i, name in enumerate(["undefined", "NULL", "", "0000", " n/a "])
    )
    identities = run(shop.make(tmp_path / "w", visits=visits))
    assert (identities["kind"] == "email").sum() == 2  # those of the orders
    assert identities["component_size"].max() == 1


def test_components_against_a_plain_walk():
    """The same components as a walk through the graph, on 300 random graphs' worth of links."""
    rng = np.random.default_rng(1)
    n = 400
    pairs = rng.integers(0, n, size=(300, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    neighbours = {i: set() for i in range(n)}
    for one, other in pairs:
        neighbours[one].add(other)
        neighbours[other].add(one)
    links = sorted((one, other) for one, others in neighbours.items() for other in others)
    nodes, others = (np.array([link[i] for link in links]) for i in (0, 1))
    identifiers = pd.DataFrame(
        {"kind": "k", "value_hash": [f"{i:032x}" for i in sorted(rng.choice(2**60, n, replace=False))]}
    )
    identifiers["value_hash"] = identifiers["value_hash"].sort_values().str[::-1].sort_values().to_numpy()
    kinds = {"k": IdentifierKind("k", (), None, False, True)}
    identities, _ = identify.resolve(identifiers, nodes, others, kinds)
    codes = identities["customer_id"].to_numpy()
    seen: set[int] = set()
    for start in range(n):
        if start in seen:
            continue
        component, waiting = set(), [start]
        while waiting:
            node = waiting.pop()
            if node not in component:
                component.add(node)
                waiting += neighbours[node]
        seen |= component
        assert set(codes[list(component)]) == {identify.customer_code(identifiers["value_hash"][start])}
        assert (identities["component_size"].to_numpy()[list(component)] == len(component)).all()
    assert identities["customer_id"].nunique() == len({codes[i] for i in range(n)})
