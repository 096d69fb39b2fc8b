"""Contracts of estimate: small tables of results, each number with its n and its interval."""

from __future__ import annotations

from dataclasses import replace

from pipeline.tables.contract import NUMBER, SMALL, TEXT, WHOLE, Column, Table

_SHARE = {
    "p": Column(NUMBER, "share, 0 … 1; empty where suppressed", nullable=True),
    "ci_low": Column(NUMBER, "lower bound", nullable=True),
    "ci_high": Column(NUMBER, "upper bound", nullable=True),
    "design_effect": Column(NUMBER, "variance over that of independent rows", nullable=True),
}
_GROUP = {
    "grouping": Column(TEXT, "all, persona, channel or period"),
    "group": Column(TEXT, "which one; all: (all)"),
}
_NOTE = {"note": Column(TEXT, "why a number is missing", nullable=True)}

TRANSITIONS = Table(
    "transitions",
    "data/estimate/transitions.csv",
    {
        **_GROUP,
        "from_stage": Column(TEXT, "a stage or (start)"),
        "to_stage": Column(TEXT, "a stage, (lost) or (unresolved)"),
        "horizon": Column(TEXT, "time allowed, from entry"),
        "n_visits": Column(WHOLE, "visits entered at least a horizon before the cut-off", nullable=True),
        "n_customers": Column(WHOLE, "customers who made them", nullable=True),
        "n_moved": Column(WHOLE, "visits that moved there within the horizon", nullable=True),
        "n_unresolved": Column(WHOLE, "visits of this row still going at the horizon", nullable=True),
        **_SHARE,
        "pooled": Column(NUMBER, "p drawn towards the row of all groups together; empty for all", nullable=True),
        "pooled_low": Column(NUMBER, "lower bound of pooled: empirical-Bayes credible interval", nullable=True),
        "pooled_high": Column(NUMBER, "upper bound of pooled", nullable=True),
        **_NOTE,
    },
    key=("grouping", "group", "from_stage", "to_stage"),
    per=("from_stage",),
)

RECENT_TRANSITIONS = Table(
    "recent_transitions",
    "data/estimate/recent_transitions.csv",
    {
        **_GROUP,
        "from_stage": Column(TEXT, "a stage"),
        "to_stage": Column(TEXT, "a stage, (lost) or (unresolved)"),
        "horizon": Column(TEXT, "time allowed, from entry"),
        "n_visits": Column(WHOLE, "all visits whose entry was seen, those still going included", nullable=True),
        "n_customers": Column(WHOLE, "customers who made them", nullable=True),
        "n_moved": Column(WHOLE, "visits seen to move there within the horizon; none for (unresolved)", nullable=True),
        "n_censored": Column(WHOLE, "visits of this row that the cut-off met before the horizon", nullable=True),
        **_SHARE,
        **_NOTE,
    },
    key=("grouping", "group", "from_stage", "to_stage"),
    per=("from_stage",),
)

REACHING = Table(
    "reaching",
    "data/estimate/reaching.csv",
    {
        **_GROUP,
        "stage": Column(TEXT, "the stage entered"),
        "horizon": Column(TEXT, "time allowed, from entry"),
        "n_visits": Column(WHOLE, "entries at least a horizon before the cut-off", nullable=True),
        "n_customers": Column(WHOLE, "customers who made them", nullable=True),
        "n_reached": Column(WHOLE, "entries followed by a goal within the horizon, in the same journey", nullable=True),
        **_SHARE,
        "chain": Column(NUMBER, "model-based: share if each move depended on the stage alone, no clock", nullable=True),
        "chain_low": Column(NUMBER, "lower bound of chain: percentile bootstrap over customers", nullable=True),
        "chain_high": Column(NUMBER, "upper bound of chain", nullable=True),
        "gap": Column(NUMBER, "p minus chain", nullable=True),
        "gap_low": Column(NUMBER, "lower bound of gap: same replicates", nullable=True),
        "gap_high": Column(NUMBER, "upper bound of gap", nullable=True),
        "n_replicates": Column(WHOLE, "bootstrap replicates", nullable=True),
        "n_degenerate": Column(WHOLE, "replicates without an answer, left out of the bounds", nullable=True),
        **_NOTE,
    },
    key=("grouping", "group", "stage"),
    per=("stage",),
)

CHECKS = Table(
    "checks",
    "data/estimate/checks.csv",
    {
        "check": Column(TEXT, "order, stationarity or homogeneity"),
        "group": Column(TEXT, "whose matrix: (all)"),
        "from_stage": Column(TEXT, "which row of it, or (all) together"),
        "n_customers": Column(WHOLE, "customers behind it; a sample where they are very many"),
        "statistic": Column(
            NUMBER, "large where the check fails; for (all) stages, that of the least p", nullable=True
        ),
        "degrees": Column(WHOLE, "degrees of freedom; 0: permutation test", nullable=True),
        "p": Column(NUMBER, "p-value", nullable=True),
        "p_adjusted": Column(NUMBER, "for all stages tested: by Holm, of homogeneity by maxT; else p", nullable=True),
        "verdict": Column(TEXT, "passed, failed (p_adjusted at most 0.05) or not applicable"),
        **_NOTE,
    },
    key=("check", "group", "from_stage"),
    checks={"verdict is known": "verdict in ('passed', 'failed', 'not applicable')"},
)

FUNNEL = Table(
    "funnel",
    "data/estimate/funnel.csv",
    {
        **_GROUP,
        "position": Column(SMALL, "order of the stage, from 1"),
        "stage": Column(TEXT, "the stage"),
        "n_journeys": Column(WHOLE, "journeys followed for the horizon", nullable=True),
        "n_customers": Column(WHOLE, "customers who made them", nullable=True),
        "n_reached": Column(WHOLE, "journeys that reached this stage or a later one", nullable=True),
        "n_visited": Column(WHOLE, "journeys that visited this very stage", nullable=True),
        **_SHARE,
        **_NOTE,
    },
    key=("grouping", "group", "stage"),
    per=(),
)

TIME_IN_STAGE = Table(
    "time_in_stage",
    "data/estimate/time_in_stage.csv",
    {
        **_GROUP,
        "stage": Column(TEXT, "the stage"),
        "n_visits": Column(
            WHOLE, "visits entered at least a horizon before the cut-off that moved on within it", nullable=True
        ),
        "n_customers": Column(WHOLE, "customers who made them", nullable=True),
        "quartile_1": Column(NUMBER, "days", nullable=True),
        "median": Column(NUMBER, "days", nullable=True),
        "median_low": Column(NUMBER, "days", nullable=True),
        "median_high": Column(NUMBER, "days", nullable=True),
        "quartile_3": Column(NUMBER, "days", nullable=True),
        **_NOTE,
    },
    key=("grouping", "group", "stage"),
    per=("stage",),
)

KPIS = Table(
    "kpis",
    "data/estimate/kpis.csv",
    {
        **_GROUP,
        "kpi": Column(TEXT, "id of the KPI"),
        "unit": Column(TEXT, "share, money, score, points or count"),
        "n": Column(WHOLE, "journeys, purchases or answers, as the KPI says", nullable=True),
        "n_customers": Column(WHOLE, "customers behind them", nullable=True),
        "estimate": Column(NUMBER, "in the unit", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "target": Column(NUMBER, "declared target", nullable=True, is_declared=True),
        "verdict": Column(TEXT, "reached, not reached or not shown: the interval against the target", nullable=True),
        **_NOTE,
    },
    key=("grouping", "group", "kpi"),
    per=("kpi",),
)

MONTHLY = Table(
    "monthly",
    "data/estimate/monthly.csv",
    {
        "measure": Column(TEXT, "kpi or transition"),
        "item": Column(TEXT, "id of the KPI, or from→to"),
        **_GROUP,
        "period": Column(TEXT, "a full month of entry, brand's local time: 2026-11"),
        "other_period": Column(TEXT, "the same month (for its variance) or an earlier one (for their covariance)"),
        "unit": Column(TEXT, "of numerator / denominator: share, money, score or points"),
        "definition": Column(TEXT, "changes with anything declared that decides what is counted"),
        "n_customers": Column(WHOLE, "customers seen in both months", nullable=True),
        "numerator": Column(NUMBER, "sum over them, of the period", nullable=True),
        "denominator": Column(NUMBER, "sum over them, of the period", nullable=True),
        "nn": Column(NUMBER, "sum of numerator × the other period's numerator", nullable=True),
        "nd": Column(NUMBER, "sum of numerator × the other period's denominator", nullable=True),
        "dn": Column(NUMBER, "sum of denominator × the other period's numerator", nullable=True),
        "dd": Column(NUMBER, "sum of denominator × the other period's denominator", nullable=True),
        **_NOTE,
    },
    key=("measure", "item", "grouping", "group", "period", "other_period"),
    checks={"measure is known": "measure in ('kpi', 'transition')"},
    per=("measure", "item", "period", "other_period"),
)

TOUCHPOINTS = Table(
    "touchpoints",
    "data/estimate/touchpoints.csv",
    {
        **_GROUP,
        "stage": Column(TEXT, "the stage"),
        "touchpoint": Column(TEXT, "kind of interaction"),
        "channel": Column(TEXT, "kind of channel"),
        "actor": Column(TEXT, "who acted"),
        "n_events": Column(WHOLE, "events", nullable=True),
        "n_customers": Column(WHOLE, "customers who met it", nullable=True),
        "reach": Column(NUMBER, "share of the group's customers who met it", nullable=True),
        "reach_low": Column(NUMBER, "lower bound", nullable=True),
        "reach_high": Column(NUMBER, "upper bound", nullable=True),
        **_NOTE,
    },
    key=("grouping", "group", "stage", "touchpoint", "channel", "actor"),
    per=("stage", "touchpoint", "channel", "actor"),
)

BY_SCORE, BY_TEXT = "score", "text"  # how an emotion is measured

EMOTIONS = Table(
    "emotions",
    "data/estimate/emotions.csv",
    {
        **_GROUP,
        "stage": Column(TEXT, "the stage; (anywhere): the journey as a whole"),
        "measured_by": Column(TEXT, "score (given by customers) or text (read from their words)"),
        "n": Column(WHOLE, "scored events, or texts with an emotion; (anywhere): customers", nullable=True),
        "n_customers": Column(WHOLE, "customers who gave them", nullable=True),
        "emotion": Column(NUMBER, "mean, -2 … +2; (anywhere): of the customers' own means", nullable=True),
        "ci_low": Column(NUMBER, "lower bound", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        **_NOTE,
    },
    key=("grouping", "group", "stage", "measured_by"),
    checks={"how it is measured is known": "measured_by in ('score', 'text')"},
    per=("stage", "measured_by"),
)

TEXT_AGREEMENT = Table(
    "text_agreement",
    "data/estimate/text_agreement.csv",
    {
        "language": Column(TEXT, "of the texts, two letters as declared"),
        "n_texts": Column(WHOLE, "texts that customers wrote", nullable=True),
        "n_read": Column(WHOLE, "of these, texts with at least one word of the lexicon", nullable=True),
        "n_pairs": Column(WHOLE, "of these, texts beside a score", nullable=True),
        "n_customers": Column(WHOLE, "customers who gave such pairs", nullable=True),
        "rho": Column(NUMBER, "Spearman's rank correlation of the text's emotion with the score's", nullable=True),
        "ci_low": Column(NUMBER, "lower bound, clustered by customer", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        **_NOTE,
    },
    key=("language",),
)

THEMES = Table(
    "themes",
    "data/estimate/themes.csv",
    {
        **_GROUP,
        "stage": Column(TEXT, "the stage in which the texts were written"),
        "language": Column(TEXT, "of the texts: fr or en"),
        "theme": Column(TEXT, "up to three terms, the most telling first; never a quote"),
        "n": Column(WHOLE, "texts with one of the terms", nullable=True),
        "n_customers": Column(WHOLE, "customers who wrote them", nullable=True),
        "n_texts": Column(WHOLE, "all texts of this stage and language", nullable=True),
        "p": Column(NUMBER, "share of these texts", nullable=True),
        "ci_low": Column(NUMBER, "lower bound, clustered by customer", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "change": Column(NUMBER, "share in the second half of the window minus the first", nullable=True),
        "change_low": Column(NUMBER, "lower bound, clustered by customer", nullable=True),
        "change_high": Column(NUMBER, "upper bound", nullable=True),
        "q": Column(NUMBER, "false discovery rate of the change, over the themes of the grouping", nullable=True),
        **_NOTE,
    },
    key=("grouping", "group", "stage", "language", "theme"),
    per=("stage", "language", "theme"),
)

SUPPRESSED = Table(
    "suppressed",
    "data/estimate/suppressed.csv",
    {
        "table": Column(TEXT, "table whose numbers are withheld"),
        **_GROUP,
        "place": Column(TEXT, "which rows of the group, as column=value; empty: all of them"),
        "reason": Column(TEXT, "small: too few customers; complement: a total would give another group away"),
        "rows": Column(WHOLE, "rows whose numbers are withheld"),
    },
    key=("table", "grouping", "group", "place"),
    checks={"reason is known": "reason in ('small', 'complement')"},
)

SUPPRESSED_CARDS = replace(SUPPRESSED, name="suppressed_cards", path="data/segment/suppressed_cards.csv")
SUPPRESSED_COMPARISONS = replace(
    SUPPRESSED, name="suppressed_comparisons", path="data/assess/suppressed_comparisons.csv"
)

COVERAGE = Table(
    "coverage",
    "data/estimate/coverage.csv",
    {
        "measure": Column(TEXT, "seen_by (a number of sources), overlap (of two) or off_site (neither web nor app)"),
        "item": Column(TEXT, "seen_by: how many sources; overlap: a source; off_site: (all) or a persona"),
        "other": Column(TEXT, "overlap: the source that sees the same customers; otherwise (all)"),
        "n": Column(WHOLE, "seen_by, overlap: customers; off_site: steps", nullable=True),
        "n_customers": Column(WHOLE, "customers: all, those of the source, or those of the persona", nullable=True),
        "share": Column(NUMBER, "of these customers; off_site: of their steps", nullable=True),
        "ci_low": Column(NUMBER, "lower bound, clustered by customer", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        **_NOTE,
    },
    key=("measure", "item", "other"),
    checks={"measure is known": "measure in ('seen_by', 'overlap', 'off_site')"},
)
