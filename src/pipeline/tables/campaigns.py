"""Contracts of advertising: what campaigns cost per day, and what a goal reached by way of them cost."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, TEXT, WHOLE, Column, Table

CAMPAIGNS = Table(
    "campaigns",
    "data/clean/campaigns.csv",
    {
        "source": Column(TEXT, "folder in data/raw"),
        "campaign": Column(TEXT, "as the attribute `campaign` of its clicks"),
        "day": Column(TEXT, "ISO 8601, a day of the advertising account's time zone"),
        "cost": Column(NUMBER, "in the workspace's currency"),
        "impressions": Column(WHOLE, "times shown", nullable=True),
        "clicks": Column(WHOLE, "clicks, as the platform counts them", nullable=True),
    },
    key=("source", "campaign", "day"),
)

CAMPAIGN_COSTS = Table(
    "campaign_costs",
    "data/estimate/campaign_costs.csv",
    {
        "campaign": Column(TEXT, "as in data/clean/campaigns.csv"),
        "first_day": Column(TEXT, "first day counted"),
        "last_day": Column(TEXT, "last day counted: a horizon before the cut-off"),
        "cost": Column(NUMBER, "of these days, in the workspace's currency"),
        "impressions": Column(WHOLE, "of these days", nullable=True, is_declared=True),
        "clicks": Column(WHOLE, "of these days, as the platform counts them", nullable=True, is_declared=True),
        "n_journeys": Column(WHOLE, "journeys that began in these days by a step of this campaign", nullable=True),
        "n_customers": Column(WHOLE, "customers who made them", nullable=True),
        "n_goals": Column(WHOLE, "goals reached in these journeys within the horizon", nullable=True),
        "cost_per_goal": Column(NUMBER, "cost over n_goals", nullable=True),
        "ci_low": Column(NUMBER, "lower bound, goals clustered by customer", nullable=True),
        "ci_high": Column(NUMBER, "upper bound", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("campaign",),
    per=("campaign",),
)
