"""The effect on the exposed, adjusted for what was known before: doubly robust, cross-fitted by customer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.stats.effects import difference_of_means, influence_on_difference
from pipeline.stats.result import Effect
from pipeline.stats.splitmix import splitmix64
from pipeline.stats.sums import total

FOLDS = 5
LARGEST_PROPENSITY = 0.95  # beyond it one comparison unit would stand for more than 19 exposed ones
LEAST_OVERLAP = 0.80
LEAST_COMPARISONS = 10  # effective customers
RARE_UNITS, RARE_SHARE = 10, 0.01
CERTAIN = 500.0  # a logit beyond any doubt


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
    largest_weight
        Largest share of the comparisons' weight that one customer carries.
    is_overlap_failed
        Overlap under 0.80 or fewer than 10 effective comparison customers: no verdict may rest on it.
    influence
        What each unit moves the effect by (`effects.influence_on_difference`); 0 for units without overlap.
    """

    effect: Effect
    overlap: float
    comparisons: float
    largest_weight: float
    is_overlap_failed: bool
    influence: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False, compare=False)


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
    right. Cross-fitting: Chernozhukov et al. (2018). To first order its influence function is that of a difference
    of weighted means; with few customers the outcome model's own uncertainty shows, so what each comparison
    unit adds through the models fitted to it is part of its influence (Newey and McFadden 1994, section 6), and
    the variance that of `effects.difference_of_means`, clustered by customer. The propensity's part is left
    out: with it intervals are too long (decision 0012).
    Exposed units without overlap are left out, and so are unexposed ones beyond the same propensity.
    """
    outcome, exposed = np.asarray(outcome, dtype=float), np.asarray(exposed, dtype=bool)
    customers = np.asarray(customers)
    cells, part = _cells(covariates), fold_of(customers, folds)
    _refuse_empty_folds(exposed, part, folds)
    everybody = np.ones(len(exposed), bool)
    propensity = _cross_fitted(cells, part, exposed.astype(float), everybody, folds, ridge, _logistic).of_units(
        cells, part
    )
    model = _cross_fitted(cells, part, outcome, ~exposed, folds, ridge, _logistic if is_binary else _linear)
    residual = outcome - model.of_units(cells, part)
    weights, kept = _odds(propensity, exposed)
    overlap = float(np.mean(kept[exposed]))
    if min(np.count_nonzero(kept & exposed), np.count_nonzero(kept & ~exposed)) == 0:
        raise ValueError("need at least 2 customers among exposed units and 2 among others in the overlap, got none")
    further = _through_model(model, cells, part, outcome, exposed, np.where(kept, weights, 0.0))
    effect = difference_of_means(residual[kept], exposed[kept], customers[kept], weights[kept], further[kept])
    comparisons, largest = _comparisons(customers[kept & ~exposed], weights[kept & ~exposed])
    is_failed = overlap < LEAST_OVERLAP or comparisons < LEAST_COMPARISONS
    influence = np.zeros(len(exposed))
    influence[kept] = influence_on_difference(residual[kept], exposed[kept], weights[kept], further[kept])
    return Adjusted(effect, overlap, comparisons, largest, is_failed, influence)


def odds_of_exposure(
    exposed: np.ndarray, customers: np.ndarray, covariates: pd.DataFrame, folds: int = FOLDS, ridge: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Weights that make the unexposed units look like the exposed ones, and which units have comparable others.

    Parameters
    ----------
    exposed, customers, covariates, folds, ridge
        As `effect_on_exposed`.

    Returns
    -------
    tuple of numpy.ndarray
        1 for exposed units and e/(1-e) for the others; whether the propensity e is within the overlap.

    Examples
    --------
    >>> weights, kept = odds_of_exposure(np.arange(40) % 4 == 0, np.arange(40), pd.DataFrame(index=range(40)), folds=1)
    >>> round(float(weights[1]), 4), bool(kept.all())
    (0.3333, True)
    """
    exposed, part = np.asarray(exposed, dtype=bool), fold_of(np.asarray(customers), folds)
    everybody = np.ones(len(exposed), bool)
    cells = _cells(covariates)
    model = _cross_fitted(cells, part, exposed.astype(float), everybody, folds, ridge, _logistic)
    return _odds(model.of_units(cells, part), exposed)


def _odds(propensity: np.ndarray, exposed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    limit = min(LARGEST_PROPENSITY, float(propensity[~exposed].max()))
    kept = propensity <= limit
    odds = np.divide(propensity, 1 - propensity, out=np.zeros(len(propensity)), where=kept)
    return np.where(exposed, 1.0, odds), kept


def _refuse_empty_folds(exposed: np.ndarray, part: np.ndarray, folds: int) -> None:
    for fold in range(folds if folds > 1 else 0):
        learnt = exposed[part != fold]
        if (part == fold).any() and (learnt.all() or not learnt.any()):
            raise ValueError("need exposed and unexposed units outside each fold of customers")


@dataclass(frozen=True)
class _Cells:
    """Units with the same covariates are one cell: models are fitted to cells with counts, which is the same fit."""

    matrix: np.ndarray  # design of the cells, shape (n_cells, n_columns)
    of_unit: np.ndarray  # cell of each unit


def _cells(covariates: pd.DataFrame) -> _Cells:
    codes, size = np.zeros(len(covariates), dtype=np.int64), 1
    for name in covariates.columns:
        found, levels = pd.factorize(covariates[name], sort=True, use_na_sentinel=True)
        _, codes = np.unique(codes * (len(levels) + 1) + found + 1, return_inverse=True)
        size = int(codes.max()) + 1 if len(codes) else 0
    first = np.zeros(size, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    counts = np.bincount(codes, minlength=size).astype(float)
    return _Cells(design(covariates.iloc[first], counts), codes)


_Model = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray | None], np.ndarray]


@dataclass(frozen=True)
class _Fitted:
    """One model per fold of customers, fitted to the other folds, on the cells."""

    expected: np.ndarray  # shape (folds, n_cells)
    learnt: np.ndarray  # units that each was fitted to, shape (folds, n_cells)
    slope: np.ndarray  # of the expected outcome in the linear score
    penalty: np.ndarray  # shape (n_columns,)

    def of_units(self, cells: _Cells, part: np.ndarray) -> np.ndarray:
        """Return each unit's expected value, by the model that never saw its fold."""
        return self.expected[part, cells.of_unit]


def _cross_fitted(
    cells: _Cells,
    part: np.ndarray,
    target: np.ndarray,
    learnt_from: np.ndarray,
    folds: int,
    ridge: float,
    model: _Model,
) -> _Fitted:
    size = len(cells.matrix)
    counts, sums = np.zeros((folds, size)), np.zeros((folds, size))
    for fold in range(folds):
        mine = learnt_from & (part == fold)
        counts[fold] = np.bincount(cells.of_unit[mine], minlength=size)
        sums[fold] = np.bincount(cells.of_unit[mine], weights=target[mine], minlength=size)
    penalty = np.full(cells.matrix.shape[1], ridge)
    penalty[0] = 0.0
    scores, learnt, coefficients = np.empty((folds, size)), np.empty((folds, size)), None
    for fold in range(folds):
        others = [other for other in range(folds) if other != fold or folds == 1]
        learnt[fold], summed = counts[others].sum(axis=0), sums[others].sum(axis=0)
        known = learnt[fold] > 0
        coefficients = model(cells.matrix[known], learnt[fold][known], summed[known], penalty, coefficients)
        scores[fold] = cells.matrix @ coefficients
    if model is _linear:
        return _Fitted(scores, learnt, np.ones_like(scores), penalty)
    expected = _expit(scores)
    return _Fitted(expected, learnt, expected * (1 - expected), penalty)


def _through_model(
    model: _Fitted, cells: _Cells, part: np.ndarray, outcome: np.ndarray, exposed: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return what each comparison unit adds to the comparisons' mean through the models that were fitted to it.

    The estimate moves with the coefficients of fold k by ``-Σ q m' x`` over the fold's units, q being 1/n on exposed
    units and minus the share of the weight on others; a unit moves them by ``A⁻¹ x (y - m)``, A the curvature.
    """
    folds, size = model.expected.shape
    pull = np.where(exposed, weights / weights[exposed].sum(), -weights / weights[~exposed].sum())
    gain = np.empty((folds, size))
    for fold in range(folds):
        mine = part == fold
        pulled = np.bincount(cells.of_unit[mine], weights=pull[mine], minlength=size)
        weight = (model.learnt[fold] * model.slope[fold])[:, None]
        curvature = cells.matrix.T @ (cells.matrix * weight) + np.diag(model.penalty + 1e-10)
        direction = cells.matrix.T @ (pulled * model.slope[fold])
        gain[fold] = cells.matrix @ np.linalg.solve(curvature, direction)
    moved = gain * model.expected
    steps, offsets = gain.sum(axis=0)[cells.of_unit], moved.sum(axis=0)[cells.of_unit]
    if folds > 1:  # a unit's own fold learnt nothing from it
        steps, offsets = steps - gain[part, cells.of_unit], offsets - moved[part, cells.of_unit]
    return np.where(exposed, 0.0, steps * outcome - offsets)


def fold_of(customers: np.ndarray, folds: int) -> np.ndarray:
    """Part of each customer, from a hash of the code alone: the same on every machine and in every run.

    Notes
    -----
    The first output of SplitMix64 (Steele, Lea, Flood 2014) seeded with the code, modulo the number of folds.

    Examples
    --------
    >>> fold_of(np.array([0, 1, 2, 0]), 5).tolist()
    [0, 0, 0, 0]
    """
    return (splitmix64(np.asarray(customers).astype(np.int64)) % np.uint64(folds)).astype(np.int64)


def design(covariates: pd.DataFrame, counts: np.ndarray | None = None) -> np.ndarray:
    """Matrix of standardised numbers and indicators, with a first column of ones.

    Parameters
    ----------
    covariates
        One row per unit, or per kind of unit. Missing numbers become the mean and get an indicator of their own;
        missing categories are a category. Categories under 10 units or 1 % of units are pooled; the most
        frequent one is the reference.
    counts
        Units of each row; default 1.

    Examples
    --------
    >>> design(pd.DataFrame({"orders": [1.0, 3.0]})).tolist()
    [[1.0, -1.0], [1.0, 1.0]]
    >>> design(pd.DataFrame({"orders": [0.0, 4.0]}), np.array([3.0, 1.0])).round(4).tolist()
    [[1.0, -0.5774], [1.0, 1.7321]]
    """
    counts = np.ones(len(covariates)) if counts is None else np.asarray(counts, dtype=float)
    columns = [np.ones(len(covariates))]
    for name in covariates.columns:
        values = covariates[name]
        is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        columns += _standardised(values, counts) if is_number else _indicators(values, counts)
    return np.column_stack(columns)


def _standardised(values: pd.Series, counts: np.ndarray) -> list[np.ndarray]:
    numbers = values.to_numpy(dtype=float, na_value=math.nan)
    missing = np.isnan(numbers)
    known, weights = numbers[~missing], counts[~missing]
    columns = []
    if known.size:
        mean = total(weights * known) / total(weights)
        spread = math.sqrt(total(weights * (known - mean) ** 2) / total(weights))
        if spread > 0:
            columns.append(np.where(missing, 0.0, (numbers - mean) / spread))
    if missing.any() and not missing.all():
        columns.append(_centred(missing, counts))
    return columns


def _indicators(values: pd.Series, counts: np.ndarray) -> list[np.ndarray]:
    codes, levels = pd.factorize(values, use_na_sentinel=True)
    names = np.array([*(str(level) for level in levels), "(missing)"], dtype=object)
    per_level = np.bincount(np.where(codes < 0, len(levels), codes), weights=counts, minlength=len(names))
    least = max(RARE_UNITS, RARE_SHARE * counts.sum())
    ranked = sorted((-count, name, at) for at, (count, name) in enumerate(zip(per_level, names, strict=True)) if count)
    frequent = [at for count, _, at in ranked if -count >= least]
    codes = np.where(codes < 0, len(levels), codes)
    columns = [codes == at for at in frequent]
    is_other = ~np.isin(codes, frequent)
    if is_other.any():
        columns.append(is_other)
    return [_centred(column, counts) for column in columns[1:]]


def _centred(is_true: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return an indicator around 0, so that the penalty pulls towards the average unit."""
    return is_true - total(counts[is_true]) / total(counts)


def _logistic(
    matrix: np.ndarray, counts: np.ndarray, successes: np.ndarray, penalty: np.ndarray, start: np.ndarray | None
) -> np.ndarray:
    """Return the coefficients of a penalised logistic model of cells, by Newton's method with halved steps."""
    share = total(successes) / total(counts)
    coefficients = np.zeros(matrix.shape[1])
    if share in (0.0, 1.0):
        coefficients[0] = CERTAIN if share else -CERTAIN
        return coefficients
    coefficients[0] = math.log(share / (1 - share))
    if start is not None and abs(start[0]) < CERTAIN:
        coefficients = start

    def loss(candidate: np.ndarray) -> float:
        score = matrix @ candidate
        return float(np.sum(counts * np.logaddexp(0, score) - successes * score) + penalty @ candidate**2 / 2)

    current = loss(coefficients)
    for _ in range(100):
        chance = _expit(matrix @ coefficients)
        gradient = matrix.T @ (successes - counts * chance) - penalty * coefficients
        weight = counts * chance * (1 - chance)
        curvature = matrix.T @ (matrix * weight[:, None]) + np.diag(penalty + 1e-10)
        step = np.linalg.solve(curvature, gradient)
        while (proposed := loss(coefficients + step)) > current + 1e-9 * abs(current) and np.max(np.abs(step)) > 1e-12:
            step /= 2
        coefficients, current = coefficients + step, proposed
        if np.max(np.abs(step)) < 1e-10:
            break
    return coefficients


def _linear(
    matrix: np.ndarray, counts: np.ndarray, sums: np.ndarray, penalty: np.ndarray, _: np.ndarray | None
) -> np.ndarray:
    """Return the coefficients of least squares of cells, with the same penalty."""
    curvature = matrix.T @ (matrix * counts[:, None]) + np.diag(penalty + 1e-10)
    return np.linalg.solve(curvature, matrix.T @ sums)


def _expit(score: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(score, -CERTAIN, CERTAIN)))


def _comparisons(customers: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return Kish's effective number of customers, and the largest share of weight that one of them carries."""
    per_customer = np.bincount(pd.factorize(customers)[0], weights=weights)
    weight = total(per_customer)
    return weight**2 / total(per_customer**2), float(per_customer.max()) / weight
