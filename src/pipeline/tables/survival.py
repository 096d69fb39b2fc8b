"""Contracts of how visits end: when they leave and where to, and the money at each exit."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, TEXT, WHOLE, Column, Table

# Where journeys and visits may go, beside stages and (lost); of emotions, all stages together.
GOAL, ANYWHERE = "(goal)", "(anywhere)"

SURVIVAL = Table(
    "survival",
    "data/estimate/survival.csv",
    {
        "grouping": Column(TEXT, "all or persona"),
        "group": Column(TEXT, "which one; all: (all)"),
        "from_stage": Column(TEXT, "a stage; (start): journeys, from their start"),
        "to_stage": Column(TEXT, "a stage or (lost); from (start): (goal) or (lost); (anywhere): any of them"),
        "statistic": Column(TEXT, "incidence, restricted_mean or median"),
        "time": Column(TEXT, "incidence: by then; restricted_mean: up to then; median: looked for until then"),
        "unit": Column(TEXT, "share or days"),
        "n_visits": Column(
            WHOLE, "visits (from (start): journeys) entered at least a horizon before the cut-off", nullable=True
        ),
        "n_customers": Column(WHOLE, "customers who made them", nullable=True),
        "n_left": Column(WHOLE, "of those, seen to leave there by the time", nullable=True),
        "n_at_risk": Column(WHOLE, "of those, still there and in sight after the time", nullable=True),
        "estimate": Column(NUMBER, "in the unit", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("grouping", "group", "from_stage", "to_stage", "statistic", "time"),
    per=("from_stage",),
)

LOSSES = Table(
    "losses",
    "data/estimate/losses.csv",
    {
        "grouping": Column(TEXT, "all or persona"),
        "group": Column(TEXT, "which one; all: (all)"),
        "stage": Column(TEXT, "the stage that is left"),
        "n_visits": Column(WHOLE, "visits followed for the horizon", nullable=True),
        "n_customers": Column(WHOLE, "customers behind them", nullable=True),
        "n_lost": Column(WHOLE, "measured: of them, lost within the horizon of entry", nullable=True),
        "value_kept": Column(
            NUMBER,
            "measured: money that goals brought after each other visit, in its journey and horizon",
            nullable=True,
        ),
        "kept_low": Column(NUMBER, "lower bound", nullable=True),
        "kept_high": Column(NUMBER, "upper bound", nullable=True),
        "loss": Column(NUMBER, "projected: n_lost × value_kept, by persona; of everybody, their sum", nullable=True),
        "loss_low": Column(NUMBER, "lower bound", nullable=True),
        "loss_high": Column(NUMBER, "upper bound", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("grouping", "group", "stage"),
    per=("stage",),
)
