"""DVC stage *identify*: identifiers that stood on the same event belong to one customer.

Deterministic: connected components over declared kinds. What meets too many (a shared device, a call-centre number)
links nobody; it stands in quarantine, never silently merged. Every link keeps its source and its dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine, open_engine, query_of
from pipeline.files import whole_folder, write_csv, write_json
from pipeline.identify import graph
from pipeline.identify.agreement import agreement
from pipeline.identify.conflicts import conflicts, load_conflicting
from pipeline.identify.redrawing import redraw
from pipeline.identify.seen import see_identifiers, see_mistyped, see_pairs
from pipeline.params import IdentifierKind, Params
from pipeline.tables import EVENTS, IDENTITIES, LINKS, MISTYPED, QUARANTINE, REDRAWN
from pipeline.workspace import Workspace

HUB, SHARED, LARGE_CUSTOMER = "hub", "shared", "large_customer"


def main(workspace: Workspace, params: Params) -> None:
    """Write data/identify: identities, links, quarantine, conflicts, and the counts of identify.json."""
    files = [workspace.path(EVENTS.path) / f"{source}.parquet" for source in params.sources]
    with workspace.temporary() as temporary, open_engine(params.engine, temporary) as engine:
        see_identifiers(engine, files, params.identifiers)
        engine.make("identifiers")
        see_mistyped(engine, workspace.path(MISTYPED.path), params.identifiers)
        see_pairs(engine, files, params.identifiers)
        engine.make("links")
        joined = join(engine, params)
        with whole_folder(workspace.path("data/identify")) as folder:
            found = conflicts(engine, files, params)
            load_conflicting(engine, found)
            engine.make("identities", lazily=True)
            engine.write(kinds_as_text(in_order("identities", "node")), folder / "identities.parquet")
            engine.read(IDENTITIES, folder / "identities.parquet")
            engine.check(LINKS, "links")
            engine.write(in_order("links", "node", "other_node", "source"), folder / "links.parquet")
            write_csv(quarantine(engine, joined), folder / "quarantine.csv")
            write_csv(found, folder / "conflicts.csv")
            write_json(summary(joined, found), folder / "identify.json")
            if params.identity.labelled_pairs:
                write_csv(agreement(engine, workspace, params), folder / "agreement.csv")
            redrawn, errors = redraw(engine, workspace, params)
            engine.load(REDRAWN.name, redrawn)
            engine.check(REDRAWN, REDRAWN.name)
            engine.write(in_order(REDRAWN.name, "graph", "node"), folder / "redrawn.parquet")
            write_csv(errors, folder / "link_errors.csv")


@dataclass(frozen=True)
class Joined:
    """The graph, joined: one entry per node.

    Parameters
    ----------
    least
        Least node of the component.
    degree
        Neighbours.
    is_hub, is_shared, is_cut
        Links nobody: more neighbours than the kind's hub_limit; more of another kind than its at_most; cut off a
        customer that was too large.
    n_links
        Pairs of identifiers that stood on one event.
    """

    least: np.ndarray
    degree: np.ndarray
    is_hub: np.ndarray
    is_shared: np.ndarray
    is_cut: np.ndarray
    n_links: int

    @property
    def is_apart(self) -> np.ndarray:
        """Whether each node links nobody, for any reason."""
        return self.is_hub | self.is_shared | self.is_cut

    @property
    def size(self) -> np.ndarray:
        """Nodes in the component of each node."""
        return np.bincount(self.least, minlength=len(self.least)).astype(np.int32)[self.least]

    @property
    def least_nodes(self) -> np.ndarray:
        """Least node of each component, ascending."""
        return np.flatnonzero(self.least == np.arange(len(self.least)))


def join(engine: Engine, params: Params) -> Joined:
    """Join ``identifiers`` by ``links`` into ``members``: each identifier beside its customer."""
    counts = engine.rows(query_of("select kind, count(*) from identifiers group by kind order by kind"))
    limits = hub_limits(dict(counts), params.identifiers)
    nodes, others = engine.frame(query_of("select distinct node, other_node from links")).to_numpy().T
    is_shared = met_too_many(dict(counts), params.identifiers, nodes, others)
    joined = resolve(limits, nodes, others, params.identity.largest_customer, is_shared)
    engine.load("least_nodes", pd.DataFrame({"node": joined.least_nodes}))
    of_customers = engine.frame(
        query_of("select node, value_hash, period from identifiers semi join least_nodes using (node) order by node")
    )
    codes = np.empty(len(limits), dtype=np.int64)
    hashes, periods = of_customers["value_hash"].tolist(), of_customers["period"].tolist()
    codes[joined.least_nodes] = graph.customer_codes(hashes, periods)
    frame = {"node": np.arange(len(limits)), "customer_id": codes[joined.least], "component_size": joined.size}
    engine.load("memberships", pd.DataFrame({**frame, "is_hub": joined.is_apart}))
    engine.make("members", lazily=True)
    return joined


def hub_limits(counts: Mapping[str, int], declared: Mapping[str, IdentifierKind]) -> np.ndarray:
    """Return the hub limit of each node's kind, infinite where none is declared; nodes lie in the order of kinds.

    Examples
    --------
    >>> kinds = {"email": IdentifierKind("email"), "device": IdentifierKind("device", hub_limit=5)}
    >>> hub_limits({"device": 2, "email": 1}, kinds)
    array([ 5.,  5., inf])
    """
    limits = [float(declared[kind].hub_limit or np.inf) for kind in counts]
    return np.repeat(limits, list(counts.values()))


def met_too_many(
    counts: Mapping[str, int], declared: Mapping[str, IdentifierKind], nodes: np.ndarray, others: np.ndarray
) -> np.ndarray:
    """Return whether each identifier met more values of another kind than its own kind's at_most allows.

    Parameters
    ----------
    counts
        Identifiers of each kind, in the order of the nodes.
    declared
        The kinds.
    nodes, others
        Links, each once.

    Examples
    --------
    Device 0 met one login, device 1 both:

    >>> kinds = {"device": IdentifierKind("device", at_most={"login": 1}), "login": IdentifierKind("login")}
    >>> met_too_many({"device": 2, "login": 2}, kinds, np.array([0, 1, 1]), np.array([2, 2, 3])).tolist()
    [False, True, False, False]
    """
    names = list(counts)
    kind = np.repeat(np.arange(len(names)), list(counts.values()))
    found = np.zeros(len(kind), dtype=bool)
    for place, name in enumerate(names):
        for other, limit in declared[name].at_most.items():
            if other in counts:
                is_other = kind == names.index(other)
                met = graph.degrees(len(kind), nodes[is_other[others]], others[is_other[nodes]])
                found |= (kind == place) & (met > limit)
    return found


def resolve(
    limits: np.ndarray,
    nodes: np.ndarray,
    others: np.ndarray,
    largest: int | None = None,
    is_shared: np.ndarray | None = None,
) -> Joined:
    """Connect identifiers into customers.

    Parameters
    ----------
    limits
        Neighbours that each node may have, shape (n,). Nodes are numbered by kind and keyed hash, so the least node
        of a component is its least identifier, and adding data renames as few customers as possible.
    nodes, others
        Links, each once.
    largest
        Identifiers a customer may have; None: any number.
    is_shared
        Nodes that link nobody, however few they met, shape (n,); None: none.

    Returns
    -------
    Joined
        Independent of the order of links. Cost: linear in identifiers and links.
    """
    n = len(limits)
    degree = graph.degrees(n, nodes, others)
    is_hub = degree > limits
    is_shared = np.zeros(n, dtype=bool) if is_shared is None else is_shared & ~is_hub
    is_apart = is_hub | is_shared
    kept = ~(is_apart[nodes] | is_apart[others])
    is_cut, least = graph.cut_to_size(n, nodes[kept], others[kept], largest)
    return Joined(least, degree, is_hub, is_shared, is_cut, len(nodes))


def quarantine(engine: Engine, joined: Joined) -> pd.DataFrame:
    """Return the identifiers that link nobody, and why."""
    nodes = np.flatnonzero(joined.is_apart)
    reasons = np.select([joined.is_hub[nodes], joined.is_shared[nodes]], [HUB, SHARED], LARGE_CUSTOMER)
    engine.load("quarantined", pd.DataFrame({"node": nodes, "reason": reasons, "n_neighbours": joined.degree[nodes]}))
    frame = engine.frame(
        query_of(
            "select quarantined.*, kind, value_hash, period, n_events from quarantined "
            "inner join identifiers on quarantined.node = identifiers.node "
            "order by reason, kind, n_neighbours desc, quarantined.node"
        )
    )
    return frame[list(QUARANTINE.columns)]


def in_order(table: str, *columns: str) -> exp.Select:
    """Return a query for all rows of a table in a total order."""
    return exp.select("*").from_(table).order_by(*columns)


def kinds_as_text(query: exp.Select) -> exp.Select:
    """Return a query's rows in its order, the kind as text again: sorted as codes, they take half the time."""
    text = exp.alias_(exp.cast(exp.column("kind"), "varchar"), "kind")
    return exp.select(exp.Star(replace=[text])).from_(query.subquery("rows_in_order"))


def summary(joined: Joined, found: pd.DataFrame) -> dict[str, object]:
    """Return the counts that `dvc metrics show` prints."""
    return {
        "identifiers": len(joined.least),
        "links": joined.n_links,
        "customers": len(joined.least_nodes),
        "largest_customer": int(joined.size.max(initial=0)),
        "hubs": int(joined.is_hub.sum()),
        "shared": int(joined.is_shared.sum()),
        "cut": int(joined.is_cut.sum()),
        "customers_with_several_values": int((found["problem"] == "several_values").sum()),
        "identifiers_with_two_values": int((found["problem"] == "two_values").sum()),
    }
