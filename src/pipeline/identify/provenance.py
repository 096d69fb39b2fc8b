"""Why two identifiers are one customer: the links between them, each with its source and its dates."""

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
