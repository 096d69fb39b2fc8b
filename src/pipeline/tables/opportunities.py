"""Contracts of assess: what removing pain points would bring, and the moments of truth."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, TEXT, WHOLE, Column, Table

ALL_OF_THEM = "(all of them)"  # the row of a group's ranked pain points removed together
RANKED, NO_VALUE, NOT_SELECTED, NOT_ESTIMATED, JOINT = "ranked", "no value", "not selected", "not estimated", "joint"
MOMENT, NOT_CONFIRMED, NOT_FOUND, NOT_EXAMINED = "moment of truth", "not confirmed", "not found", "not examined"

OPPORTUNITIES = Table(
    "opportunities",
    "data/assess/opportunities.csv",
    {
        "id": Column(TEXT, "id of the hypothesis, or (all of them): removed together"),
        "group": Column(TEXT, "(all) or the id of a persona"),
        "hypotheses": Column(TEXT, "ids of the hypotheses that are removed, joined by +"),
        "owner": Column(TEXT, "who declared to own the pain point, in English", nullable=True),
        "status": Column(
            TEXT, "ranked, joint, no value (no money declared), not selected (by one half alone), not estimated"
        ),
        "rank": Column(WHOLE, "by the lower bound of the gain, within the group", nullable=True),
        "grade": Column(TEXT, "evidence, as in hypotheses; of the joint row the weakest"),
        "outcome_kind": Column(TEXT, "binary, ordinal, continuous or time_to_event", nullable=True),
        "n_exposed": Column(WHOLE, "units exposed, of all customers", nullable=True),
        "customers_hit": Column(WHOLE, "customers exposed at least once", nullable=True),
        "share_hit": Column(NUMBER, "share of units exposed", nullable=True),
        "months": Column(NUMBER, "months that the exposures span", nullable=True),
        "n_estimated": Column(WHOLE, "exposed units with an outcome in the half that estimates", nullable=True),
        "n_customers": Column(WHOLE, "customers behind the estimate", nullable=True),
        "effect": Column(NUMBER, "what removal changes per exposed unit, for the better", nullable=True),
        "effect_low": Column(NUMBER, "lower bound", nullable=True),
        "effect_high": Column(NUMBER, "upper bound", nullable=True),
        "n_compared": Column(WHOLE, "units of that half with an outcome, exposed or not", nullable=True),
        "mean_now": Column(NUMBER, "mean outcome of these units; time to event: incidence", nullable=True),
        "mean_now_low": Column(NUMBER, "lower bound", nullable=True),
        "mean_now_high": Column(NUMBER, "upper bound", nullable=True),
        "mean_removed": Column(NUMBER, "projection: the same with the pain point removed", nullable=True),
        "mean_removed_low": Column(NUMBER, "lower bound", nullable=True),
        "mean_removed_high": Column(NUMBER, "upper bound", nullable=True),
        "outcomes": Column(NUMBER, "outcomes (or amounts) per month that removal gives back", nullable=True),
        "outcomes_low": Column(NUMBER, "lower bound", nullable=True),
        "outcomes_high": Column(NUMBER, "upper bound", nullable=True),
        "value_per_outcome": Column(NUMBER, "declared, currency", nullable=True),
        "gain": Column(NUMBER, "currency per month", nullable=True),
        "gain_low": Column(NUMBER, "lower bound: what the rank goes by", nullable=True),
        "gain_high": Column(NUMBER, "upper bound", nullable=True),
        "n_replicates": Column(WHOLE, "bootstrap replicates over customers", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("group", "id"),
    checks={
        "status is known": "status in ('ranked', 'joint', 'no value', 'not selected', 'not estimated')",
        "a rank has a gain": "rank is null or (status = 'ranked' and gain_low is not null)",
        "bounds are in order": "gain is null or gain_low <= gain_high",
        "a projection stands beside what is": "(mean_removed is null) = (mean_now is null)",
    },
)

MOMENTS = Table(
    "moments",
    "data/assess/moments.csv",
    {
        "group": Column(TEXT, "(all) or the id of a persona"),
        "stage": Column(TEXT, "stage of the journey"),
        "touchpoint": Column(TEXT, "kind of interaction"),
        "status": Column(TEXT, "moment of truth, not confirmed, not found, or not examined"),
        "measure": Column(TEXT, "of the experience: declared, score, wait or effort", nullable=True),
        "n_journeys": Column(WHOLE, "journeys of the half that estimates", nullable=True),
        "n_customers": Column(WHOLE, "customers behind them", nullable=True),
        "reach": Column(NUMBER, "share of these journeys that meet the touchpoint", nullable=True),
        "reach_low": Column(NUMBER, "lower bound", nullable=True),
        "reach_high": Column(NUMBER, "upper bound", nullable=True),
        "best_up_to": Column(NUMBER, "bound of the best quarter, measure's own unit (wait: hours)", nullable=True),
        "worst_from": Column(NUMBER, "bound of the worst quarter", nullable=True),
        "n_best": Column(WHOLE, "meetings in the best quarter, half that estimates", nullable=True),
        "n_worst": Column(WHOLE, "meetings in the worst quarter", nullable=True),
        "gap": Column(NUMBER, "share with the outcome, best minus worst quarter, adjusted", nullable=True),
        "gap_low": Column(NUMBER, "lower bound", nullable=True),
        "gap_high": Column(NUMBER, "upper bound", nullable=True),
        "selection_gap": Column(NUMBER, "the same in the half that selects: expect it to be larger", nullable=True),
        "q": Column(NUMBER, "in the half that selects, over the family", nullable=True),
        "family_size": Column(WHOLE, "touchpoints and groups tested together", nullable=True),
        "stability": Column(NUMBER, "share of bootstrapped selections that hold it", nullable=True),
        "n_replicates": Column(WHOLE, "bootstrap replicates over customers", nullable=True),
        "share_first": Column(NUMBER, "share of its meetings that open the journey", nullable=True),
        "share_last": Column(NUMBER, "share of its meetings that close the journey", nullable=True),
        "position": Column(TEXT, "first or last, where most of its meetings are; it promotes nothing", nullable=True),
        "note": Column(TEXT, "which part of the rule fails, or why a number is missing", nullable=True),
    },
    key=("group", "stage", "touchpoint"),
    checks={
        "status is known": "status in ('moment of truth', 'not confirmed', 'not found', 'not examined')",
        "a moment was selected": "status <> 'moment of truth' or (q is not null and gap_low > 0)",
    },
)
