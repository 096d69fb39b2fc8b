"""Contracts of identity as an uncertainty: graphs redrawn with link errors, and what these do to estimates."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, SMALL, TEXT, TRUTH, WHOLE, Column, Table

REDRAWN_JOURNEYS = "redrawn"  # folder in data/reconstruct with the tables of the customers that redrawn graphs change
GRAPHS_AT_MOST = 128  # a customer's code in a redrawn graph, divided by this, leaves the graph's number

REDRAWN = Table(
    "redrawn",
    "data/identify/redrawn.parquet",
    {
        "graph": Column(SMALL, "number of the redrawn graph, from 0"),
        "node": Column(WHOLE, "an identifier of a customer that this graph changes, as in identities"),
        "replaces": Column(WHOLE, "63-bit code of its customer on the graph found"),
        "customer_id": Column(WHOLE, "63-bit code of its customer on this graph; modulo 128 it is the graph"),
    },
    key=("graph", "node"),
    checks={"the code tells the graph": f"customer_id % {GRAPHS_AT_MOST} = graph"},
)

LINK_ERRORS = Table(
    "link_errors",
    "data/identify/link_errors.csv",
    {
        "error": Column(TEXT, "missed (a piece was left apart) or false (a customer is two persons)"),
        "kind": Column(
            TEXT, "first declared kind of the identifiers that the piece's events follow; (all) for false links"
        ),
        "from_events": Column(SMALL, "events of the piece: from 1, 2 or 4, up to the next of these; 0 for false links"),
        "is_at_goal": Column(TRUTH, "an event of the journeys' goal bears one of its identifiers"),
        "place": Column(
            TEXT, "of the piece: apart from the rest of its person by a silence, after it, or before some of it"
        ),
        "n": Column(
            WHOLE, "pieces missed, or customers mixed, among labelled persons; empty if declared", nullable=True
        ),
        "n_attached": Column(WHOLE, "such pieces that are attached, in the whole graph; for false links, customers"),
        "rate": Column(NUMBER, "share of n_attached that each redrawn graph sets apart, or mixes, on average"),
    },
    key=("error", "kind", "from_events", "is_at_goal", "place"),
)

IDENTITY_EFFECTS = Table(
    "identity_effects",
    "data/estimate/identity_effects.csv",
    {
        "measure": Column(TEXT, "kpi or transition, of all customers"),
        "item": Column(TEXT, "id of the KPI; stages from → to"),
        "n_graphs": Column(SMALL, "redrawn graphs"),
        "basis": Column(
            TEXT, "rates of link errors: labelled (counted), or declared: then the bounds are a sensitivity range"
        ),
        "found": Column(
            NUMBER, "the estimate on the graph found; a share, money, points: the KPI's unit", nullable=True
        ),
        "bias": Column(NUMBER, "what link errors are taken to have added to it", nullable=True),
        "estimate": Column(NUMBER, "found - bias", nullable=True),
        "sampling_low": Column(NUMBER, "interval of `found` with identity taken for known", nullable=True),
        "sampling_high": Column(NUMBER, "its upper bound", nullable=True),
        "ci_low": Column(NUMBER, "interval of `estimate`: sampling and identity", nullable=True),
        "ci_high": Column(NUMBER, "its upper bound", nullable=True),
        "identity_share": Column(NUMBER, "of the variance, from identity", nullable=True),
        "note": Column(TEXT, "why there is no number", nullable=True),
    },
    key=("measure", "item"),
    checks={"basis is known": "basis in ('labelled', 'declared')"},
)
