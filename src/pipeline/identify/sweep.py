"""What each threshold of probabilistic links would make of the customers, so that one can be chosen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.engine import Engine, query_of
from pipeline.identify import graph
from pipeline.identify.agreement import labelled_pairs
from pipeline.identify.joining import guarded
from pipeline.identify.seen import PROBABILISTIC_LINK
from pipeline.params import Params
from pipeline.stats.identity import MEASURES, labelled_agreement
from pipeline.tables import THRESHOLD_SWEEP
from pipeline.workspace import Workspace

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)


def sweep(engine: Engine, workspace: Workspace, params: Params, counts: Mapping[str, int]) -> pd.DataFrame:
    """Return the table `threshold_sweep`: customers at each of `THRESHOLDS` and at the declared one.

    Parameters
    ----------
    engine
        With ``identifiers``, ``members``, ``links`` and ``probable_links``.
    workspace, params
        Where labelled pairs lie, if there are any.
    counts
        Identifiers of each kind, in the order of the nodes.

    Notes
    -----
    The same guards as for the graph that is kept. Cost: per threshold, linear in identifiers and links.
    """
    declared = params.identity.probabilistic
    assert declared is not None, "nothing to sweep"  # noqa: S101 – the caller asked for a sweep
    by_other_rules = query_of(f"select distinct node, other_node from links where source <> '{PROBABILISTIC_LINK}'")
    exact = engine.frame(by_other_rules).to_numpy(dtype=np.int64)
    probable = probable_nodes(engine)
    pairs = labelled_pairs(engine, workspace, params) if params.identity.labelled_pairs else None
    apart = guarded(counts, params, exact[:, 0], exact[:, 1])
    joins = apart.least[probable["node"]] != apart.least[probable["other_node"]]
    rows = []
    for threshold in sorted({*THRESHOLDS, declared.threshold}):
        is_link = (probable["probability"] >= threshold).to_numpy()
        links = probable.loc[is_link, ["node", "other_node"]].to_numpy(dtype=np.int64)
        both = np.unique(np.concatenate([exact, links]), axis=0)
        joined = guarded(counts, params, both[:, 0], both[:, 1])
        row = {
            "threshold": threshold,
            "is_declared": threshold == declared.threshold,
            "n_links": int(is_link.sum()),
            "n_joining": int((is_link & joins).sum()),
            "expected_false": float((1 - probable.loc[is_link & joins, "probability"]).sum()),
            "n_customers": len(joined.least_nodes),
            "largest_customer": int(joined.size.max(initial=0)),
        }
        rows.append(row | ({} if pairs is None else _agreement(pairs, joined.least)))
    frame = pd.DataFrame(rows, columns=list(THRESHOLD_SWEEP.columns))
    shares = [name for name, column in THRESHOLD_SWEEP.columns.items() if column.nullable]
    return frame.astype(dict.fromkeys(shares, "float64"))


def probable_nodes(engine: Engine) -> pd.DataFrame:
    """Return the pairs that `clean` found probable, as numbers of nodes: node, other_node, probability."""
    return engine.frame(
        query_of(
            "select one.node, other.node as other_node, probability from probable_links "
            "inner join identifiers as one on probable_links.value_hash = one.value_hash "
            "inner join identifiers as other on probable_links.other_hash = other.value_hash order by 1, 2"
        )
    )


def doubt(engine: Engine, nodes: pd.DataFrame) -> np.ndarray:
    """Return, per customer, the chance that one of its probabilistic links is false.

    Parameters
    ----------
    engine
        With ``identifiers``, ``links`` and ``probable_links``.
    nodes
        Identifiers that link: node, ``customer`` (its number, from 0).

    Notes
    -----
    ``1 - Π p`` over links of probability p, taken as independent. A link of what another rule joins too is no doubt.
    """
    rules = engine.frame(query_of("select node, other_node, source from links order by 1, 2, 3"))
    is_probable = (rules["source"] == PROBABILISTIC_LINK).to_numpy(dtype=bool)
    exact = rules.loc[~is_probable, ["node", "other_node"]].to_numpy(dtype=np.int64)
    n = int(engine.row(query_of("select count(*) as n from identifiers"))["n"])
    by_other_rules = graph.least_nodes(n, exact[:, 0], exact[:, 1])
    links = rules[is_probable].merge(probable_nodes(engine), on=["node", "other_node"])
    joins = by_other_rules[links["node"]] != by_other_rules[links["other_node"]]
    customers = nodes.set_index("node")["customer"]
    kept = links[joins & links["node"].isin(customers.index) & links["other_node"].isin(customers.index)]
    is_true = np.ones(int(nodes["customer"].max()) + 1 if len(nodes) else 0)
    np.multiply.at(is_true, kept["node"].map(customers).to_numpy(dtype=np.int64), kept["probability"].to_numpy())
    return 1 - is_true


def _agreement(pairs: pd.DataFrame, least: np.ndarray) -> dict[str, float]:
    """Return precision and recall on labelled pairs, had the identifiers fallen to these customers."""
    fell_to = {
        customer: pairs[node].map(pd.Series(least), na_action="ignore").astype("Int64")
        for customer, node in (("customer", "node"), ("other_customer", "other_node"))
    }
    found = labelled_agreement(pairs.assign(**fell_to)).set_index("measure")
    return {
        f"{name}{ending}": float(found[column][measure])
        for name, measure in (("precision", MEASURES[0]), ("recall", MEASURES[1]))
        for ending, column in (("", "value"), ("_low", "low"), ("_high", "high"))
    }
