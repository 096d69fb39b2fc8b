"""Redrawn graphs: as many errors as labelled persons show, of the same like, decided by hashes alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import small_workspace as shop
from pipeline import clean, estimate, identify, reconstruct, segment
from pipeline.engine import Engine
from pipeline.errors import ParcoursError
from pipeline.identify.redrawing import _hosts
from pipeline.stats.linkage import Graph, LinkErrors, redrawn, with_identity
from pipeline.stats.splitmix import uniform
from pipeline.tables import GRAPHS_AT_MOST, IDENTITY_EFFECTS, LINK_ERRORS, REDRAWN, REDRAWN_JOURNEYS, STEPS
from pipeline.workspace import Workspace

PEOPLE = 40
VISITS = "visitor,email,at,page\n" + "".join(
    # everybody has a phone that logs in; of the odd ones a second device, seen once the day before, does so too
    f"p{i},u{i}@shop.example,2026-01-05 10:00:00,home\n"
    + (f"q{i},u{i}@shop.example,2026-01-04 10:00:00,home\n" if i % 2 else f"q{i},,2026-01-04 10:00:00,home\n")
    for i in range(PEOPLE)
)
ORDERS = "order,email,at,amount,late_days,delivered_at,score\n" + "".join(
    f"o{i},u{i}@shop.example,2026-01-06 10:00:00,20.00,0,2026-01-08 10:00:00,5\n" for i in range(PEOPLE)
)
ORDERS += "o99,u0@shop.example,2026-01-07 10:00:00,20.00,0,2026-01-09 10:00:00,5\n"  # the stage loyalty wants one
# all devices are somebody's, whether they logged in or not
PAIRS = "kind,value,other_kind,other_value,same\n" + "".join(
    f"email,u{i}@shop.example,device,{letter}{i},yes\n" for i in range(PEOPLE) for letter in "pq"
)


def make(folder: Path, pairs: str = PAIRS, threads: int = 1, **identity: object) -> Workspace:
    declared = {
        "engine": {"threads": threads},
        "identity": {"redrawn_graphs": 50, "labelled_pairs": "pairs.csv"} | identity,
    }
    workspace = shop.make(folder, params=declared, visits=VISITS, orders=ORDERS)
    (workspace.root / "pairs.csv").write_text(pairs, encoding="utf-8")
    for verb in (clean, identify, reconstruct, segment, estimate):
        verb.main(workspace, shop.load(workspace))
    return workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make(tmp_path_factory.mktemp("redrawn") / "w")


def test_as_many_devices_are_set_apart_as_were_missed(workspace: Workspace) -> None:
    errors = pd.read_csv(workspace.path(LINK_ERRORS.path))
    missed = errors[(errors["error"] == "missed") & (errors["n"] > 0)]
    # twenty second devices never logged in; twenty others, and forty first ones, are attached and alike
    assert missed[["kind", "from_events", "place", "n"]].to_numpy().tolist() == [["device", 1, "before", 20]]
    assert missed[["n_attached", "rate"]].to_numpy().tolist() == [[60, pytest.approx(20 / 60)]]


def test_what_the_missed_links_did_to_conversion_is_taken_off(workspace: Workspace) -> None:
    rows = pd.read_csv(workspace.path(IDENTITY_EFFECTS.path)).set_index("item")
    conversion = rows.loc["conversion"]
    # forty journeys with an order, and twenty visits that belong to them: 40 of 60, and of 40 if all were joined
    assert conversion["found"] == pytest.approx(40 / 60)
    assert conversion["estimate"] == pytest.approx(1.0, abs=0.05)
    assert conversion["basis"] == "labelled"


def test_codes_of_redrawn_customers_tell_their_graph(workspace: Workspace) -> None:
    table = pd.read_parquet(workspace.path(REDRAWN.path))
    assert (table["customer_id"] % GRAPHS_AT_MOST == table["graph"]).all()


def made(workspace: Workspace) -> dict[str, bytes]:
    """Return every file that redrawn graphs make: who changes, their journeys, the rates, and what it does to KPIs."""
    journeys = workspace.path(STEPS.path).parent / REDRAWN_JOURNEYS
    files = [path for path in journeys.rglob("*") if path.is_file()]
    files += [workspace.path(table.path) for table in (REDRAWN, LINK_ERRORS, IDENTITY_EFFECTS)]
    return {str(path.relative_to(workspace.out)): path.read_bytes() for path in files}


@pytest.mark.parametrize("threads", [2, 4])
def test_neither_threads_nor_the_order_of_labels_change_a_byte(
    workspace: Workspace, tmp_path: Path, threads: int
) -> None:
    on_one_thread = made(workspace)
    assert len(on_one_thread) > 4
    reordered = "\n".join([PAIRS.splitlines()[0], *reversed(PAIRS.splitlines()[1:])]) + "\n"
    assert made(make(tmp_path / "w", reordered, threads)) == on_one_thread


def test_without_graphs_the_tables_are_empty(tmp_path: Path) -> None:
    workspace = make(tmp_path / "w", redrawn_graphs=0)
    assert pd.read_parquet(workspace.path(REDRAWN.path)).empty
    assert pd.read_csv(workspace.path(IDENTITY_EFFECTS.path)).empty
    with Engine(shop.load(workspace).engine, tmp_path) as engine:
        engine.load("redrawn", pd.read_parquet(workspace.path(REDRAWN.path)))
        engine.check(REDRAWN, "redrawn")


def test_declared_rates_are_called_so(tmp_path: Path) -> None:
    workspace = make(tmp_path / "w", labelled_pairs=None, link_errors={"missed": {"device": 0.2}, "false": 0.01})
    rows = pd.read_csv(workspace.path(IDENTITY_EFFECTS.path))
    assert set(rows["basis"]) == {"declared"}


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        ({"redrawn_graphs": 50}, "needs rates of link errors"),
        ({"redrawn_graphs": 1, "labelled_pairs": "p.csv"}, "expected 0"),
        ({"redrawn_graphs": 129, "labelled_pairs": "p.csv"}, "expected 0"),
        ({"redrawn_graphs": 9, "link_errors": {"missed": {"devise": 0.1}}}, "device"),
    ],
)
def test_what_is_declared_wrong_is_refused(tmp_path: Path, identity: dict[str, object], message: str) -> None:
    workspace = shop.make(tmp_path / "w", params={"identity": identity})
    with pytest.raises(ParcoursError, match=message):
        shop.load(workspace)


def test_rates_follow_the_labelled_persons() -> None:
    rng = np.random.default_rng(3)
    n = 4000  # two identifiers a customer; those of stratum 0 can be set apart
    graph = Graph(
        np.arange(n) // 2, np.full(n, -1), np.where(np.arange(n) % 2, -1, 0), rng.integers(0, 2**63, n, np.uint64)
    )
    hashes = rng.integers(0, 2**63, 500, np.uint64)
    missed = (rng.random((500, 1)) < 0.2).astype(int)
    errors = LinkErrors(missed, np.ones(500, dtype=int), np.zeros(500, dtype=bool), hashes)
    shares = [float((redrawn(graph, errors, g) >= n // 2).sum() / (n / 2)) for g in range(50)]
    wanted = float(missed.mean())
    assert np.mean(shares) == pytest.approx(wanted, abs=4 * np.std(shares) / 50**0.5)
    # what few labels leave open (binomial of 500) and what is drawn (binomial of 2,000) both differ between graphs
    assert np.std(shares) == pytest.approx((wanted * (1 - wanted) * (1 / 500 + 1 / 2000)) ** 0.5, rel=0.35)


def test_the_interval_adds_both_variances_and_takes_the_bias_off() -> None:
    corrected = 0.5 + 0.02 * (uniform(np.arange(2000, dtype=np.uint64), 2) - 0.5)
    both = with_identity(0.47, 0.0001, corrected)
    identity = 0.02**2 / 12  # variance of a uniform number
    assert both.bias == pytest.approx(-0.03, abs=0.001)
    assert both.identity_share == pytest.approx(identity / (identity + 0.0001), rel=0.1)
    assert both.high - both.low == pytest.approx(2 * 1.959964 * (identity + 0.0001) ** 0.5, rel=0.05)
    with pytest.raises(ValueError, match="at least 2"):
        with_identity(0.5, 0.1, np.array([0.5]))


def test_a_click_goes_with_the_device_though_a_login_stood_beside_it() -> None:
    device, login, click, order = range(4)
    links = np.array([[device, login], [device, click], [login, click], [login, order]]).T
    beside = np.array([[login, device, 3], [login, order, 1], [click, device, 1]]).T  # whom events follow, and how many
    found = _hosts(pd.DataFrame({"n_events": [5, 0, 1, 1]}), *links, *beside)
    assert found.tolist() == [-1, -1, device, login]
    more_alone = _hosts(pd.DataFrame({"n_events": [5, 0, 2, 1]}), *links, *beside)
    assert more_alone[click] == -1
