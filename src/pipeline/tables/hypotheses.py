"""Contracts of assess: the hypotheses and their verdicts."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, TEXT, WHOLE, Column, Table

SELECTED_RESPONDENTS = "selected respondents"  # a sub-label: the verdict rests on bounds, as answers are selected

HYPOTHESES = Table(
    "hypotheses",
    "data/assess/hypotheses.csv",
    {
        "id": Column(TEXT, "id of the hypothesis"),
        "group": Column(TEXT, "(all) or the id of a persona"),
        "outcome_kind": Column(TEXT, "binary, ordinal, continuous or time_to_event"),
        "direction": Column(TEXT, "claimed direction of the effect: higher or lower"),
        "smallest_effect": Column(NUMBER, "least effect worth acting on, outcome's unit"),
        "n_exposed": Column(WHOLE, "units exposed; empty where too few customers are behind", nullable=True),
        "n_unexposed": Column(WHOLE, "units not exposed", nullable=True),
        "n_customers": Column(WHOLE, "customers behind them", nullable=True),
        "customers_hit": Column(WHOLE, "customers exposed at least once", nullable=True),
        "share_hit": Column(NUMBER, "share of units exposed", nullable=True),
        "mean_exposed": Column(
            NUMBER, "mean outcome of the exposed; time to event: incidence at the window's end", nullable=True
        ),
        "mean_unexposed": Column(NUMBER, "the same of the others", nullable=True),
        "crude_effect": Column(NUMBER, "exposed minus unexposed", nullable=True),
        "crude_low": Column(NUMBER, "lower bound", nullable=True),
        "crude_high": Column(NUMBER, "upper bound", nullable=True),
        "adjusted_effect": Column(
            NUMBER, "on the exposed, doubly robust; empty if nothing to adjust for", nullable=True
        ),
        "adjusted_low": Column(NUMBER, "lower bound", nullable=True),
        "adjusted_high": Column(NUMBER, "upper bound", nullable=True),
        "superiority": Column(
            NUMBER, "chance that an exposed unit scores higher than another (ordinal)", nullable=True
        ),
        "superiority_low": Column(NUMBER, "lower bound", nullable=True),
        "superiority_high": Column(NUMBER, "upper bound", nullable=True),
        "overlap": Column(NUMBER, "share of exposed units with comparable others", nullable=True),
        "comparisons": Column(NUMBER, "effective customers that exposed units are compared with", nullable=True),
        "largest_weight": Column(NUMBER, "largest share of their weight that one customer carries", nullable=True),
        "ratio": Column(NUMBER, "crude ratio of means, exposed over others; binary: risk ratio", nullable=True),
        "ratio_low": Column(NUMBER, "lower bound", nullable=True),
        "ratio_high": Column(NUMBER, "upper bound", nullable=True),
        "time_lost": Column(
            NUMBER, "time to event: crude difference in mean days lost to it in the window", nullable=True
        ),
        "time_lost_low": Column(NUMBER, "lower bound", nullable=True),
        "time_lost_high": Column(NUMBER, "upper bound", nullable=True),
        "hazard_ratio": Column(NUMBER, "time to event: crude ratio of cause-specific hazards", nullable=True),
        "hazard_ratio_low": Column(NUMBER, "lower bound", nullable=True),
        "hazard_ratio_high": Column(NUMBER, "upper bound", nullable=True),
        "winsorised_effect": Column(NUMBER, "effect with the declared share of the top brought down", nullable=True),
        "winsorised_low": Column(NUMBER, "lower bound", nullable=True),
        "winsorised_high": Column(NUMBER, "upper bound", nullable=True),
        "e_value": Column(
            NUMBER, "risk ratio with exposure and outcome that a confounder not adjusted for would need", nullable=True
        ),
        "e_value_bound": Column(NUMBER, "the same, to move the bound nearer to no effect", nullable=True),
        "response_gap": Column(NUMBER, "ordinal: share that answered, exposed minus others", nullable=True),
        "response_gap_low": Column(NUMBER, "lower bound", nullable=True),
        "response_gap_high": Column(NUMBER, "upper bound", nullable=True),
        "bound_low": Column(NUMBER, "crude effect if the silent had answered at worst one way", nullable=True),
        "bound_high": Column(NUMBER, "and the other way", nullable=True),
        "lee_low": Column(NUMBER, "scores: bound of the effect on those who answer exposed or not", nullable=True),
        "lee_high": Column(NUMBER, "upper bound; uncertainty included; the verdict rests on them", nullable=True),
        "fcr_low": Column(NUMBER, "false-coverage-adjusted bound (supported rows)", nullable=True),
        "fcr_high": Column(NUMBER, "false-coverage-adjusted bound (supported rows)", nullable=True),
        "p": Column(NUMBER, "p-value, two-sided", nullable=True),
        "q": Column(NUMBER, "Benjamini-Hochberg over the family", nullable=True),
        "family_size": Column(WHOLE, "rows tested together"),
        "design_effect": Column(NUMBER, "variance over that of independent rows", nullable=True),
        "verdict": Column(TEXT, "supported, refuted, inconclusive or not tested"),
        "sub_label": Column(TEXT, "material, real but too small, opposite …", nullable=True),
        "customers_needed": Column(WHOLE, "for 80 % power at the smallest effect", nullable=True),
        "grade": Column(TEXT, "evidence: A randomised, B quasi-experiment, C adjusted, D crude, E opinion"),
        "cost": Column(
            NUMBER, "exposed units x effect in the claimed direction x value per outcome, currency", nullable=True
        ),
        "cost_low": Column(NUMBER, "lower bound", nullable=True),
        "cost_high": Column(NUMBER, "upper bound", nullable=True),
        "n_left_out": Column(WHOLE, "units whose outcome window is not complete at the cut-off"),
        "n_answered_exposed": Column(WHOLE, "ordinal: exposed units that answered", nullable=True),
        "n_answered_unexposed": Column(WHOLE, "ordinal: other units that answered", nullable=True),
        "note": Column(TEXT, "what a reader must know beside the numbers", nullable=True),
    },
    key=("id", "group"),
    checks={"verdict is known": "verdict in ('supported', 'refuted', 'inconclusive', 'not tested')"},
)
