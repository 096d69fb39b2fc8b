"""The effect on the exposed, adjusted for what was known before: doubly robust, cross-fitted by customer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.stats.effects import difference_of_means
from pipeline.stats.result import Effect

FOLDS = 5
LARGEST_PROPENSITY = 0.95  # beyond it one comparison unit would stand for more than 19 exposed ones
LEAST_OVERLAP = 0.80
LEAST_COMPARISONS = 10  # effective customers
RARE_UNITS, RARE_SHARE = 30, 0.01


@dataclass(frozen=True)
class Adjusted:
    """An adjusted effect and whether the data can carry it.

    Parameters
    ----------
    effect
        On the exposed units that have comparable others.
    overlap
        Share of exposed units that have: propensity at most 0.95 and at most the largest among others.
    comparisons
        Effective number of comparison customers behind the weights (Kish).
    is_overlap_failed
        Overlap under 0.80 or fewer than 10 effective comparison customers: no verdict may rest on it.
    """

    effect: Effect
    overlap: float
    comparisons: float
    is_overlap_failed: bool


def effect_on_exposed(
    outcome: np.ndarray,
    exposed: np.ndarray,
    customers: np.ndarray,
    covariates: pd.DataFrame,
    is_binary: bool,
    folds: int = FOLDS,
    ridge: float = 1.0,
) -> Adjusted:
    """Average effect of the exposure on the exposed (ATT), doubly robust.

    Parameters
    ----------
    outcome, exposed, customers
        As `effects.difference_of_means`; customers are whole numbers.
    covariates
        One row per unit; numbers are standardised, everything else becomes indicators (`design`).
    is_binary
        Whether outcomes are 0/1 (logistic outcome model; else linear).
    folds
        Parts the customers fall into by a hash of their code; models that judge a part never saw it.
        1: no cross-fitting.
    ridge
        Penalty on standardised coefficients, as of a normal prior of variance ``1 / ridge``: it keeps
        separated data finite and is soon outweighed.

    Raises
    ------
    ValueError
        If an arm has fewer than two customers, before or after trimming to the overlap.

    Notes
    -----
    With m(x) the expected outcome of unexposed units and e(x) the propensity, residuals ``r = y - m(x)``
    and weights ``e / (1 - e)`` on unexposed units, the estimate is the mean residual of the exposed minus
    the weighted mean residual of the others – augmented inverse-probability weighting for the ATT with
    normalised weights (Robins, Rotnitzky, Zhao 1994; Moodie et al. 2018), consistent if either model is
    right. Cross-fitting: Chernozhukov et al. (2018). Its influence function is that of a difference of
    weighted means, so the variance is `effects.difference_of_means`', clustered by customer.
    Exposed units without overlap are left out, and so are unexposed ones beyond the same propensity.
    """
    outcome, exposed = np.asarray(outcome, dtype=float), np.asarray(exposed, dtype=bool)
    matrix = design(covariates)
    propensity, expected = np.empty(len(outcome)), np.empty(len(outcome))
    part = fold_of(np.asarray(customers), folds)
    for fold in range(folds):
        judged = part == fold
        learnt = ~judged if folds > 1 else judged
        control = learnt & ~exposed
        if not judged.any():
            continue
        if not control.any() or not (learnt & exposed).any():
            raise ValueError("need exposed and unexposed units outside each fold of customers")
        propensity[judged] = _logistic(matrix[learnt], exposed[learnt].astype(float), matrix[judged], ridge)
        model = _logistic if is_binary else _linear
        expected[judged] = model(matrix[control], outcome[control], matrix[judged], ridge)
    limit = min(LARGEST_PROPENSITY, float(propensity[~exposed].max()))
    kept = propensity <= limit
    overlap = float(np.mean(kept[exposed]))
    weights = np.where(exposed, 1.0, propensity / (1 - propensity))
    effect = difference_of_means((outcome - expected)[kept], exposed[kept], np.asarray(customers)[kept], weights[kept])
    comparisons = _comparisons(np.asarray(customers)[kept & ~exposed], weights[kept & ~exposed])
    return Adjusted(effect, overlap, comparisons, overlap < LEAST_OVERLAP or comparisons < LEAST_COMPARISONS)


def fold_of(customers: np.ndarray, folds: int) -> np.ndarray:
    """Part of each customer, from a hash of the code alone: the same on every machine and in every run.

    Notes
    -----
    SplitMix64 (Steele, Lea, Flood 2014) of the code, its domain kept apart by the added constant.

    Examples
    --------
    >>> fold_of(np.array([0, 1, 2, 0]), 5).tolist()
    [0, 0, 0, 0]
    """
    mixed = np.asarray(customers).astype(np.int64).view(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) % np.uint64(folds)).astype(np.int64)


def design(covariates: pd.DataFrame) -> np.ndarray:
    """Matrix of standardised numbers and indicators, with a first column of ones.

    Parameters
    ----------
    covariates
        One row per unit. Missing numbers become the mean and get an indicator of their own; missing
        categories are a category. Categories under 30 units or 1 % of units are pooled; the most
        frequent one is the reference.

    Examples
    --------
    >>> design(pd.DataFrame({"orders": [1.0, 3.0]})).tolist()
    [[1.0, -1.0], [1.0, 1.0]]
    """
    columns = [np.ones(len(covariates))]
    for name in covariates.columns:
        values = covariates[name]
        is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        columns += _standardised(values) if is_number else _indicators(values)
    return np.column_stack(columns)


def _standardised(values: pd.Series) -> list[np.ndarray]:
    numbers = values.to_numpy(dtype=float, na_value=math.nan)
    missing = np.isnan(numbers)
    known = numbers[~missing]
    columns = []
    if known.size:
        mean = math.fsum(known) / known.size
        spread = math.sqrt(math.fsum((known - mean) ** 2) / known.size)
        if spread > 0:
            columns.append(np.where(missing, 0.0, (numbers - mean) / spread))
    if missing.any() and not missing.all():
        columns.append(_centred(missing))
    return columns


def _indicators(values: pd.Series) -> list[np.ndarray]:
    texts = values.astype("object").map(lambda value: "(missing)" if pd.isna(value) else str(value))
    counts = texts.value_counts()
    least = max(RARE_UNITS, RARE_SHARE * len(texts))
    ranked = sorted((-int(count), str(name)) for name, count in counts.items())
    frequent = [name for count, name in ranked if -count >= least]
    pooled = texts.where(texts.isin(frequent), "(other)").to_numpy()
    levels = [*frequent, "(other)"] if "(other)" in pooled and "(other)" not in frequent else frequent
    return [_centred(pooled == level) for level in levels[1:]]


def _centred(is_true: np.ndarray) -> np.ndarray:
    """Return an indicator around 0, so that the penalty pulls towards the average unit."""
    return is_true - is_true.mean()


def _logistic(matrix: np.ndarray, truth: np.ndarray, judged: np.ndarray, ridge: float) -> np.ndarray:
    """Return the fitted chances of `judged` rows: penalised likelihood by Newton's method with halved steps."""
    penalty = np.full(matrix.shape[1], ridge)
    penalty[0] = 0.0
    share = float(np.clip(truth.mean(), 1e-12, 1 - 1e-12))
    if truth.min() == truth.max():
        return np.full(len(judged), truth[0])
    coefficients = np.zeros(matrix.shape[1])
    coefficients[0] = math.log(share / (1 - share))

    def loss(candidate: np.ndarray) -> float:
        score = matrix @ candidate
        return float(np.sum(np.logaddexp(0, score) - truth * score) + penalty @ candidate**2 / 2)

    current = loss(coefficients)
    for _ in range(100):
        chance = _expit(matrix @ coefficients)
        gradient = matrix.T @ (truth - chance) - penalty * coefficients
        weight = chance * (1 - chance)
        curvature = matrix.T @ (matrix * weight[:, None]) + np.diag(penalty + 1e-10)
        step = np.linalg.solve(curvature, gradient)
        while (proposed := loss(coefficients + step)) > current + 1e-9 * abs(current) and np.max(np.abs(step)) > 1e-12:
            step /= 2
        coefficients, current = coefficients + step, proposed
        if np.max(np.abs(step)) < 1e-10:
            break
    return _expit(judged @ coefficients)


def _linear(matrix: np.ndarray, outcome: np.ndarray, judged: np.ndarray, ridge: float) -> np.ndarray:
    """Return the fitted means of `judged` rows: least squares with the same penalty, in units of the spread."""
    scale = float(outcome.std()) or 1.0
    penalty = np.full(matrix.shape[1], ridge)
    penalty[0] = 0.0
    curvature = matrix.T @ matrix + np.diag(penalty + 1e-10)
    coefficients = np.linalg.solve(curvature, matrix.T @ (outcome / scale))
    return judged @ coefficients * scale


def _expit(score: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(score, -500, 500)))


def _comparisons(customers: np.ndarray, weights: np.ndarray) -> float:
    _, codes = np.unique(customers, return_inverse=True)
    per_customer = np.bincount(codes, weights=weights)
    return math.fsum(per_customer) ** 2 / math.fsum(per_customer**2)
