"""Graphs redrawn with the errors of the one that was found: which customers they change, and into whom."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine, query_of
from pipeline.gathering import attribute_types, gather_followed_events, observation_window
from pipeline.identify.link_errors import AFTER, APART, BEFORE, PLACES, declared_errors, error_table, labelled_errors
from pipeline.identify.seen import all_of
from pipeline.identify.sweep import doubt
from pipeline.params import Params
from pipeline.stats.linkage import Graph, redrawn
from pipeline.stats.splitmix import splitmix64
from pipeline.tables import EVENTS, GRAPHS_AT_MOST, LINK_ERRORS, REDRAWN
from pipeline.workspace import Workspace

_EVENTS_FROM = np.array([1, 2, 4])  # pieces of 1, 2–3 and 4 or more events are not alike
_FOLLOWED = (
    exp.select("members.customer_id as whole", "members.node as part", "followed_events.occurred_at")
    .from_("followed_events")
    .join("members", on="followed_events.customer_id = members.node")
)  # followed_events names the identifier as its customer


def redraw(engine: Engine, workspace: Workspace, params: Params) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables `redrawn` (identifiers of the customers that each graph changes) and `link_errors`.

    Parameters
    ----------
    engine
        With ``identities``, ``members`` and ``links``.
    workspace, params
        Where events and labelled pairs lie; how many graphs, and the rates declared where nothing is labelled.

    Notes
    -----
    Hubs and what was cut off link nobody and stay as they are. Cost: one pass over the events, then linear in
    identifiers for each graph.
    """
    if not params.identity.redrawn_graphs:
        nothing = pd.DataFrame({name: pd.Series(dtype="int64") for name in REDRAWN.columns})
        return nothing.astype({"graph": "int32"}), pd.DataFrame(columns=list(LINK_ERRORS.columns))
    nodes, strata = nodes_with_strata(engine, workspace, params)
    graph = Graph(*(nodes[name].to_numpy() for name in ("customer", "host", "stratum", "hash")))
    if params.identity.labelled_pairs is not None:  # they count the false ones among probabilistic links, too
        errors = labelled_errors(engine, workspace, params, nodes, strata)
    else:
        errors = declared_errors(nodes, strata, params)
        graph = replace(graph, doubt=doubt(engine, nodes) if params.identity.probabilistic is not None else None)
    parts = [
        _changed(graph, redrawn(graph, errors, number), number) for number in range(params.identity.redrawn_graphs)
    ]
    frame = pd.concat(parts, ignore_index=True)
    table = {
        "graph": frame["graph"].astype("int32"),
        "node": nodes["node"].to_numpy()[frame["at"]],
        "replaces": nodes["customer_id"].to_numpy()[frame["at"]],
        "customer_id": frame["customer_id"],
    }
    return pd.DataFrame(table), error_table(errors, graph, strata, params)


def nodes_with_strata(engine: Engine, workspace: Workspace, params: Params) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the identifiers that link, and the strata of pieces that can be missed.

    Returns
    -------
    nodes
        One row per identifier: node, kind, customer_id, ``customer`` (its number), ``host`` (place of the other that it
        goes with, or -1), ``hash``, ``n_events`` that follow it, ``is_at_goal`` (a goal bears it),
        ``stratum`` of the piece it would be with what hangs on it (-1: none), ``customer_stratum`` of its whole
        customer if it were a piece in the first of `PLACES`; the others follow it.
    strata
        Per stratum: kind, ``from_events``, is_at_goal, ``place`` in the journeys of its person.
    """
    _trace(engine, workspace, params)
    nodes = engine.frame(
        query_of(
            "select members.node, kind, value_hash, period, customer_id, coalesce(traces.n_events, 0) as n_events, "
            "goal_bearers.node is not null as is_at_goal "
            "from members left join traces on members.node = traces.node "
            "left join goal_bearers on members.node = goal_bearers.node where not is_hub order by members.node"
        )
    )
    nodes["customer"] = np.unique(nodes["customer_id"], return_inverse=True)[1]
    one, other = _pairs(engine, nodes)
    nodes["host"], nodes["hash"] = _hosts(nodes, one, other, *_followed_beside(engine, nodes)), _hashes(nodes)
    ranks = {kind: rank for rank, kind in enumerate(params.identifiers)}
    nodes["rank"] = nodes["kind"].astype(str).map(ranks).to_numpy(dtype=np.int64)
    strata = pd.DataFrame(
        list(product(ranks, _EVENTS_FROM.tolist(), (False, True), PLACES)),
        columns=["kind", "from_events", "is_at_goal", "place"],
    )
    nodes["stratum"] = _piece_strata(nodes, _place(engine, nodes, params))
    nodes["customer_stratum"] = _customer_strata(nodes)[nodes["customer"]]
    return nodes, strata


def _trace(engine: Engine, workspace: Workspace, params: Params) -> None:
    """Make ``traces``, how many events follow each identifier, and ``goal_bearers``, those that a goal bears."""
    folder = workspace.path(EVENTS.path)
    files = {source: folder / f"{source}.parquet" for source in params.sources}
    window = observation_window(engine, params, folder)
    gather_followed_events(engine, params, files, attribute_types(files.values()), window)
    engine.make("traces")
    borne = [name for name in engine.columns("followed_events") if name.startswith("node_")]
    at_goal = [
        exp.select(f"{name} as node").from_("followed_events").where(f"is_goal and {name} is not null")
        for name in borne
    ]
    engine.make("goal_bearers", exp.select("node").distinct().from_(all_of(at_goal).subquery("at_goal")))


def _pairs(engine: Engine, nodes: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the two ends of each link."""
    links = engine.frame(query_of("select distinct node, other_node from links order by 1, 2"))
    places = pd.Series(np.arange(len(nodes)), index=nodes["node"])
    ends = [links[end].map(places) for end in ("node", "other_node")]
    both = ends[0].notna() & ends[1].notna()
    return ends[0][both].to_numpy(dtype=np.int64), ends[1][both].to_numpy(dtype=np.int64)


def _followed_beside(engine: Engine, nodes: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the places of identifiers and of the others that events bearing them follow, and how many events do."""
    borne = [name for name in engine.columns("followed_events") if name.startswith("node_")]
    pairs = [
        exp.select(f"{name} as node", "customer_id as followed").from_("followed_events")
        .where(f"{name} <> customer_id") for name in borne
    ]  # fmt: skip
    found = engine.frame(
        exp.select("node", "followed", "count(*) as n")
        .from_(all_of(pairs).subquery("pairs"))
        .group_by("node", "followed")
    )
    places = pd.Series(np.arange(len(nodes)), index=nodes["node"])
    found = found.assign(node=found["node"].map(places), followed=found["followed"].map(places)).dropna()
    borne_at, followed_at, n = found[["node", "followed", "n"]].to_numpy(dtype=np.int64).T
    return borne_at, followed_at, n


def _hosts(
    nodes: pd.DataFrame, one: np.ndarray, other: np.ndarray, borne: np.ndarray, followed: np.ndarray, events: np.ndarray
) -> np.ndarray:
    """Return the host of each identifier, or -1: its only neighbour where that has others, or the one that most follow.

    A click stands beside a device and, where somebody logged in, a login; its visit follows the device, and so does it.
    """
    n = len(nodes)
    host, n_followed, leads = np.full(n, -1), np.bincount(borne, minlength=n), np.bincount(followed, minlength=n) > 0
    own = nodes["n_events"].to_numpy()  # who leads more events than follow the other is no part of it
    hangs = (n_followed[borne] == 1) & ~leads[borne] & (events >= own[borne])
    host[borne[hangs]] = followed[hangs]
    degree = np.bincount(one, minlength=n) + np.bincount(other, minlength=n)
    for ends, others in ((one, other), (other, one)):
        only = (degree[ends] == 1) & (degree[others] > 1)
        host[ends[only]] = others[only]
    return np.where((host >= 0) & (host[host] >= 0), -1, host)  # who has a host is none


def _hashes(nodes: pd.DataFrame) -> np.ndarray:
    leading = bytes.fromhex("".join(one[:16] for one in nodes["value_hash"]))
    return np.frombuffer(leading, dtype=">u8").astype(np.uint64) + nodes["period"].to_numpy().astype(np.uint64)


def _place(engine: Engine, nodes: pd.DataFrame, params: Params) -> np.ndarray:
    """Return where, in `PLACES`, the piece that each identifier would be lies in the journeys of its customer."""
    engine.make("placed_events", _FOLLOWED, lazily=True)
    near = engine.frame("near_parts", silence=params.silence)
    places = pd.Series(np.arange(len(nodes)), index=nodes["node"])
    later, earlier = (near[end].map(places).to_numpy() for end in ("part", "previous_part"))
    place = np.where(_touches(nodes, later, earlier), PLACES.index(AFTER), PLACES.index(APART))
    return np.where(_touches(nodes, earlier, later), PLACES.index(BEFORE), place)


def _touches(nodes: pd.DataFrame, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return which pieces have an identifier in `one` that lies beside one in `other`, outside the piece."""
    found, host = np.zeros(len(nodes), dtype=bool), nodes["host"].to_numpy()
    found[one[host[other] != one]] = True  # what hangs on it goes with it
    hangs = (host[one] >= 0) & (host[one] != other) & (host[one] != host[other])
    found[host[one[hangs]]] = True
    return found


def _piece_strata(nodes: pd.DataFrame, place: np.ndarray) -> np.ndarray:
    """Return the stratum of the piece that each identifier would be; -1 where no event would go, or all of them."""
    leader = np.where(nodes["host"] < 0, np.arange(len(nodes)), nodes["host"])
    events = nodes["n_events"].to_numpy()
    hanging = np.bincount(leader, weights=np.where(leader == np.arange(len(nodes)), 0, events), minlength=len(nodes))
    moved = events + hanging.astype(np.int64)
    of_customer = np.bincount(nodes["customer"], weights=events)[nodes["customer"]].astype(np.int64)
    can_go = (events > 0) & (moved < of_customer)
    stratum = _stratum(nodes["rank"].to_numpy(), moved, nodes["is_at_goal"].to_numpy()) + place
    return np.where(can_go, stratum, -1)


def _customer_strata(nodes: pd.DataFrame) -> np.ndarray:
    """Return the stratum of each whole customer, named for the first declared of its kinds that events follow."""
    events = np.bincount(nodes["customer"], weights=nodes["n_events"]).astype(np.int64)
    is_at_goal = np.bincount(nodes["customer"], weights=nodes["is_at_goal"]) > 0
    rank = np.full(len(events), np.iinfo(np.int64).max)
    followed = nodes[nodes["n_events"] > 0]
    np.minimum.at(rank, followed["customer"].to_numpy(), followed["rank"].to_numpy(dtype=np.int64))
    return np.where(events > 0, _stratum(np.where(events > 0, rank, 0), events, is_at_goal), -1)


def _stratum(rank: np.ndarray, events: np.ndarray, is_at_goal: np.ndarray) -> np.ndarray:
    size = np.searchsorted(_EVENTS_FROM, np.maximum(events, 1), side="right") - 1
    return len(PLACES) * ((rank * len(_EVENTS_FROM) + size) * 2 + is_at_goal)


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
    drawn = splitmix64(graph.hashes[at[first]], 1_001 + number) >> np.uint64(1)
    codes = (drawn // np.uint64(GRAPHS_AT_MOST)).astype(np.int64) * GRAPHS_AT_MOST + number
    return pd.DataFrame({"graph": number, "at": at, "customer_id": codes[group]})
