"""DVC stage *identify*: identifiers that stood on the same event belong to one customer.

Deterministic: connected components over declared kinds. What meets too many (a shared device, a call-centre number)
links nobody; it stands in quarantine, never silently merged. Every link keeps its source and its dates.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine, open_engine, query_of
from pipeline.files import whole_folder, write_csv, write_json
from pipeline.identify import graph
from pipeline.identify.agreement import agreement
from pipeline.identify.conflicts import conflicts, load_conflicting
from pipeline.identify.joining import Joined, guarded
from pipeline.identify.redrawing import redraw
from pipeline.identify.seen import see_identifiers, see_mistyped, see_pairs, see_probable
from pipeline.identify.sweep import sweep
from pipeline.params import Params
from pipeline.tables import EVENTS, IDENTITIES, LINKS, MISTYPED, PROBABLE_LINKS, QUARANTINE, REDRAWN, THRESHOLD_SWEEP
from pipeline.workspace import Workspace

HUB, SHARED, LARGE_CUSTOMER = "hub", "shared", "large_customer"


def main(workspace: Workspace, params: Params) -> None:
    """Write data/identify: identities, links, quarantine, conflicts, and the counts of identify.json."""
    files = [workspace.path(EVENTS.path) / f"{source}.parquet" for source in params.sources]
    with workspace.temporary() as temporary, open_engine(params.engine, temporary) as engine:
        see_identifiers(engine, files, params.identifiers)
        engine.make("identifiers")
        see_mistyped(engine, workspace.path(MISTYPED.path), params.identifiers)
        probabilistic = params.identity.probabilistic
        if probabilistic is not None:
            see_probable(engine, workspace.path(PROBABLE_LINKS.path), params.identifiers, probabilistic.threshold)
        see_pairs(engine, files, params.identifiers, probabilistic is not None)
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
            if probabilistic is not None:
                swept = sweep(engine, workspace, params, counts_by_kind(engine))
                engine.load(THRESHOLD_SWEEP.name, swept)
                engine.check(THRESHOLD_SWEEP, THRESHOLD_SWEEP.name)
                write_csv(swept, folder / "threshold_sweep.csv")
            redrawn, errors = redraw(engine, workspace, params)
            engine.load(REDRAWN.name, redrawn)
            engine.check(REDRAWN, REDRAWN.name)
            engine.write(in_order(REDRAWN.name, "graph", "node"), folder / "redrawn.parquet")
            write_csv(errors, folder / "link_errors.csv")


def join(engine: Engine, params: Params) -> Joined:
    """Join ``identifiers`` by ``links`` into ``members``: each identifier beside its customer."""
    nodes, others = engine.frame(query_of("select distinct node, other_node from links")).to_numpy().T
    joined = guarded(counts_by_kind(engine), params, nodes, others)
    engine.load("least_nodes", pd.DataFrame({"node": joined.least_nodes}))
    of_customers = engine.frame(
        query_of("select node, value_hash, period from identifiers semi join least_nodes using (node) order by node")
    )
    n = len(joined.least)
    codes = np.empty(n, dtype=np.int64)
    hashes, periods = of_customers["value_hash"].tolist(), of_customers["period"].tolist()
    codes[joined.least_nodes] = graph.customer_codes(hashes, periods)
    frame = {"node": np.arange(n), "customer_id": codes[joined.least], "component_size": joined.size}
    engine.load("memberships", pd.DataFrame({**frame, "is_hub": joined.is_apart}))
    engine.make("members", lazily=True)
    return joined


def counts_by_kind(engine: Engine) -> dict[str, int]:
    """Return how many ``identifiers`` there are of each kind, in the order of their numbers."""
    return dict(engine.rows(query_of("select kind, count(*) from identifiers group by kind order by kind")))


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
