"""Which interval of a row of `hypotheses` its verdict rests on: the one that reports, maps and pictures show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd

Kind = Literal["adjusted", "crude"]
Row = Mapping[Any, Any] | pd.Series


def effect_kind(row: Row) -> Kind:
    """Return ``"adjusted"`` where the effect could be adjusted, else ``"crude"``.

    Parameters
    ----------
    row
        Of the table `hypotheses`.

    Examples
    --------
    >>> effect_kind({"adjusted_effect": -0.7}), effect_kind({"adjusted_effect": float("nan")})
    ('adjusted', 'crude')
    """
    return "crude" if pd.isna(row["adjusted_effect"]) else "adjusted"


def verdict_interval(row: Row, kind: Kind) -> tuple[float, float]:
    """Return the interval that is shown with an effect, in the outcome's unit; not a number where there is none.

    The effect that the verdict rests on shows what the verdict saw: for a score, of which only those who answered are
    known, Lee's bounds with their uncertainty (`lee_low`, `lee_high`); else its own interval. The other effect
    shows its own.

    Parameters
    ----------
    row
        Of the table `hypotheses`.
    kind
        Which effect.

    Examples
    --------
    >>> row = {"adjusted_effect": -0.72, "adjusted_low": -0.86, "adjusted_high": -0.58, "crude_low": -0.9,
    ...        "crude_high": -0.5, "lee_low": -1.11, "lee_high": -0.37}
    >>> verdict_interval(row, "adjusted"), verdict_interval(row, "crude")
    ((-1.11, -0.37), (-0.9, -0.5))
    """
    if kind == effect_kind(row) and not pd.isna(row["lee_low"]):
        return row["lee_low"], row["lee_high"]
    return row[f"{kind}_low"], row[f"{kind}_high"]
