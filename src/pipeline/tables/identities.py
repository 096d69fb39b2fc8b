"""Contracts of identify: who is who, by which links, what links nobody, and what contradicts itself."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, SMALL, TEXT, TIME, TRUTH, WHOLE, Column, Table

IDENTITIES = Table(
    "identities",
    "data/identify/identities.parquet",
    {
        "node": Column(WHOLE, "number of the identifier, from 0: its place in this table"),
        "kind": Column(TEXT, "kind of identifier"),
        "value_hash": Column(TEXT, "keyed hash (HMAC) of the normalised value"),
        "period": Column(SMALL, "from 0; counts how often the value changed hands (reassigned_after)"),
        "first_seen_at": Column(TIME, "UTC; its earliest event"),
        "last_seen_at": Column(TIME, "UTC; its latest event"),
        "n_events": Column(WHOLE, "events that bear it"),
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "component_size": Column(SMALL, "identifiers of that customer"),
        "is_hub": Column(TRUTH, "links nobody: see quarantine"),
        "is_conflict": Column(TRUTH, "its customer has several values of a one-per-customer kind"),
    },
    key=("kind", "value_hash", "period"),
)

LINKS = Table(
    "links",
    "data/identify/links.parquet",
    {
        "node": Column(
            WHOLE,
            "the lesser of two identifiers that stood on one event, or of which one is mistyped; as in identities",
        ),
        "other_node": Column(WHOLE, "the greater"),
        "source": Column(TEXT, "the rule: whose source.yaml lists both identifiers of a row; or (mistyped)"),
        "first_seen_at": Column(TIME, "UTC; the earliest event that bears both; mistyped: by which both were seen"),
        "last_seen_at": Column(TIME, "UTC; the latest"),
        "n_events": Column(WHOLE, "events that bear both; mistyped: none"),
    },
    key=("node", "other_node", "source"),
    checks={"node is the lesser": "node < other_node"},
)

QUARANTINE = Table(
    "quarantine",
    "data/identify/quarantine.csv",
    {
        "reason": Column(
            TEXT,
            "hub (more neighbours than hub_limit), shared (more of a kind than at_most) or large_customer (cut off by "
            "largest_customer)",
        ),
        "kind": Column(TEXT, "kind of identifier"),
        "value_hash": Column(TEXT, "keyed hash of the identifier, which links nobody"),
        "period": Column(SMALL, "as in identities"),
        "n_neighbours": Column(WHOLE, "identifiers it met"),
        "n_events": Column(WHOLE, "events that bear it"),
    },
    key=("kind", "value_hash", "period"),
)

CONFLICTS = Table(
    "conflicts",
    "data/identify/conflicts.csv",
    {
        "problem": Column(TEXT, "several_values (of a one-per-customer kind) or two_values (on one identifier)"),
        "kind": Column(TEXT, "kind of identifier that has several values"),
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "on_kind": Column(TEXT, "two_values: kind of identifier they met on", nullable=True),
        "value_hash": Column(TEXT, "two_values: keyed hash of that identifier", nullable=True),
        "n": Column(WHOLE, "values"),
        "first_seen_at": Column(TEXT, "UTC; two_values: when the second value first stood there", nullable=True),
        "source": Column(TEXT, "two_values: the source of that event", nullable=True),
    },
    key=("problem", "kind", "customer_id", "on_kind", "value_hash"),
)

AGREEMENT = Table(
    "agreement",
    "data/identify/agreement.csv",
    {
        "measure": Column(TEXT, "pairs precision, pairs recall, B-cubed precision, B-cubed recall"),
        "value": Column(NUMBER, "share, 0 … 1; empty where nothing is labelled", nullable=True),
        "low": Column(NUMBER, "lower bound (Wilson); none for B-cubed", nullable=True),
        "high": Column(NUMBER, "upper bound", nullable=True),
        "n": Column(WHOLE, "labelled pairs; for B-cubed, labelled identifiers"),
    },
    key=("measure",),
)
