"""One row of hypotheses in the making, and the sample that it is computed from."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pandas as pd

from pipeline.params import Hypothesis
from pipeline.stats.result import Effect

Row = dict[str, Any]

ADJUSTED, CRUDE, RANDOMISED = "C", "D", "A"


class Evidence(Protocol):
    """What a verdict can rest on: an effect, a permutation test, or bounds."""

    @property
    def p(self) -> float:
        """Two-sided p-value of no effect."""

    def interval(self, level: float) -> tuple[float, float]:
        """Bounds of the effect at a level."""


@dataclass(frozen=True)
class Sample:
    """Units that have an outcome, as arrays.

    Parameters
    ----------
    outcome, exposed, customers
        One entry per unit, as `stats.effects.difference_of_means` takes them.
    covariates
        What is adjusted for, one row per unit; no column: nothing is.
    is_binary
        Whether outcomes are 0 or 1.
    """

    outcome: np.ndarray
    exposed: np.ndarray
    customers: np.ndarray
    covariates: pd.DataFrame
    is_binary: bool


@dataclass
class Comparison:
    """One row in the making.

    Parameters
    ----------
    hypothesis, group
        What was compared, in whom.
    row
        Columns of the table that are known so far.
    used
        What the verdict rests on; None: not tested.
    effect
        The estimate and its standard error: cost and the customers needed are computed from it.
    p
        Its p-value (crude ordinal: of the rank test).
    grade
        A drawn at random, C adjusted, D crude.
    is_overlap_failed
        Whether the adjusted estimate lacks comparable units.
    is_selected
        Whether exposed and other units answered in different shares, so that only bounds are known.
    notes
        What a reader must know beside the numbers.
    """

    hypothesis: Hypothesis
    group: str
    row: Row
    used: Evidence | None = None
    effect: Effect | None = None
    p: float = float("nan")
    grade: str = CRUDE
    is_overlap_failed: bool = False
    is_selected: bool = False
    notes: list[str] = field(default_factory=list)

    def rest_on(self, used: Evidence, effect: Effect, p: float | None = None) -> None:
        """Rest the verdict on this."""
        self.used, self.effect, self.p = used, effect, used.p if p is None else p


def named(kind: str, estimate: float, bounds: tuple[float, float]) -> Row:
    """Return an effect and its bounds under their columns."""
    return {f"{kind}_effect": estimate, **between(kind, bounds)}


def between(kind: str, bounds: tuple[float, float]) -> Row:
    """Return two bounds under their columns; one that cannot be had is empty."""
    low, high = (bound if math.isfinite(bound) else None for bound in bounds)
    return {f"{kind}_low": low, f"{kind}_high": high}
