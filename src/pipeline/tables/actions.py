"""Contract of assess: what was done about pain points, what was expected of it, and what was measured since."""

from __future__ import annotations

from pipeline.tables.contract import NUMBER, TEXT, WHOLE, Column, Table

MEASURED, TOO_EARLY, NOT_MEASURED, NOT_DECLARED = "measured", "too early", "not measured", "no measure declared"
BEFORE_AFTER, RANDOMISED = "before and after", "randomised"
BETTER, WORSE, NOT_SHOWN = "better", "worse", "not shown"

ACTIONS = Table(
    "actions",
    "data/assess/actions.csv",
    {
        "id": Column(TEXT, "id of the action in actions.yaml"),
        "opportunity": Column(TEXT, "hypothesis that it is against"),
        "date": Column(TEXT, "first day on which it is in force"),
        "status": Column(TEXT, "measured, too early, not measured, or no measure declared"),
        "measured_by": Column(TEXT, "id of the KPI or of the randomised hypothesis", nullable=True),
        "group": Column(TEXT, "(all) or the persona in whom it is measured", nullable=True),
        "design": Column(TEXT, "before and after, or randomised", nullable=True),
        "unit": Column(TEXT, "share, money, score or points; of a hypothesis its kind of outcome", nullable=True),
        "expected": Column(NUMBER, "effect that was expected, above 0 is better", nullable=True),
        "told_from": Column(TEXT, "first day on which data can tell the effect", nullable=True),
        "before_period": Column(TEXT, "full month before the month of the action; randomised: none", nullable=True),
        "after_period": Column(TEXT, "full month after it; randomised: none", nullable=True),
        "before": Column(NUMBER, "value before; randomised: of those without", nullable=True),
        "after": Column(NUMBER, "value after; randomised: of those with", nullable=True),
        "n_before": Column(WHOLE, "customers before; randomised: units without", nullable=True),
        "n_after": Column(WHOLE, "customers after; randomised: units with", nullable=True),
        "effect": Column(NUMBER, "what was measured, above 0 is better", nullable=True),
        "effect_low": Column(NUMBER, "lower bound", nullable=True),
        "effect_high": Column(NUMBER, "upper bound", nullable=True),
        "season": Column(NUMBER, "the same change a year before, above 0 is better", nullable=True),
        "finding": Column(TEXT, "better, worse or not shown: the interval against 0", nullable=True),
        "expectation": Column(TEXT, "too high, too low or compatible with the interval", nullable=True),
        "grade": Column(TEXT, "evidence: A randomised, D before and after", nullable=True),
        "note": Column(TEXT, "why a number is missing", nullable=True),
    },
    key=("id",),
    checks={
        "status is known": "status in ('measured', 'too early', 'not measured', 'no measure declared')",
        "a measured effect has its interval and n": (
            "status <> 'measured' or (effect_low <= effect and effect <= effect_high and n_before > 0 and n_after > 0)"
        ),
        "only a measured effect is told": "status = 'measured' or effect is null",
    },
)
