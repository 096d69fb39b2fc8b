"""Graphs redrawn with the errors of the one that was found: which customers they change, and into whom."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.engine import Engine
from pipeline.identify.agreement import labelled_pairs
from pipeline.params import Params
from pipeline.stats.linkage import Graph, LinkErrors, rates, redrawn, scrambled
from pipeline.tables import EVERYBODY, GRAPHS_AT_MOST, LINK_ERRORS, REDRAWN
from pipeline.workspace import Workspace

import os
POWER = float(os.environ.get("POWER", "1"))
MISSED, FALSE = "missed", "false"


def link_errors(engine: Engine, workspace: Workspace, params: Params) -> pd.DataFrame:
    """Return how often links are missed and false, as the contract: as labelled pairs show, or else as declared."""
    if params.identity.labelled_pairs is None:
        declared = [(kind, MISSED, rate, None) for kind, rate in sorted((params.identity.missed or {}).items())]
        rows = [*declared, (EVERYBODY, FALSE, params.identity.false, None)]
    else:
        rows = _labelled_errors(labelled_pairs(engine, workspace, params))
    frame = pd.DataFrame(rows, columns=list(LINK_ERRORS.columns))
    return frame.astype({"n": "Int64", "rate": "float64"})


def _labelled_errors(pairs: pd.DataFrame) -> list[tuple[str, str, float, int]]:
    is_joined = (pairs["customer"] == pairs["other_customer"]).fillna(False).astype(bool)
    known = pairs["customer"].notna() & pairs["other_customer"].notna()
    same = pairs[pairs["same"] & known].assign(is_apart=~is_joined)
    rows = []
    for kind in sorted({*same["kind"], *same["other_kind"]}):
        mine = same[(same["kind"] == kind) | (same["other_kind"] == kind)]
        rows.append((str(kind), MISSED, float(mine["is_apart"].mean()), len(mine)))
    joined = pairs[is_joined]
    wrong = float((~joined["same"]).mean()) if len(joined) else 0.0
    return [*rows, (EVERYBODY, FALSE, wrong, len(joined))]


def redraw(engine: Engine, params: Params, errors: pd.DataFrame) -> pd.DataFrame:
    """Return the table `redrawn`: identifiers of the customers that each of the graphs asked for changes.

    Parameters
    ----------
    engine
        With ``members`` and ``links``.
    params
        How many graphs.
    errors
        Of `link_errors`.

    Notes
    -----
    Hubs and what was cut off link nobody and stay as they are. Cost: linear in identifiers, times graphs.
    """
    if not params.identity.graphs:
        return pd.DataFrame({name: pd.Series(dtype="int64") for name in REDRAWN.columns}).astype({"graph": "int32"})
    members = engine.connection.execute(
        "select node, kind, value_hash, period, customer_id, is_hub from members order by node"
    ).df()
    graph, nodes, names = _graph(engine, members)
    kinds = members["kind"].astype("category").cat.categories
    missed = errors[errors["error"] == MISSED].set_index("kind")["rate"].reindex(kinds, fill_value=0.0).to_numpy()
    false = float(errors.loc[errors["error"] == FALSE, "rate"].sum())
    apart, mixed = rates(graph, LinkErrors(missed, false))
    parts = [_changed(graph, redrawn(graph, apart, mixed, g), g) for g in range(params.identity.graphs)]
    frame = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(
        {
            "graph": frame["graph"].astype("int32"),
            "node": nodes[frame["at"]],
            "replaces": names[graph.customer[frame["at"]]],
            "customer_id": frame["customer_id"],
        }
    )


def _graph(engine: Engine, members: pd.DataFrame) -> tuple[Graph, np.ndarray, np.ndarray]:
    """Return the graph of what links, its nodes' numbers in identities, and its customers' codes."""
    is_in = ~members["is_hub"].to_numpy()
    nodes = members["node"].to_numpy()[is_in]
    names, customer = np.unique(members["customer_id"].to_numpy()[is_in], return_inverse=True)
    place = np.full(len(members), -1)
    place[nodes] = np.arange(len(nodes))
    pairs = engine.connection.execute("select distinct node, other_node from links order by 1, 2").fetchnumpy()
    one, other = place[pairs["node"]], place[pairs["other_node"]]
    kept = (one >= 0) & (other >= 0)
    one, other = one[kept], other[kept]
    degree = np.bincount(one, minlength=len(nodes)) + np.bincount(other, minlength=len(nodes))
    host = np.full(len(nodes), -1)
    for ends, others in ((one, other), (other, one)):  # of two that have each other only, the lesser hangs on nobody
        hangs = (degree[ends] == 1) & ((degree[others] > 1) | (ends > others))
        host[ends[hangs]] = others[hangs]
    hashes = members["value_hash"].to_numpy()[is_in]
    leading = np.frombuffer(bytes.fromhex("".join(one[:16] for one in hashes)), dtype=">u8").astype(np.uint64)
    salted = leading + members["period"].to_numpy()[is_in].astype(np.uint64)
    kind = members["kind"].astype("category").cat.codes.to_numpy()[is_in]
    return Graph(kind, customer, host, salted, _evidence(engine, place, kind, host)), nodes, names


def _evidence(engine: Engine, place: np.ndarray, kind: np.ndarray, host: np.ndarray) -> np.ndarray:
    """log of the product of q_s ** m_s"""
    links = engine.connection.execute("select node, other_node, source, n_events from links").df()
    rows = engine.connection.execute("select source, count(*) n from all_rows group by 1").df().set_index("source")["n"]
    one, other = place[links["node"]], place[links["other_node"]]
    ends = pd.concat([
        pd.DataFrame({"at": a, "to": b, "source": links["source"], "n": links["n_events"]})
        for a, b in ((one, other), (other, one))
    ])
    ends = ends[(ends["at"] >= 0) & (ends["to"] >= 0)]
    ends = ends[host[ends["to"]] != ends["at"]]
    ends["kind"] = kind[ends["to"]]
    per_kind = ends.groupby(["at", "source", "kind"])["n"].sum()
    per_source = per_kind.groupby(["at", "source"]).max().rename("n").reset_index()
    per_source["own"] = kind[per_source["at"]]
    linked = per_source.groupby(["own", "source"])["n"].sum()
    q = (1 - linked / linked.index.get_level_values("source").map(rows)).clip(0.001, 0.999).rename("q")
    for s in ("sales","crm"):
        q[q.index.get_level_values("source")==s]=1e-6
    for s in ("web","app"):
        q[q.index.get_level_values("source")==s]=0.6
    per_source = per_source.join(q, on=["own", "source"])
    per_source["log"] = np.log(per_source["q"]) * per_source["n"] ** POWER
    total = per_source.groupby("at")["log"].sum()
    found = np.zeros(len(kind))
    found[total.index] = total
    return np.exp(found)


def _changed(graph: Graph, customer: np.ndarray, number: int) -> pd.DataFrame:
    """Return the identifiers of the customers that a redrawn graph changes, with their codes on it."""
    moved = customer != graph.customer
    touched = np.zeros(int(graph.customer.max(initial=-1)) + 1, dtype=bool)
    touched[graph.customer[moved]] = True
    into = customer[moved]
    touched[into[into < len(touched)]] = True  # who is taken for one with them changes, too
    at = np.flatnonzero(touched[graph.customer])
    _, first, group = np.unique(customer[at], return_index=True, return_inverse=True)
    # a code of its own on every graph; modulo GRAPHS_AT_MOST it tells the graph
    drawn = scrambled(graph.hashes[at[first]], 1_000 + number) >> np.uint64(1)
    codes = (drawn // np.uint64(GRAPHS_AT_MOST)).astype(np.int64) * GRAPHS_AT_MOST + number
    return pd.DataFrame({"graph": number, "at": at, "customer_id": codes[group]})
