"""Coarse strata from what is adjusted for, for the few units that a model could not be fitted to."""

from __future__ import annotations

import numpy as np
import pandas as pd

LEAST_SHARE = 0.90
MOST_FREQUENT = 3


def coarse_strata(
    covariates: pd.DataFrame, exposed: np.ndarray, least_share: float = LEAST_SHARE
) -> tuple[np.ndarray, list[str]]:
    """Strata of units that are roughly alike, as fine as leaves most units with somebody to be compared with.

    Parameters
    ----------
    covariates
        One row per unit. Numbers are cut at their median, other columns keep their three most frequent values and
        pool the rest; missing values are one more.
    exposed
        Truth per unit.
    least_share
        A column enters, in the order given, if in both arms this share of units stays in strata with both arms.

    Returns
    -------
    tuple of numpy.ndarray and list of str
        Code of each unit's stratum; names of the columns that entered.

    Examples
    --------
    >>> units = pd.DataFrame({"region": ["a", "b", "a", "b"], "code": ["1", "2", "3", "4"]})
    >>> strata, used = coarse_strata(units, np.array([True, True, False, False]))
    >>> strata.tolist(), used
    ([0, 1, 0, 1], ['region'])
    """
    exposed = np.asarray(exposed, dtype=bool)
    strata, used = np.zeros(len(covariates), dtype=np.int64), []
    for name in covariates.columns:
        levels = _levels(covariates[name])
        _, finer = np.unique(strata * (levels.max(initial=0) + 1) + levels, return_inverse=True)
        if share_with_both(finer, exposed) >= least_share:
            strata = finer
            used.append(name)
    return strata, used


def share_with_both(strata: np.ndarray, exposed: np.ndarray) -> float:
    """Share of units in strata that hold both arms, in the arm that has less of them.

    Examples
    --------
    >>> share_with_both(np.array([0, 0, 1, 0]), np.array([True, False, True, False]))
    0.5
    """
    arms = [np.bincount(strata[arm], minlength=int(strata.max(initial=0)) + 1) for arm in (exposed, ~exposed)]
    has_both = (arms[0] > 0) & (arms[1] > 0)
    return min(float(arm[has_both].sum() / max(arm.sum(), 1)) for arm in arms)


def _levels(values: pd.Series) -> np.ndarray:
    is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if is_number:
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        known = numbers[~np.isnan(numbers)]
        middle = np.quantile(known, 0.5, method="inverted_cdf") if known.size else 0.0
        return np.where(np.isnan(numbers), 2, numbers > middle).astype(np.int64)
    codes, levels = pd.factorize(values, sort=True)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    ranked = np.argsort(-counts, kind="stable")[:MOST_FREQUENT]
    place = np.full(len(levels) + 1, MOST_FREQUENT)
    place[ranked] = np.arange(len(ranked))
    place[-1] = MOST_FREQUENT + 1  # code -1: missing
    return place[codes].astype(np.int64)
