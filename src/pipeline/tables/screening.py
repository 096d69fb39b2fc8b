"""Contract of the screening's second half: candidates and whether they were confirmed."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, TEXT, WHOLE, Column, Table

CONFIRMED, NOT_CONFIRMED = "confirmed", "not confirmed"
MET = "(met)"  # the condition of a candidate that is about meeting the touchpoint at all

SCREENING = Table(
    "screening",
    "data/assess/screening.csv",
    {
        "batch": Column(WHOLE, "number of the batch in candidates.yaml, from 1"),
        "kind": Column(TEXT, "kind of pain: excess_exit, wait, rework, support_contact, repeated_contact …"),
        "stage": Column(TEXT, "the stage"),
        "touchpoint": Column(TEXT, "kind of interaction"),
        "condition": Column(TEXT, "rule on the step that is the exposure; (met): meeting the touchpoint is"),
        "group": Column(TEXT, "(all) or the id of a persona"),
        "direction": Column(TEXT, "of the pain: higher or lower"),
        "smallest_effect": Column(NUMBER, "least effect worth acting on, locked with the candidate"),
        "screening_effect": Column(NUMBER, "in the screening half: chosen for being large, so an overestimate"),
        "screening_p": Column(NUMBER, "its p-value, two-sided"),
        "n_exposed": Column(WHOLE, "confirming half: meetings exposed", nullable=True),
        "n_unexposed": Column(WHOLE, "confirming half: other meetings", nullable=True),
        "n_customers": Column(WHOLE, "confirming half: customers behind them", nullable=True),
        "customers_hit": Column(WHOLE, "confirming half: customers exposed at least once", nullable=True),
        "effect": Column(NUMBER, "confirming half: exposed minus others", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "fcr_low": Column(NUMBER, "false-coverage-adjusted bound (confirmed rows)", nullable=True),
        "fcr_high": Column(NUMBER, "false-coverage-adjusted bound (confirmed rows)", nullable=True),
        "p": Column(NUMBER, "p-value, two-sided", nullable=True),
        "q": Column(NUMBER, "Benjamini-Hochberg over all batches", nullable=True),
        "family_size": Column(WHOLE, "candidates tested together, of all batches"),
        "design_effect": Column(NUMBER, "variance over that of independent meetings", nullable=True),
        "verdict": Column(TEXT, "confirmed or not confirmed"),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("batch", "kind", "stage", "touchpoint", "condition", "group"),
    checks={
        "verdict is known": f"verdict in ('{CONFIRMED}', '{NOT_CONFIRMED}')",
        "what is confirmed has numbers": f"verdict <> '{CONFIRMED}' or (q is not null and effect is not null)",
    },
)
