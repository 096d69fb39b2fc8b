"""Contracts of clean and identify: events, what was refused, who is who."""

from __future__ import annotations

from pipeline.tables.contract import ACTORS, CHANNELS, MONEY, SCORE, SMALL, TEXT, TIME, TRUTH, WHOLE, Column, Table


def _not_bracketed(column: str) -> str:
    return f"{column} not like '(%'"


EVENTS = Table(
    "events",
    "data/clean/events",
    {
        "event_id": Column(TEXT, "128-bit content hash, 32 hexadecimal digits"),
        "occurred_at": Column(TIME, "UTC, microseconds, no zone"),
        "source": Column(TEXT, "folder in data/raw"),
        "position": Column(WHOLE, "orders ties in time: source (as in params.yaml), file, row, rule; unique"),
        "channel": Column(TEXT, "kind of channel"),
        "touchpoint": Column(TEXT, "kind of interaction"),
        "actor": Column(TEXT, "who acted: customer, brand or partner"),
        "value": Column(MONEY, "money, in the workspace's currency", nullable=True),
        "score": Column(SCORE, "survey answer on its own scale", nullable=True),
        "emotion": Column(SCORE, "the score mapped linearly to -2 … +2", nullable=True),
        "source_file": Column(TEXT, "file in the source's folder"),
        "source_row": Column(WHOLE, "record number in that file, a header being record 1"),
    },
    key=("event_id",),
    checks={
        "channel is known": f"channel in {CHANNELS}",
        "actor is known": f"actor in {ACTORS}",
        "touchpoint is not in brackets": _not_bracketed("touchpoint"),
        "emotion lies in -2 … +2": "emotion is null or emotion between -2 and 2",
    },
    is_open=True,  # id_<kind> (keyed hash of an identifier) and declared attributes
)

REJECTS = Table(
    "rejects",
    "data/clean/rejects.csv",
    {
        "source": Column(TEXT, "folder in data/raw"),
        "source_file": Column(TEXT, "file in the source's folder"),
        "source_row": Column(WHOLE, "record number in that file"),
        "reason": Column(TEXT, "code of the reason"),
        "column": Column(TEXT, "the column at fault", nullable=True),
        "value": Column(TEXT, "the offending value, letters and digits masked", nullable=True),
    },
    key=("source", "source_file", "source_row"),
)

CONSERVATION = Table(
    "conservation",
    "data/clean/conservation.csv",
    {
        "source": Column(TEXT, "folder in data/raw"),
        "source_file": Column(TEXT, "file in the source's folder"),
        "role": Column(TEXT, "main (its rows become events) or lookup (joined to them)"),
        "raw": Column(WHOLE, "rows in the file"),
        "used": Column(WHOLE, "gave at least one event (lookup: well formed)"),
        "empty": Column(WHOLE, "well formed, but gave no event"),
        "filtered": Column(WHOLE, "left out by a declared rule"),
        "refused": Column(WHOLE, "in rejects, with the reason"),
        "duplicate": Column(WHOLE, "repeats a row already used"),
        "events": Column(WHOLE, "events made"),
    },
    key=("source", "source_file"),
    checks={"raw rows add up": "raw = used + empty + filtered + refused + duplicate"},
)

FILTERED = Table(
    "filtered",
    "data/clean/filtered.csv",
    {
        "source": Column(TEXT, "folder in data/raw"),
        "source_file": Column(TEXT, "file in the source's folder"),
        "reason": Column(TEXT, "key of leave_out, no_consent_<purpose> or past_retention"),
        "rows": Column(WHOLE, "rows left out for it; a row counts once, for the first reason in this order"),
    },
    key=("source", "source_file", "reason"),
)

MASKED = Table(
    "masked",
    "data/clean/masked.csv",
    {
        "source": Column(TEXT, "folder in data/raw"),
        "attribute": Column(TEXT, "declared attribute that holds text"),
        "kind": Column(TEXT, "email, iban, card, phone, name or address"),
        "texts": Column(WHOLE, "distinct texts in which such a thing was masked"),
        "events": Column(WHOLE, "events that have them, those of refused rows included"),
    },
    key=("source", "attribute", "kind"),
)

IDENTITIES = Table(
    "identities",
    "data/identify/identities.parquet",
    {
        "kind": Column(TEXT, "kind of identifier"),
        "value_hash": Column(TEXT, "keyed hash (HMAC) of the normalised value"),
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "component_size": Column(SMALL, "identifiers of that customer"),
        "is_hub": Column(TRUTH, "met more neighbours than its kind's hub_limit, so links nobody"),
        "is_conflict": Column(TRUTH, "its customer has several values of a one-per-customer kind"),
    },
    key=("kind", "value_hash"),
)

CONFLICTS = Table(
    "conflicts",
    "data/identify/conflicts.csv",
    {
        "problem": Column(TEXT, "hub (links nobody) or several_values (of a one-per-customer kind)"),
        "kind": Column(TEXT, "kind of identifier"),
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "value_hash": Column(TEXT, "the hub; empty for several values", nullable=True),
        "n": Column(WHOLE, "neighbours of the hub, or values of the customer"),
    },
    key=("problem", "kind", "customer_id"),
)
