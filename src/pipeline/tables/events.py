"""Contracts of clean and identify: events, what was refused, who is who."""

from __future__ import annotations

from pipeline.tables.contract import ACTORS, CHANNELS, MONEY, NUMBER, SCORE, TEXT, TIME, WHOLE, Column, Table


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

FORMATS = Table(
    "formats",
    "data/clean/formats.csv",
    {
        "source": Column(TEXT, "folder in data/raw"),
        "source_file": Column(TEXT, "file in the source's folder"),
        "format": Column(TEXT, "csv, jsonl, json, ocel, xes, excel or parquet"),
        "encoding": Column(TEXT, "of a text file", nullable=True),
        "delimiter": Column(TEXT, "of a CSV file", nullable=True),
        "part": Column(TEXT, "sheet of a workbook, or where the records of a JSON document lie", nullable=True),
        "detected": Column(TEXT, "keys of source.yaml found in the file because nobody declared them", nullable=True),
    },
    key=("source", "source_file"),
)

NOBODY = Table(
    "nobody",
    "data/clean/nobody.csv",
    {
        "source": Column(TEXT, "folder in data/raw"),
        "kind": Column(TEXT, "kind of identifier"),
        "reason": Column(TEXT, "placeholder, unreadable (by the kind's rules) or nobody (declared)"),
        "n_values": Column(WHOLE, "different values"),
        "n_events": Column(WHOLE, "events that bore one, and keep their other identifiers"),
    },
    key=("source", "kind", "reason"),
    checks={"reason is known": "reason in ('placeholder', 'unreadable', 'nobody')"},
)

MISTYPED = Table(
    "mistyped",
    "data/clean/mistyped.csv",
    {
        "kind": Column(TEXT, "kind of identifier, declared with mend_typos"),
        "value_hash": Column(TEXT, "keyed hash of one of two values, one letter apart"),
        "other_hash": Column(TEXT, "that of the other, the greater"),
    },
    key=("kind", "value_hash", "other_hash"),
    checks={"value_hash is the lesser": "value_hash < other_hash"},
)

PROBABLE_LINKS = Table(
    "probable_links",
    "data/clean/probable_links.parquet",
    {
        "kind": Column(TEXT, "kind of the identifier that stands for a person's record"),
        "value_hash": Column(TEXT, "its keyed hash"),
        "source": Column(TEXT, "folder in data/raw that the record lies in"),
        "other_kind": Column(TEXT, "kind of the identifier of a record in another source"),
        "other_hash": Column(TEXT, "its keyed hash"),
        "other_source": Column(TEXT, "folder in data/raw of that record; the greater name"),
        "probability": Column(NUMBER, "that both are one person, by names, birth date and place; 0.5 … 1"),
    },
    key=("kind", "value_hash", "source", "other_kind", "other_hash", "other_source"),
    checks={
        "probability lies in 0.5 … 1": "probability between 0.5 and 1",
        "source is the lesser": "source < other_source",
    },
)
