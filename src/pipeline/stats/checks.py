"""Checks of what the matrix takes for granted: order, stationarity and homogeneity, with rows clustered by customer.

`order_check` and `homogeneity_check` are permutation tests: deterministic, their draws come from a fixed key.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

PERMUTATIONS = 99  # so that 5 % of all data sets, the observed one included, is a whole number
ROUNDS = 200  # of drawing last moves again, until a walk exists
WALKERS = 50_000  # walked at a time; changes no number beyond memory
LEAST_CUSTOMERS, LEAST_VISITS, LEAST_MOVES = 50, 100, 25  # of a cohort, of a visit number in it, of a target in it
_ORDER_KEY, _PERSONA_KEY = 0x6F72646572, 0x706572736F6E61


@dataclass(frozen=True)
class Check:
    """What a check found.

    Parameters
    ----------
    statistic
        Large where what is taken for granted does not hold; not-a-number where nothing can be checked.
    p
        Its p-value.
    degrees
        Of freedom; 0 for a permutation test.
    customers
        Customers it rests on.
    """

    statistic: float
    p: float
    degrees: int
    customers: int


NOTHING = Check(math.nan, math.nan, 0, 0)


def order_check(walks: np.ndarray, boundary: int, permutations: int = PERMUTATIONS) -> Check:
    """Test whether the next stage depends on the one before the present one, within customers.

    Parameters
    ----------
    walks
        One row per customer, shape (n_customers, longest): the stages visited, in order, as codes from 0;
        -1 after the last.
    boundary
        Code that separates a customer's journeys: what comes after it is not tested.
    permutations
        Number of shuffled data sets.

    Returns
    -------
    Check
        ``customers``: those whose moves can stand in another order.

    Notes
    -----
    Where each customer has a transition matrix of their own, every order of their moves that starts and ends where
    they did and moves between the same stages as often is equally likely (Billingsley 1961). `shuffled`
    draws from these orders. With N the number of times stage i was entered from p and left for n, the
    statistic is ``Σ ((N - mean) / sd)²`` over all (p, i, n), mean and sd taken over the observed and all shuffled
    data sets; its p-value ``(1 + #{shuffled ≥ observed}) / (1 + permutations)`` is exact. Merely permuting
    the departures from a stage is not: a customer who leaves i for j comes back from j, and who is lost comes
    back no more. Cost: O(permutations · visits).
    """
    walks = np.asarray(walks)
    stages = int(walks.max(initial=0)) + 1
    changing = walks[_can_change(walks)]
    if not len(changing):
        return NOTHING
    counts = _triples(np.zeros(len(changing), dtype=np.int64), changing, stages, permutations + 1)
    generator = np.random.Generator(np.random.Philox(key=_ORDER_KEY))
    at_once = max(WALKERS // permutations, 1)
    for start in range(0, len(changing), at_once):
        block = np.repeat(changing[start : start + at_once], permutations, axis=0)
        data_sets = np.tile(np.arange(1, permutations + 1), len(block) // permutations)
        counts += _triples(data_sets, shuffled(block, generator), stages, permutations + 1)
    present = np.arange(stages**3) // stages % stages
    return _ranked(counts[:, present != boundary], len(changing))


def shuffled(walks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return each walk's moves in a random order that is a walk again, each such order equally likely.

    Parameters
    ----------
    walks
        As for `order_check`, shape (n, longest).
    generator
        Draws the orders.

    Notes
    -----
    Eulerian paths of the walk's multigraph (Kandel, Matias, Unger, Winkler 1996): the last departures from the
    stages are drawn until they lead from everywhere to the last stage, then each stage's other departures
    are put in random order, and the walk follows them. A walk that finds none in 200 rounds stays as it is.
    """
    walks = np.asarray(walks)
    rows, moves = np.arange(len(walks)), (walks >= 0).sum(axis=1) - 1
    stages, longest = int(walks.max()) + 1, walks.shape[1] - 1
    is_move = np.arange(longest)[None, :] < moves[:, None]
    source = np.where(is_move, walks[:, :-1], stages)
    target = np.where(is_move, walks[:, 1:], stages)
    per_stage = np.bincount((rows[:, None] * (stages + 1) + source).ravel(), minlength=len(walks) * (stages + 1))
    ends = per_stage.reshape(len(walks), stages + 1).cumsum(axis=1)
    begins = ends - per_stage.reshape(ends.shape)
    departures = np.take_along_axis(target, np.argsort(source, axis=1, kind="stable"), axis=1)  # the order as it was
    left, last = rows, walks[rows, moves]
    for _ in range(ROUNDS):
        in_order = np.argsort(source[left] + generator.random((len(left), longest)), axis=1)
        drawn = np.take_along_axis(target[left], in_order, axis=1)
        leads = _leads_to_end(drawn, begins[left], ends[left], last[left])
        departures[left[leads]] = drawn[leads]
        left = left[~leads]
        if not len(left):
            break
    found, place = walks.copy(), begins
    for step in range(longest):
        going = rows[step < moves]
        at = found[going, step]
        found[going, step + 1] = departures[going, place[going, at]]
        place[going, at] += 1
    return found


def _leads_to_end(departures: np.ndarray, begins: np.ndarray, ends: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Return, per walk, whether the last departures lead from every stage to the last one.

    Departures stand stage by stage, those of a stage from its place in `begins` to before that in `ends`.
    """
    rows = np.arange(len(departures))[:, None]
    following = departures[rows, np.maximum(ends - 1, 0)]
    following[rows[:, 0], last] = last
    following[:, -1] = begins.shape[1] - 1
    for _ in range(begins.shape[1].bit_length()):
        following = np.take_along_axis(following, following, axis=1)
    return ((following == last[:, None]) | (begins == ends))[:, :-1].all(axis=1)


def _can_change(walks: np.ndarray) -> np.ndarray:
    """Return which walks leave some stage for two different ones: the others have one order only."""
    is_changing = np.zeros(len(walks), dtype=bool)
    rows = np.arange(len(walks))
    first = np.full((len(walks), int(walks.max(initial=0)) + 1), -1)
    for step in range(walks.shape[1] - 1):
        at, after = walks[:, step], walks[:, step + 1]
        is_move = after >= 0
        known = first[rows, at]
        is_changing |= is_move & (known >= 0) & (known != after)
        unknown = is_move & (known < 0)
        first[rows[unknown], at[unknown]] = after[unknown]
    return is_changing


def _triples(data_sets: np.ndarray, walks: np.ndarray, stages: int, number: int) -> np.ndarray:
    """Return how often each (before, at, after) stands in the walks of each data set, shape (number, stages³)."""
    before, at, after = (walks[:, ahead : walks.shape[1] - 2 + ahead].astype(np.int64) for ahead in range(3))
    codes = ((data_sets[:, None] * stages + before) * stages + at) * stages + after
    counted = np.bincount(codes[after >= 0], minlength=number * stages**3)
    return counted.reshape(number, stages**3).astype(float)


def _ranked(counts: np.ndarray, customers: int) -> Check:
    """Return the check of the first data set among all, by how far each lies from their mean."""
    distances = _distances(counts)
    if distances is None:
        return NOTHING
    return Check(float(distances[0]), _share_as_far(distances, distances[0]), 0, customers)


def _distances(counts: np.ndarray) -> np.ndarray | None:
    """Return each data set's sum of squared distances from the mean of all, in their spread; None: nothing varies."""
    spread = counts.std(axis=0)
    varies = spread > 1e-9
    if not varies.any():
        return None
    squares: np.ndarray = ((counts - counts.mean(axis=0))[:, varies] / spread[varies]) ** 2
    return squares.sum(axis=1)


def _share_as_far(distances: np.ndarray, observed: float) -> float:
    """Return the share of data sets, the observed one first, as far away; equal ones may differ in the last digit."""
    reached = int((distances[1:] >= observed - 1e-12 * abs(observed)).sum())
    return (1 + reached) / len(distances)


@dataclass(frozen=True)
class Homogeneity:
    """What the check of personas found.

    Parameters
    ----------
    together
        All stages as one test.
    by_stage
        Each stage's own test, those in which nothing varies left out.
    adjusted
        Its p-value, corrected for all stages tested.
    """

    together: Check
    by_stage: Mapping[int, Check]
    adjusted: Mapping[int, float]


def homogeneity_check(
    counts: np.ndarray, stages: np.ndarray, personas: np.ndarray, strata: np.ndarray, permutations: int = PERMUTATIONS
) -> Homogeneity:
    """Test whether personas move alike, together and stage by stage, by permuting them within strata of customers.

    Parameters
    ----------
    counts
        Visits of each customer by where they led, shape (n_customers, n_cells).
    stages
        Stage of each cell, shape (n_cells,): cells of a stage make up a row of the matrix.
    personas, strata
        Of each customer, shape (n_customers,), codes from 0.
    permutations
        Number of permuted data sets.

    Notes
    -----
    With p the row of the matrix of everybody, a customer's deviation is their moves less p times their visits.
    The statistic is that of `order_check` on the deviations summed by persona: its p-value is exact where
    customers of a stratum would be interchangeable if personas moved alike, however unlike and however frequent
    their visits. Stage by stage the same permutations serve; the adjusted p is that of the largest standardised
    statistic over stages (maxT, Westfall & Young 1993, 2.3), which uses how stages hang together and, unlike Holm, can
    be small with few permutations. Cost: O(permutations · n_customers · n_cells).
    """
    counts, personas, stages = np.asarray(counts, dtype=float), np.asarray(personas), np.asarray(stages)
    if len(np.unique(personas)) < 2:
        return Homogeneity(NOTHING, {}, {})
    deviations = _deviations(counts, stages)
    in_strata = np.argsort(strata, kind="stable")
    is_persona = (personas[in_strata][:, None] == np.unique(personas)).astype(float)
    generator = np.random.Generator(np.random.Philox(key=_PERSONA_KEY))
    sums = [(is_persona.T @ deviations[in_strata]).ravel()]
    for _ in range(permutations):
        order = np.lexsort((generator.random(len(counts)), strata))
        sums.append((is_persona.T @ deviations[order]).ravel())
    together = _ranked(np.array(sums), len(counts))
    of_cells = np.tile(stages, is_persona.shape[1])
    return Homogeneity(together, *_by_stage(np.array(sums), of_cells, counts, stages))


def _by_stage(
    sums: np.ndarray, of_cells: np.ndarray, counts: np.ndarray, stages: np.ndarray
) -> tuple[dict[int, Check], dict[int, float]]:
    """Return each stage's check, and its p adjusted for all of them."""
    found, standardised = {}, {}
    for stage in np.unique(stages):
        distances = _distances(sums[:, of_cells == stage])
        if distances is None or distances.std() == 0:
            continue
        customers = int((counts[:, stages == stage].sum(axis=1) > 0).sum())
        found[int(stage)] = Check(float(distances[0]), _share_as_far(distances, distances[0]), 0, customers)
        standardised[int(stage)] = (distances - distances.mean()) / distances.std()
    if not found:
        return {}, {}
    largest = np.max(list(standardised.values()), axis=0)
    return found, {stage: _share_as_far(largest, one[0]) for stage, one in standardised.items()}


def _deviations(counts: np.ndarray, stages: np.ndarray) -> np.ndarray:
    deviations = counts.copy()
    for stage in np.unique(stages):
        own = stages == stage
        visits = counts[:, own].sum(axis=1)
        if visits.sum():
            deviations[:, own] -= visits[:, None] * (counts[:, own].sum(axis=0) / visits.sum())
    return deviations


def stationarity_check(
    totals: np.ndarray, products: np.ndarray, cells: np.ndarray, customers: np.ndarray, everybody: int
) -> Check:
    """Test whether one stage's row of the matrix is the same for all cohorts, clustered by customer.

    Parameters
    ----------
    totals
        Visits in each cell, shape (n_cells,).
    products
        ``Σ n_ca n_cb`` over customers c for each pair of cells, shape (n_cells, n_cells).
    cells
        Cohort, visit number and target of each cell as codes from 0, shape (n_cells, 3); cohorts in order of time.
    customers
        Customers of each cohort, by its code.
    everybody
        Customers of all cohorts, each counted once.

    Notes
    -----
    With m cohort, k visit number, j target and w_k the share of visits of number k, each cohort has the
    standardised share ``Σ_k w_k n_mkj / n_mk``; their differences from the last cohort's are tested to be 0
    together. Under the hypothesis the share within (k, j) is the pooled one, so a customer contributes
    ``Σ_k w_k (n_cmkj - p_kj n_cmk) / n_mk`` and the covariance is the sum of products of contributions – a clustered
    score test (Rao 1948; Boos 1992). Its statistic T for C customers and q degrees of freedom is referred to
    Hotelling's distribution, T (C - q) / (q (C - T)) ~ F(q, C - q). What is too rare to be tested is put together:
    cohorts in a row up to 50 customers, visit numbers down to 100 visits in each cohort, targets down to 25
    visits a cohort on average. Cost: O(n_cells² · q).
    """
    cohort, number, target = _pooled_codes(np.asarray(totals), np.asarray(cells), np.asarray(customers))
    cohorts, numbers, targets = (int(codes.max()) + 1 for codes in (cohort, number, target))
    if cohorts < 2 or targets < 2:
        return NOTHING
    table = np.zeros((cohorts, numbers, targets))
    np.add.at(table, (cohort, number, target), totals)
    visits, share = table.sum(axis=2), table.sum(axis=0) / table.sum(axis=(0, 2))[:, None]
    weight = visits.sum(axis=0) / visits.sum()
    # what a visit in each cell adds to the standardised share of each (cohort, target), less the pooled share
    scale = weight[number] / visits[cohort, number]
    is_target = target[:, None] == np.arange(targets)
    deviation = scale[:, None] * (is_target - share[number])
    adds = np.zeros((len(cohort), cohorts, targets))
    adds[np.arange(len(cohort)), cohort] = deviation
    kept = np.arange(targets) != int(table.sum(axis=(0, 1)).argmax())  # shares add up to 1: one says nothing new
    contrasts = (adds[:, :-1] - adds[:, -1:])[:, :, kept].reshape(len(cohort), -1)
    return _score(contrasts.T @ totals, contrasts.T @ products @ contrasts, everybody)


def _score(sums: np.ndarray, covariance: np.ndarray, customers: int) -> Check:
    """Return the score test of sums over customers against 0, by Hotelling's distribution."""
    values, vectors = np.linalg.eigh(covariance)
    known = values > 1e-10 * values.max(initial=0)
    degrees = int(known.sum())
    if not degrees or customers <= degrees + 1:
        return NOTHING
    distance = float(np.sum((vectors[:, known].T @ sums) ** 2 / values[known]))
    # the covariance is not centred, so the distance stays under the number of customers
    ratio = distance * (customers - degrees) / (degrees * max(customers - distance, 1e-9))
    return Check(distance, float(stats.f.sf(ratio, degrees, customers - degrees)), degrees, customers)


def _pooled_codes(totals: np.ndarray, cells: np.ndarray, customers: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the cells' codes after what is rare has been put together, as `stationarity_check` says."""
    merged, group, waiting = np.zeros(len(customers), dtype=np.int64), 0, 0
    for code, count in enumerate(customers):
        if waiting >= LEAST_CUSTOMERS:
            group, waiting = group + 1, 0
        merged[code] = group
        waiting += int(count)
    if waiting < LEAST_CUSTOMERS:  # what is left at the end joins the cohort before
        merged[merged == group] = max(group - 1, 0)
    cohort, number, target = merged[cells[:, 0]], cells[:, 1].copy(), cells[:, 2]
    while number.max() > 0:
        visits = np.zeros((cohort.max() + 1, number.max() + 1))
        np.add.at(visits, (cohort, number), totals)
        if visits.min() >= LEAST_VISITS:
            break
        number = np.minimum(number, number.max() - 1)
    moved = np.bincount(target, weights=totals)
    frequent = np.flatnonzero(moved >= LEAST_MOVES * (cohort.max() + 1))
    place = np.full(len(moved), len(frequent))
    place[frequent] = np.arange(len(frequent))
    return cohort, number, place[target]
