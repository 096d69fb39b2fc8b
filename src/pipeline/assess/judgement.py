"""From comparisons to rows: q over the family, verdict, adjusted intervals of what is supported, cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.assess.row import Comparison, Row
from pipeline.params import Hypothesis, Params
from pipeline.stats.multiplicity import false_coverage_level, false_discovery_q, level_of_next
from pipeline.stats.verdicts import (
    INCONCLUSIVE,
    NO_OVERLAP,
    NOT_TESTED,
    SUPPORTED,
    customers_needed,
    verdict,
)
from pipeline.tables.hypotheses import SELECTED_RESPONDENTS


def judged(comparisons: Sequence[Comparison], params: Params) -> list[Row]:
    """Return the rows of the table: q over the family, verdict, adjusted intervals of what is supported, cost.

    Parameters
    ----------
    comparisons
        Of one family, such as `compare` gives them for each hypothesis and group of one brand.
    params
        Level of intervals, false discovery rate, correction.
    """
    tested = [comparison for comparison in comparisons if comparison.used is not None]
    q_values = false_discovery_q(np.array([comparison.p for comparison in tested]), params.assess_correction)
    q_of = {id(comparison): float(q) for comparison, q in zip(tested, q_values, strict=True)}
    family = _Family(
        len(tested), int(np.sum(q_values <= params.assess_level)), params.assess_level, params.assess_correction
    )
    rows = [_row(comparison, q_of.get(id(comparison)), family, params) for comparison in comparisons]
    selected = sum(row["verdict"] == SUPPORTED for row in rows)
    for row, comparison in zip(rows, comparisons, strict=True):
        if row["verdict"] == SUPPORTED and comparison.used is not None:
            level = false_coverage_level(selected, len(tested), params.assess_level, params.estimate.level)
            row["fcr_low"], row["fcr_high"] = bounds = comparison.used.interval(level)
            row |= _cost(comparison, bounds, row)
    return rows


@dataclass(frozen=True)
class _Family:
    size: int
    found: int
    rate: float
    correction: str

    def tested_at(self, q: float) -> float:
        """Return the p under which a row would be found, itself counted."""
        return level_of_next(self.found - (q <= self.rate), self.size, self.rate, self.correction)


def _row(comparison: Comparison, q: float | None, family: _Family, params: Params) -> Row:
    hypothesis, used, effect = comparison.hypothesis, comparison.used, comparison.effect
    row = {
        **comparison.row,
        "id": hypothesis.id,
        "group": comparison.group,
        "outcome_kind": hypothesis.outcome.kind,
        "direction": hypothesis.direction,
        "smallest_effect": hypothesis.smallest_effect,
        "family_size": family.size,
        "verdict": NOT_TESTED,
        "grade": comparison.grade,
        "note": "; ".join(comparison.notes) or None,
    }
    if comparison.is_overlap_failed:
        row |= {"verdict": INCONCLUSIVE, "sub_label": NO_OVERLAP}
    if used is None or effect is None or q is None:
        return row
    low, high = used.interval(params.estimate.level)
    row |= {"p": comparison.p, "q": q, "design_effect": effect.design_effect}
    if not comparison.is_overlap_failed:  # more customers would not mend that
        result, sub_label = verdict(low, high, hypothesis.direction, hypothesis.smallest_effect, q, family.rate)
        row |= {"verdict": result, "sub_label": sub_label}
        if result == INCONCLUSIVE and comparison.is_selected:  # nor that
            row["sub_label"] = SELECTED_RESPONDENTS
        elif result == INCONCLUSIVE:
            row["customers_needed"] = customers_needed(
                effect, hypothesis.smallest_effect, params.estimate.level, tested_at=family.tested_at(q)
            )
    return row | _cost(comparison, (low, high), row)


def _cost(comparison: Comparison, bounds: tuple[float, float], row: Row) -> Row:
    """Return the money at stake within these bounds of the effect, where an outcome is declared to be worth some."""
    hypothesis, effect = comparison.hypothesis, comparison.effect
    if effect is None or hypothesis.value_per_outcome is None or not math.isfinite(bounds[1] - bounds[0]):
        return {}
    return cost(effect.estimate, *bounds, hypothesis, row["n_exposed"])


def cost(estimate: float, low: float, high: float, hypothesis: Hypothesis, n_exposed: int) -> Row:
    """Return the money at stake: exposed units x effect in the claimed direction x value per outcome.

    Notes
    -----
    The effect is per unit, so it is units that count: with ``index: first …`` they are the customers hit, with
    ``index: every …`` a customer hit twice costs twice. Bounds are those of the effect; units are counted.
    """
    sign = 1 if hypothesis.direction == "higher" else -1
    factor = sign * n_exposed * (hypothesis.value_per_outcome or 0.0)
    bounds = sorted((low * factor, high * factor))
    return {"cost": estimate * factor, "cost_low": bounds[0], "cost_high": bounds[1]}
