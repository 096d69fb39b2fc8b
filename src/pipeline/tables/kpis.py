"""Contracts beside the KPIs: their second views, retention, and the objectives they serve."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, TEXT, WHOLE, Column, Table

KPI_VIEWS = Table(
    "kpi_views",
    "data/estimate/kpi_views.csv",
    {
        "grouping": Column(TEXT, "all or persona"),
        "group": Column(TEXT, "which one; all: (all)"),
        "kpi": Column(TEXT, "id of the KPI"),
        "view": Column(
            TEXT, "winsorised, response_rate, weighted, backtest_predicted, backtest_actual or backtest_ratio"
        ),
        "unit": Column(TEXT, "share, money, score, points or ratio"),
        "n": Column(WHOLE, "purchases, questions asked, answers or customers, as the view says", nullable=True),
        "n_customers": Column(WHOLE, "customers behind them", nullable=True),
        "estimate": Column(NUMBER, "in the unit", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "setting": Column(NUMBER, "winsorised: the value that higher ones are brought down to", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("grouping", "group", "kpi", "view"),
    per=("kpi", "view"),
)

RETENTION = Table(
    "retention",
    "data/estimate/retention.csv",
    {
        "grouping": Column(TEXT, "all or persona: the curve; cohort: the triangle"),
        "group": Column(TEXT, "which one; all: (all); cohort: month of the first time, 2026-01"),
        "kpi": Column(TEXT, "id of the KPI"),
        "months": Column(WHOLE, "months of 30 days since the first time"),
        "n_customers": Column(WHOLE, "customers of the group", nullable=True),
        "n_at_risk": Column(WHOLE, "of them, followed through the month and (curve) not back before it", nullable=True),
        "n_returned": Column(WHOLE, "of those, back in the month (curve: for the first time)", nullable=True),
        "share": Column(NUMBER, "curve: back by the end of the month; triangle: back in the month", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "note": Column(TEXT, "why a number is missing: not yet followed, too few customers", nullable=True),
    },
    key=("grouping", "group", "kpi", "months"),
    per=("kpi", "months"),
)

OBJECTIVES = Table(
    "objectives",
    "data/assess/objectives.csv",
    {
        "id": Column(TEXT, "id of the objective"),
        "parent": Column(TEXT, "the objective it serves", nullable=True, is_declared=True),
        "depth": Column(WHOLE, "0 for an objective without a parent"),
        "measured_by": Column(TEXT, "kpi, hypothesis, transition, or objectives: as those under it"),
        "group": Column(TEXT, "a persona, or (all)"),
        "unit": Column(TEXT, "of the value: share, money, score, points or effect", nullable=True),
        "n": Column(WHOLE, "journeys, purchases, answers, visits or units behind it", nullable=True),
        "estimate": Column(NUMBER, "measured value", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "target": Column(NUMBER, "declared target", nullable=True, is_declared=True),
        "better": Column(TEXT, "higher or lower", is_declared=True),
        "by": Column(TEXT, "day by which it is wanted", nullable=True, is_declared=True),
        "status": Column(TEXT, "reached, not reached, not shown or not measured"),
        "is_due": Column(TEXT, "yes where the day has come by the cut-off, no where not", nullable=True),
        "believed": Column(NUMBER, "what the company takes the value to be", nullable=True, is_declared=True),
        "gap": Column(NUMBER, "believed minus measured", nullable=True),
        "gap_low": Column(NUMBER, "lower bound", nullable=True),
        "gap_high": Column(NUMBER, "upper bound", nullable=True),
        "belief": Column(TEXT, "too high, too low or compatible with the interval", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("id",),
    checks={"status is known": "status in ('reached', 'not reached', 'not shown', 'not measured')"},
)
