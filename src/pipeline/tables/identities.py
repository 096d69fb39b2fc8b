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
            "the lesser of two identifiers that stood on one event, or that another rule joins; as in identities",
        ),
        "other_node": Column(WHOLE, "the greater"),
        "source": Column(TEXT, "the rule: whose source.yaml lists both of a row; (mistyped) or (probabilistic)"),
        "first_seen_at": Column(TIME, "UTC; the earliest event that bears both; other rules: by which both were seen"),
        "last_seen_at": Column(TIME, "UTC; the latest"),
        "n_events": Column(WHOLE, "events that bear both; other rules: none"),
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

THRESHOLD_SWEEP = Table(
    "threshold_sweep",
    "data/identify/threshold_sweep.csv",
    {
        "threshold": Column(NUMBER, "match probability from which records are linked, 0.5 … 1"),
        "is_declared": Column(TRUTH, "the threshold of params.yaml, by which customers were joined"),
        "n_links": Column(WHOLE, "probabilistic links"),
        "n_joining": Column(WHOLE, "of these, links of two customers that no other rule joins"),
        "expected_false": Column(NUMBER, "of the joining ones, how many are false by their own probabilities"),
        "n_customers": Column(WHOLE, "customers"),
        "largest_customer": Column(WHOLE, "identifiers of the largest"),
        "precision": Column(NUMBER, "of labelled pairs joined, the share that is one person", nullable=True),
        "precision_low": Column(NUMBER, "lower bound (Wilson, 95 %)", nullable=True),
        "precision_high": Column(NUMBER, "upper bound", nullable=True),
        "recall": Column(NUMBER, "of labelled pairs that are one person, the share joined", nullable=True),
        "recall_low": Column(NUMBER, "lower bound (Wilson, 95 %)", nullable=True),
        "recall_high": Column(NUMBER, "upper bound", nullable=True),
    },
    key=("threshold",),
    checks={"thresholds lie in 0.5 … 1": "threshold between 0.5 and 1"},
)
