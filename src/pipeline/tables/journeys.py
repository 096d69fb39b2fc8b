"""Contracts of reconstruct and segment: steps, journeys, visits, transitions per customer, personas."""

from __future__ import annotations

from pipeline.tables.contract import MONEY, NUMBER, SCORE, SMALL, TEXT, TIME, TRUTH, WHOLE, Column, Table

STEPS = Table(
    "steps",
    "data/reconstruct/steps",
    {
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "journey": Column(SMALL, "number of the journey of this customer, from 1"),
        "visit": Column(SMALL, "number of the visit within the customer, from 1"),
        "stage": Column(TEXT, "stage of the journey"),
        "opens_journey": Column(TRUTH, "the first event after a silence"),
        "opens_visit": Column(TRUTH, "the first step in this stage"),
        "previous_stage": Column(TEXT, "stage of the step before, in this journey", nullable=True),
        "is_goal": Column(TRUTH, "the declared goal"),
        "goal_number": Column(SMALL, "goals of this customer so far, this step included"),
        "occurred_at": Column(TIME, "UTC, microseconds, no zone"),
        "position": Column(WHOLE, "the event, as in events; orders ties in time"),
        "source": Column(TEXT, "folder in data/raw"),
        "channel": Column(TEXT, "kind of channel"),
        "touchpoint": Column(TEXT, "kind of interaction"),
        "actor": Column(TEXT, "who acted"),
        "value": Column(MONEY, "money", nullable=True),
        "score": Column(SCORE, "survey answer on its own scale", nullable=True),
        "emotion": Column(SCORE, "-2 … +2", nullable=True),
    },
    key=("position",),
    is_open=True,  # declared attributes
)

JOURNEYS = Table(
    "journeys",
    "data/reconstruct/journeys",
    {
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "journey": Column(SMALL, "number of the journey of this customer, from 1"),
        "started_at": Column(TIME, "first step"),
        "ended_at": Column(TIME, "last step"),
        "status": Column(TEXT, "lost (silence complete before the cut-off) or censored"),
        "is_left_truncated": Column(TRUTH, "first seen less than a silence after the window opens"),
        "first_stage": Column(TEXT, "stage of the first step"),
        "last_stage": Column(TEXT, "stage of the last step"),
        "first_channel": Column(TEXT, "channel of the first step"),
        "goal_at": Column(TIME, "first goal of the journey", nullable=True),
        "steps": Column(WHOLE, "number of steps"),
        "value": Column(MONEY, "money at goals", nullable=True),
    },
    key=("customer_id", "journey"),
    checks={
        "status is lost or censored": "status in ('lost', 'censored')",
        "a journey ends after it starts": "ended_at >= started_at",
    },
    is_open=True,  # declared features
)

VISITS = Table(
    "visits",
    "data/reconstruct/visits",
    {
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "journey": Column(SMALL, "number of the journey of this customer"),
        "visit": Column(SMALL, "number of the visit within the customer"),
        "stage": Column(TEXT, "the stage visited"),
        "channel": Column(TEXT, "channel of the first step"),
        "entered_at": Column(TIME, "first step of the visit"),
        "left_at": Column(TIME, "first step elsewhere, or the silence complete; null: censored", nullable=True),
        "next_stage": Column(TEXT, "where to: a stage, (lost) or (censored)"),
        "is_entry_seen": Column(TRUTH, "false for the first visit of a left-truncated journey"),
    },
    key=("customer_id", "visit"),
)

CUSTOMER_TRANSITIONS = Table(
    "customer_transitions",
    "data/reconstruct/customer_transitions",
    {
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "period": Column(TEXT, "month of entry, brand's local time: 2026-11"),
        "channel": Column(TEXT, "channel of entry"),
        "from_stage": Column(TEXT, "a stage or (start)"),
        "to_stage": Column(TEXT, "a stage, (lost) or (censored)"),
        "duration_bin": Column(SMALL, "index in estimate.duration_bins of the first bound not exceeded"),
        "is_followed": Column(TRUTH, "entered at least a horizon before the cut-off"),
        "n": Column(WHOLE, "visits"),
    },
    key=("customer_id", "period", "channel", "from_stage", "to_stage", "duration_bin", "is_followed"),
)

PERSONAS = Table(
    "personas",
    "data/segment/personas.parquet",
    {
        "customer_id": Column(WHOLE, "63-bit code of the customer"),
        "persona": Column(TEXT, "id of the persona, or (none)"),
        "first_seen_at": Column(TIME, "first step"),
        "value": Column(MONEY, "money at goals", nullable=True),
    },
    key=("customer_id",),
    is_open=True,  # traits and features of the customer
)

PERSONA_CARDS = Table(
    "persona_cards",
    "data/segment/persona_cards.csv",
    {
        "persona": Column(TEXT, "id of the persona"),
        "n_customers": Column(WHOLE, "customers", nullable=True),
        "share": Column(NUMBER, "share of all customers", nullable=True),
        "share_low": Column(NUMBER, "lower bound", nullable=True),
        "share_high": Column(NUMBER, "upper bound", nullable=True),
        "value_share": Column(NUMBER, "share of all money at goals", nullable=True),
        "value_share_low": Column(NUMBER, "lower bound", nullable=True),
        "value_share_high": Column(NUMBER, "upper bound", nullable=True),
        "trait_1": Column(TEXT, "a trait or feature with its range or most frequent value", nullable=True),
        "trait_2": Column(TEXT, "another", nullable=True),
        "trait_3": Column(TEXT, "another", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("persona",),
    per=(),
)
