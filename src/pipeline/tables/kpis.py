"""Contracts beside the KPIs: second views, scores by stage, retention, paths, objectives; personas by clusters."""

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

KPI_STAGES = Table(
    "kpi_stages",
    "data/estimate/kpi_stages.csv",
    {
        "grouping": Column(TEXT, "all or persona"),
        "group": Column(TEXT, "which one; all: (all)"),
        "kpi": Column(TEXT, "id of a KPI that is a score"),
        "stage": Column(TEXT, "last stage of the journey before the answer, answers apart; (start): there is none"),
        "unit": Column(TEXT, "share, score or points"),
        "n": Column(WHOLE, "answers", nullable=True),
        "n_customers": Column(WHOLE, "customers who gave them", nullable=True),
        "estimate": Column(NUMBER, "in the unit", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("grouping", "group", "kpi", "stage"),
    per=("kpi", "stage"),
    adds_up="stage",
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

TYPICAL_PATHS = Table(
    "typical_paths",
    "data/estimate/typical_paths.csv",
    {
        "grouping": Column(TEXT, "all or persona"),
        "group": Column(TEXT, "which one; all: (all)"),
        "path": Column(TEXT, "stages in order, of the journey nearest to all others", nullable=True),
        "n_variants": Column(WHOLE, "different paths of complete journeys", nullable=True),
        "n_journeys": Column(WHOLE, "complete journeys", nullable=True),
        "n_walked": Column(WHOLE, "of them, along exactly this path", nullable=True),
        "n_customers": Column(WHOLE, "customers who walked it", nullable=True),
        "share": Column(NUMBER, "of complete journeys", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "distance": Column(NUMBER, "mean edit distance to the others, over the longer path: 0 … 1", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("grouping", "group"),
    per=(),
)

OBJECTIVES = Table(
    "objectives",
    "data/assess/objectives.csv",
    {
        "id": Column(TEXT, "id of the objective"),
        "parent": Column(TEXT, "the objective it serves", nullable=True, is_declared=True),
        "depth": Column(WHOLE, "0 for an objective without a parent"),
        "measured_by": Column(TEXT, "kpi, hypothesis, transition, emotion, or objectives: as those under it"),
        "group": Column(TEXT, "a persona, or (all)"),
        "unit": Column(TEXT, "of the value: share, money, score, points, emotion or effect", nullable=True),
        "n": Column(WHOLE, "journeys, purchases, answers, visits, units or customers behind it", nullable=True),
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

CLUSTERS = Table(
    "clusters",
    "data/segment/clusters.csv",
    {
        "k": Column(WHOLE, "number of clusters tried"),
        "n_customers": Column(WHOLE, "customers of the sample that was clustered"),
        "stability": Column(NUMBER, "least stable cluster: mean Jaccard overlap over bootstraps"),
        "width": Column(NUMBER, "mean silhouette"),
        "chance_width": Column(NUMBER, "the largest among samples whose columns were shuffled"),
        "is_chosen": Column(TEXT, "yes: these are the personas"),
    },
    key=("k",),
)

CLUSTER_NAMES = Table(
    "cluster_names",
    "data/segment/cluster_names.csv",
    {
        "persona": Column(TEXT, "id of the cluster, the largest of the sample first"),
        "name_fr": Column(TEXT, "what sets it apart, in French"),
        "name_en": Column(TEXT, "in English"),
    },
    key=("persona",),
)
