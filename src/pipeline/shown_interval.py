"""Which interval of a row of `hypotheses` is shown: the same one in reports, maps, pictures and tables of actions."""

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


def shown_interval(row: Row, kind: Kind) -> tuple[float, float]:
    """Return the interval that is shown with an effect, in the outcome's unit; not a number where there is none.

    The effect that the verdict rests on shows the interval corrected for selection where it is supported (`fcr_low`,
    `fcr_high`); else what the verdict saw (`uncorrected_interval`). The other effect shows its own.

    Parameters
    ----------
    row
        Of the table `hypotheses`.
    kind
        Which effect.

    Examples
    --------
    >>> row = {"adjusted_effect": -0.72, "adjusted_low": -0.86, "adjusted_high": -0.58, "crude_low": -0.9,
    ...        "crude_high": -0.5, "lee_low": float("nan"), "fcr_low": -0.91, "fcr_high": -0.53}
    >>> shown_interval(row, "adjusted"), shown_interval(row, "crude")
    ((-0.91, -0.53), (-0.9, -0.5))
    """
    if kind != effect_kind(row):
        return row[f"{kind}_low"], row[f"{kind}_high"]
    return uncorrected_interval(row) if pd.isna(row["fcr_low"]) else (row["fcr_low"], row["fcr_high"])


def uncorrected_interval(row: Row) -> tuple[float, float]:
    """Return the interval that the verdict saw, before any correction for selection.

    Of a score, of which only those who answered are known, Lee's bounds with their uncertainty (`lee_low`,
    `lee_high`); else the effect's own interval.

    Examples
    --------
    >>> uncorrected_interval({"adjusted_effect": -0.72, "lee_low": -1.11, "lee_high": -0.37})
    (-1.11, -0.37)
    """
    if not pd.isna(row["lee_low"]):
        return row["lee_low"], row["lee_high"]
    kind = effect_kind(row)
    return row[f"{kind}_low"], row[f"{kind}_high"]
