"""How often links are missed and false: counted on labelled persons, or declared where nobody is labelled."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.identify.agreement import labelled_pairs
from pipeline.params import Params
from pipeline.stats.linkage import Graph, LinkErrors
from pipeline.tables import EVERYBODY, LINK_ERRORS
from pipeline.workspace import Workspace

MISSED, FALSE = "missed", "false"
# where a piece lies: a silence away from the rest of its person, after it, or before some of it
PLACES = APART, AFTER, BEFORE = "apart", "after", "before"
# each piece with the larger ones of its person, which is where it would be attached
_OF_PIECES = (
    exp.select("pieces.piece as whole", "larger.piece as part", "followed_events.occurred_at")
    .from_("pieces")
    .join("pieces as larger", on="pieces.person = larger.person and larger.piece <= pieces.piece")
    .join("members", on="larger.customer_id = members.customer_id and not members.is_hub")
    .join("followed_events", on="followed_events.customer_id = members.node")
)


def labelled_errors(
    engine: Engine, workspace: Workspace, params: Params, nodes: pd.DataFrame, strata: pd.DataFrame
) -> LinkErrors:
    """Return what the graph did to each labelled person.

    Notes
    -----
    Identifiers that pairs labelled *yes* connect are one person's. Of the customers found for them, that with most
    events is the person's; every other one is a piece that was missed. A person is mixed where a pair labelled *no*
    joins one of the identifiers of that customer to somebody else's.
    """
    pairs = labelled_pairs(engine, workspace, params)
    persons = _persons(pairs, nodes)
    events = nodes.groupby("customer")["n_events"].sum()
    found = persons.groupby(["person", "customer"])[["hash", "customer_id"]].min().reset_index()
    found["n_events"] = found["customer"].map(events)
    found = found.sort_values(["person", "n_events", "hash"], ascending=[True, False, True], ignore_index=True)
    is_main = ~found.duplicated("person")
    main = found[is_main].set_index("person")["customer"]
    missed = found[~is_main & (found["n_events"] > 0)]
    stratum = nodes.groupby("customer")["customer_stratum"].first()
    counts = np.zeros((len(main), len(strata)), dtype=np.int64)
    place = _place(engine, found, params)[missed.index]
    np.add.at(counts, (missed["person"].to_numpy(), missed["customer"].map(stratum).to_numpy() + place), 1)
    is_attached = (persons["stratum"] >= 0) & (persons["customer"] == persons["person"].map(main))
    attached = np.bincount(persons.loc[is_attached, "person"], minlength=len(main))
    hashes = persons.groupby("person")["hash"].min().to_numpy()
    return LinkErrors(counts, attached, _mixed(pairs, persons, main), hashes)


def _persons(pairs: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Return the labelled identifiers that the data know and that link, each with the number of its person."""
    known = pairs[pairs["same"] & pairs["node"].notna() & pairs["other_node"].notna()]
    places = pd.Series(np.arange(len(nodes)), index=nodes["node"])
    ends = [known[end].map(places).to_numpy(dtype="float64") for end in ("node", "other_node")]
    both = ~np.isnan(ends[0]) & ~np.isnan(ends[1])
    one, other = (end[both].astype(np.int64) for end in ends)
    at, ends_at = np.unique(np.concatenate([one, other]), return_inverse=True)
    tied = sparse.coo_matrix((np.ones(len(one)), (ends_at[: len(one)], ends_at[len(one) :])), shape=(len(at), len(at)))
    person = sparse.csgraph.connected_components(tied, directed=False)[1]
    return nodes.iloc[at].assign(person=person)


def _place(engine: Engine, found: pd.DataFrame, params: Params) -> np.ndarray:
    """Return where, in `PLACES`, each customer of a labelled person lies in the journeys of the larger ones."""
    engine.load("pieces", found[["person", "customer_id"]].assign(piece=found.index))
    engine.make("placed_events", _OF_PIECES, lazily=True)
    near = engine.frame("near_parts", silence=params.silence)
    place = np.full(len(found), PLACES.index(APART))
    place[near.loc[near["part"] > near["previous_part"], "part"]] = PLACES.index(AFTER)
    place[near.loc[near["previous_part"] > near["part"], "previous_part"]] = PLACES.index(BEFORE)
    return place


def _mixed(pairs: pd.DataFrame, persons: pd.DataFrame, main: pd.Series) -> np.ndarray:
    """Return whether the customer of each person is somebody else's, too."""
    wrong = pairs[~pairs["same"] & (pairs["customer"] == pairs["other_customer"]).fillna(False).astype(bool)]
    of_person = persons.loc[persons["customer"] == persons["person"].map(main)].set_index("node")["person"]
    found = pd.concat([wrong[end].map(of_person) for end in ("node", "other_node")]).dropna().astype(int)
    return np.isin(np.arange(len(main)), found)


def declared_errors(nodes: pd.DataFrame, strata: pd.DataFrame, params: Params) -> LinkErrors:
    """Return errors at the declared rates, as one person of whom as much was missed as the rates say."""
    missed = strata["kind"].map(dict(params.identity.missed)).fillna(0.0).to_numpy()
    is_in = nodes["stratum"] >= 0
    n_attached = np.bincount(nodes.loc[is_in, "stratum"], minlength=len(strata))
    mixed, one = np.array([2 * params.identity.false]), np.array([0], dtype=np.uint64)
    return LinkErrors((missed * n_attached)[np.newaxis], np.array([n_attached.sum()]), mixed, one)


def error_table(errors: LinkErrors, graph: Graph, strata: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return the table `link_errors`: rates with every labelled person counting the same."""
    n_attached = np.bincount(graph.stratum[graph.stratum >= 0], minlength=len(strata))
    apart, mixed = errors.rates(n_attached, np.ones(len(errors.hashes)))
    if graph.doubt is not None and len(graph.doubt):
        mixed = float(np.mean(1 - (1 - mixed) * (1 - graph.doubt)))
    is_labelled = params.identity.labelled_pairs is not None
    frame = strata.assign(
        error=MISSED, n_attached=n_attached, rate=apart, n=errors.missed.sum(axis=0) if is_labelled else None
    )
    frame = frame[(frame["n_attached"] > 0) | (errors.missed.sum(axis=0) > 0)]
    everybody = {
        "kind": EVERYBODY,
        "from_events": 0,
        "is_at_goal": False,
        "place": EVERYBODY,
        "error": FALSE,
        "rate": mixed,
    }
    everybody |= {
        "n_attached": int(graph.customer.max(initial=-1)) + 1,
        "n": int(errors.mixed.sum()) if is_labelled else None,
    }
    whole = pd.concat([frame, pd.DataFrame([everybody])], ignore_index=True)[list(LINK_ERRORS.columns)]
    return whole.astype({"n": "Int64"})
