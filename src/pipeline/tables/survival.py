"""Contract of the survival table of estimate: when visits leave, and where to."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, TEXT, WHOLE, Column, Table

GOAL, ANYWHERE = "(goal)", "(anywhere)"  # where journeys and visits may go, beside stages and (lost); all stages together

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
