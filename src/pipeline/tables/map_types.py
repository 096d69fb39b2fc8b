"""Contracts of what maps need besides: rhythm of days and weeks, effort, the planned journey beside the actual."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, SMALL, TEXT, WHOLE, Column, Table

RHYTHM = Table(
    "rhythm",
    "data/estimate/rhythm.csv",
    {
        "grouping": Column(TEXT, "all or persona"),
        "group": Column(TEXT, "which one; all: (all)"),
        "clock": Column(TEXT, "hour or weekday, in the brand's local time"),
        "at": Column(SMALL, "hour 0 … 23; weekday 0 (Monday) … 6"),
        "measure": Column(TEXT, "activity, channel, contacts, emotion or lost"),
        "channel": Column(TEXT, "of the measure channel; otherwise (all)"),
        "n": Column(WHOLE, "steps taken then; of emotion answers, of lost visits", nullable=True),
        "n_customers": Column(WHOLE, "customers behind n", nullable=True),
        "estimate": Column(NUMBER, "share, or mean emotion -2 … +2", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("grouping", "group", "clock", "measure", "channel", "at"),
    per=("clock", "measure", "channel", "at"),
)

EFFORT = Table(
    "effort",
    "data/estimate/effort.csv",
    {
        "grouping": Column(TEXT, "all or persona"),
        "group": Column(TEXT, "which one; all: (all)"),
        "stage": Column(TEXT, "the stage of the visit; declared: of the step that was asked about"),
        "measure": Column(TEXT, "steps, channel_switches or repeated_contacts, per visit; declared: the effort score"),
        "n": Column(WHOLE, "visits, or answers", nullable=True),
        "n_customers": Column(WHOLE, "customers behind n", nullable=True),
        "estimate": Column(NUMBER, "mean per visit, or of the scores", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("grouping", "group", "stage", "measure"),
    checks={"measure is known": "measure in ('steps', 'channel_switches', 'repeated_contacts', 'declared')"},
    per=("stage", "measure"),
)

DEVIATIONS = Table(
    "deviations",
    "data/estimate/deviations.csv",
    {
        "grouping": Column(TEXT, "all or persona"),
        "group": Column(TEXT, "which one; all: (all)"),
        "place": Column(SMALL, "in the plan, from 1; unplanned touchpoints come after the last"),
        "touchpoint": Column(TEXT, "kind of interaction"),
        "deviation": Column(TEXT, "as_planned, out_of_order, failed, missing or ad_hoc"),
        "n": Column(WHOLE, "journeys where it came so", nullable=True),
        "n_customers": Column(WHOLE, "customers who made them", nullable=True),
        "n_journeys": Column(WHOLE, "journeys that began the plan, followed to its window's end", nullable=True),
        "share": Column(NUMBER, "n over n_journeys", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("grouping", "group", "place", "touchpoint", "deviation"),
    per=("place", "touchpoint", "deviation"),
)
