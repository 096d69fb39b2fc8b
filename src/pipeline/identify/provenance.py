"""Why two identifiers are one customer, and who shows too little to be one with anybody."""

from __future__ import annotations

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine, literal, query_of
from pipeline.errors import ParcoursError
from pipeline.identify.graph import shortest_path

Identifier = tuple[str, str]  # kind, value_hash


def why(engine: Engine, one: Identifier, other: Identifier) -> pd.DataFrame:
    """Return the shortest chain of links that joins two identifiers, in order.

    Parameters
    ----------
    engine
        With identities and links readable.
    one, other
        Kind and keyed hash.

    Returns
    -------
    DataFrame
        One row per link and source: kind, value_hash, other_kind, other_hash, source, first_seen_at, last_seen_at,
        n_events. Empty where they are not one customer.

    Raises
    ------
    ParcoursError
        If no event bears one of them.
    """
    start, end = _found(engine, one), _found(engine, other)
    if start["customer_id"] != end["customer_id"]:
        return _links(engine, [])
    members = exp.select("node").from_("identities").where(
        exp.column("customer_id").eq(literal(start["customer_id"])), "not is_hub"
    )  # fmt: skip
    links = engine.frame(
        exp.select("node", "other_node").distinct().from_("links")
        .where(exp.column("node").isin(query=members), exp.column("other_node").isin(query=members))
        .order_by("node", "other_node")
    )  # fmt: skip
    path = shortest_path(links["node"].to_numpy(), links["other_node"].to_numpy(), start["node"], end["node"])
    return _links(engine, path)


def kinds_shown(engine: Engine) -> pd.DataFrame:
    """Return how many customers show which kinds of identifiers: whoever shows one kind alone waits for a link.

    Parameters
    ----------
    engine
        With identities readable.

    Returns
    -------
    DataFrame
        Per set of kinds (joined by ``+``), most customers first: kinds, n_customers, n_identifiers. What links nobody
        is left out. Cost: one pass over the identifiers.
    """
    kinds = engine.frame(query_of("select distinct kind from identities order by kind"))["kind"].tolist()
    engine.load("kind_bits", pd.DataFrame({"kind": kinds, "bit": [1 << place for place in range(len(kinds))]}))
    found = engine.frame(
        query_of(
            "with of_kinds as (select customer_id, kind, count(*) as n from identities where not is_hub "
            "group by customer_id, kind), "
            "of_customers as (select customer_id, sum(bit) as bits, sum(n) as n from of_kinds "
            "inner join kind_bits on of_kinds.kind = kind_bits.kind group by customer_id) "
            "select cast(bits as bigint) as bits, count(*) as n_customers, cast(sum(n) as bigint) as n_identifiers "
            "from of_customers group by bits order by n_customers desc, bits"
        )
    )
    shown = ["+".join(kind for place, kind in enumerate(kinds) if bits >> place & 1) for bits in found["bits"]]
    return found.assign(kinds=shown)[["kinds", "n_customers", "n_identifiers"]]


def _found(engine: Engine, identifier: Identifier) -> dict[str, int]:
    kind, value_hash = identifier
    query = exp.select("node", "customer_id").from_("identities").where(
        exp.column("kind").eq(literal(kind)), exp.column("value_hash").eq(literal(value_hash))
    )  # fmt: skip
    found = engine.frame(query.order_by("period desc").limit(1))
    if found.empty:
        raise ParcoursError(f"{kind} {value_hash}: no event bears it. Expected a keyed hash of the table identities.")
    return {name: int(found[name].iloc[0]) for name in found.columns}


def _links(engine: Engine, path: list[int]) -> pd.DataFrame:
    """Return the links along a path of nodes, each in the direction of the path."""
    steps = pd.DataFrame({"step": range(len(path) - 1), "start": path[:-1], "finish": path[1:]}, dtype="int64")
    engine.load("path_steps", steps)
    joined = query_of(
        "select a.kind, a.value_hash, b.kind as other_kind, b.value_hash as other_hash, links.source, "
        "links.first_seen_at, links.last_seen_at, links.n_events from path_steps "
        "inner join links on links.node = least(start, finish) and links.other_node = greatest(start, finish) "
        "inner join identities as a on a.node = start inner join identities as b on b.node = finish "
        "order by step, links.source"
    )
    return engine.frame(joined)
