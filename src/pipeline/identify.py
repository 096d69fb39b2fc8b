"""DVC stage *identify*: identifiers that stood on the same event belong to one customer.

Deterministic: connected components over declared kinds. An identifier with more neighbours than its kind's
`hub_limit` (a shared device, a call-centre number) links nobody; it is listed, never silently merged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet
import sqlglot
from scipy import sparse
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.files import whole_folder, write_csv, write_json
from pipeline.params import IdentifierKind, Params
from pipeline.tables import CONFLICTS, EVENTS, IDENTITIES
from pipeline.workspace import Workspace

IN_ORDER = sqlglot.parse_one("select * from identities order by kind, value_hash")


def main(workspace: Workspace, params: Params) -> None:
    """Write data/identify: identities, conflicts and the counts of identify.json."""
    events = workspace.path(EVENTS.path)
    with workspace.temporary() as temporary, Engine(params.engine, temporary) as engine:
        see_identifiers(engine, [events / f"{source}.parquet" for source in params.sources], params.identifiers)
        engine.make("identifiers")
        engine.make("links")
        identifiers = engine.connection.execute("select kind, value_hash from identifiers order by node").df()
        links = engine.connection.execute("select node, neighbour from links").df().to_numpy()
        identities, conflicts = resolve(identifiers, links[:, 0], links[:, 1], params.identifiers)
        with whole_folder(workspace.path("data/identify")) as folder:
            engine.load("identities", identities)
            engine.check(IDENTITIES, "identities")
            engine.write(IN_ORDER, folder / "identities.parquet")
            write_csv(conflicts, folder / "conflicts.csv")
            write_json(summary(identities, conflicts, len(links)), folder / "identify.json")


def see_identifiers(engine: Engine, files: Sequence[Path], kinds: Mapping[str, IdentifierKind]) -> None:
    """Make ``seen_identifiers`` and ``seen_pairs`` (both ways round, linking kinds only) from the event files."""
    seen, pairs = [], []
    for i, path in enumerate(files):
        engine.view(f"events_{i}", path)
        present = [kind for kind in kinds if f"id_{kind}" in pyarrow.parquet.read_schema(path).names]
        seen += [
            exp.select(exp.alias_(exp.Literal.string(kind), "kind"), f"id_{kind} as value_hash")
            .from_(f"events_{i}").where(f"id_{kind} is not null")
            for kind in present
        ]  # fmt: skip
        for one, other in permutations([kind for kind in present if kinds[kind].links], 2):
            pairs.append(
                exp.select(f"id_{one} as value_hash", f"id_{other} as other_hash")
                .from_(f"events_{i}").where(f"id_{one} is not null and id_{other} is not null").distinct()
            )  # fmt: skip
    nothing = exp.select("cast(null as varchar) as value_hash", "cast(null as varchar) as other_hash").where("false")
    engine.make("seen_identifiers", _all_of(seen), lazily=True)
    engine.make("seen_pairs", _all_of([*pairs, nothing]), lazily=True)


def _all_of(parts: list[exp.Select]) -> exp.Expr:
    return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)


def resolve(
    identifiers: pd.DataFrame, nodes: np.ndarray, neighbours: np.ndarray, kinds: Mapping[str, IdentifierKind]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Connect identifiers into customers.

    Parameters
    ----------
    identifiers
        Columns kind and value_hash, one row a node, in (kind, value_hash) order: so the least node of a
        component is its least identifier, and adding data renames as few customers as possible.
    nodes, neighbours
        Links as node numbers, each in both directions.
    kinds
        Declared kinds: hub limit, one per customer.

    Returns
    -------
    identities, conflicts
        As their contracts. Cost: linear in identifiers and links.
    """
    n = len(identifiers)
    degree = np.bincount(nodes, minlength=n)
    limits = identifiers["kind"].map(lambda kind: kinds[kind].hub_limit or np.inf).to_numpy(dtype=float)
    is_hub = degree > limits
    kept = ~(is_hub[nodes] | is_hub[neighbours])
    graph = sparse.coo_matrix((np.ones(kept.sum(), dtype=np.int8), (nodes[kept], neighbours[kept])), shape=(n, n))
    _, component = sparse.csgraph.connected_components(graph, directed=False)
    least = np.full(component.max(initial=-1) + 1, n, dtype=np.int64)
    np.minimum.at(least, component, np.arange(n))
    codes = np.array([customer_code(value) for value in identifiers["value_hash"].to_numpy()[least]], dtype=np.int64)
    identities = identifiers.assign(
        customer_id=codes[component],
        component_size=np.bincount(component, minlength=len(least))[component].astype(np.int32),
        is_hub=is_hub,
    )
    several = _several_values(identities, kinds)
    identities["is_conflict"] = identities["customer_id"].isin(several["customer_id"])
    hubs = identities[is_hub].assign(problem="hub", n=degree[is_hub])
    conflicts = pd.concat([hubs, several])[list(CONFLICTS.columns)]
    return identities[list(IDENTITIES.columns)], conflicts.sort_values(["problem", "kind", "customer_id"])


def customer_code(value_hash: str) -> int:
    """Return the 63-bit code of the customer whose least identifier has this keyed hash.

    Examples
    --------
    >>> customer_code("ffffffffffffffff0000000000000000") == 2**63 - 1
    True
    """
    return int(value_hash[:16], 16) >> 1


def _several_values(identities: pd.DataFrame, kinds: Mapping[str, IdentifierKind]) -> pd.DataFrame:
    single = [kind for kind, rule in kinds.items() if rule.one_per_customer]
    counts = (
        identities[identities["kind"].isin(single)].groupby(["kind", "customer_id"]).size().rename("n").reset_index()
    )
    return counts[counts["n"] > 1].assign(problem="several_values", value_hash=None)


def summary(identities: pd.DataFrame, conflicts: pd.DataFrame, n_links: int) -> dict[str, object]:
    """Return the counts that `dvc metrics show` prints."""
    sizes = identities.groupby("customer_id")["component_size"].first()
    return {
        "identifiers": len(identities),
        "links": n_links // 2,
        "customers": len(sizes),
        "largest_customer": int(sizes.max()) if len(sizes) else 0,
        "hubs": int((conflicts["problem"] == "hub").sum()),
        "customers_with_several_values": int((conflicts["problem"] == "several_values").sum()),
    }
