"""Errors of an identity graph: their rates from labelled pairs, graphs redrawn with them, and what they add to an interval.

A graph that tools find misses some links and makes false ones. The same errors are made once more, at the same rates, on the
graph that was found; what that does to an estimate is taken for what the first errors did to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

_GOLDEN, _MASK = 0x9E3779B97F4A7C15, 2**64 - 1
_ROUNDS = 12


@dataclass(frozen=True)
class LinkErrors:
    """How often a graph errs.

    Parameters
    ----------
    missed
        Per kind of identifier, of the pairs of one person's identifiers with an end of that kind, the share that is apart.
    false
        Of the pairs of identifiers in one customer, the share that belongs to two persons.
    """

    missed: np.ndarray
    false: float


@dataclass(frozen=True)
class Graph:
    """Identifiers with the customer that each fell to.

    Parameters
    ----------
    kind
        Per node, the number of its kind.
    customer
        Per node, the number of its customer, from 0 without gaps.
    host
        Per node that has one neighbour only, that neighbour; else -1. Where the neighbour goes, it goes too.
    hashes
        Per node, 64 bits that stay the same whatever else is in the graph: they decide what is drawn.
    """

    kind: np.ndarray
    customer: np.ndarray
    host: np.ndarray
    hashes: np.ndarray
    evidence: np.ndarray


def uniform(hashes: np.ndarray, stream: int) -> np.ndarray:
    """Return numbers in [0, 1) that depend on the hashes and the stream only (SplitMix64, Steele et al. 2014).

    Examples
    --------
    >>> numbers = uniform(np.arange(100_000, dtype=np.uint64), 3)
    >>> bool(abs(numbers.mean() - 0.5) < 0.01), bool((numbers < 1).all())
    (True, True)
    """
    return (scrambled(hashes, stream) >> np.uint64(11)).astype(float) / 2.0**53


def scrambled(hashes: np.ndarray, stream: int) -> np.ndarray:
    """Return 64 bits that depend on the hashes and the stream only."""
    mixed = hashes.astype(np.uint64) + np.uint64(_GOLDEN * (stream + 1) & _MASK)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def redrawn(graph: Graph, apart: np.ndarray, mixed: float, number: int) -> np.ndarray:
    """Return the customer of each node in one redrawn graph.

    Parameters
    ----------
    graph
        As found.
    apart
        Per kind, the chance that an identifier, with those that only it ties to the others, is apart from its customer.
    mixed
        The chance that a customer is taken for one with another.
    number
        Which graph; each number draws anew.

    Returns
    -------
    ndarray of int
        Numbers of customers, without order; those from ``graph.customer.max() + 1`` on are identifiers set apart.
    """
    n_customers = int(graph.customer.max(initial=-1)) + 1
    size = np.bincount(graph.customer, minlength=n_customers)
    chance = apart[graph.kind] * graph.evidence  # apart where every one of its occasions to be linked was missed
    is_apart = (uniform(graph.hashes, 3 * number) < chance) & (size[graph.customer] > 1)
    is_apart &= graph.host < 0  # what hangs on one identifier is never apart from it
    leader = np.where(graph.host >= 0, graph.host, np.arange(len(graph.kind)))
    customer = np.where(is_apart[leader], n_customers + leader, graph.customer)
    first = np.full(n_customers, len(graph.kind), dtype=np.int64)
    np.minimum.at(first, graph.customer, np.arange(len(graph.kind)))
    named = graph.hashes[first]
    is_mixed = uniform(named, 3 * number + 1) < mixed
    partner = (uniform(named, 3 * number + 2) * n_customers).astype(np.int64)
    target = np.where(is_mixed, partner, np.arange(n_customers))
    is_whole = customer < n_customers
    return np.where(is_whole, target[np.minimum(customer, n_customers - 1)], customer)


def pairs_apart(kind: np.ndarray, before: np.ndarray, after: np.ndarray, n_kinds: int) -> np.ndarray:
    """Return, per kind, the share of pairs in one customer before, with an end of that kind, that are apart after.

    Examples
    --------
    Three identifiers of one customer, of which the first (kind 0) is set apart: both pairs of kind 0, and of kind 1
    two of three.

    >>> pairs_apart(np.array([0, 1, 1]), np.array([0, 0, 0]), np.array([9, 0, 0]), 2).tolist()
    [1.0, 0.6666666666666666]
    """
    _, before = np.unique(before, return_inverse=True)
    _, both = np.unique(np.stack([before, np.unique(after, return_inverse=True)[1]]), axis=1, return_inverse=True)
    size, left = np.bincount(before)[before], np.bincount(both)[both]
    counted = size > 1
    share = (size - left)[counted] / (size - 1)[counted]
    n = np.bincount(kind[counted], minlength=n_kinds)
    return np.divide(np.bincount(kind[counted], weights=share, minlength=n_kinds), n, out=np.zeros(n_kinds), where=n > 0)


def rates(graph: Graph, errors: LinkErrors, graphs: int = 4) -> tuple[np.ndarray, float]:
    """Return `apart` and `mixed` of `redrawn` that make errors as often as they were made.

    Parameters
    ----------
    graph
        As found.
    errors
        As labelled pairs show them.
    graphs
        Graphs drawn in each round.

    Notes
    -----
    Per kind the chance is raised or lowered by what is wanted over what a few drawn graphs give, twelve times over.
    ``mixed = false / (1 - false) · pairs / (customers · mean size²)``: each customer mixed up adds about the square of
    the mean size in false pairs.
    """
    n_kinds = len(errors.missed)
    apart = np.clip(errors.missed, 0, 1) / 2
    for _ in range(_ROUNDS):
        drawn = [pairs_apart(graph.kind, graph.customer, redrawn(graph, apart, 0.0, g), n_kinds) for g in range(graphs)]
        found = np.mean(drawn, axis=0)
        change = np.divide(errors.missed, found, out=np.ones(n_kinds), where=found > 0)
        apart = np.clip(apart * np.clip(change, 0.25, 4), 0, 100)
    size = np.bincount(graph.customer).astype(float)
    pairs = float((size * (size - 1) / 2).sum())
    false_pairs = errors.false / max(1 - errors.false, 1e-9) * pairs
    return apart, min(false_pairs / max(len(size) * size.mean() ** 2, 1e-9), 1.0)


@dataclass(frozen=True)
class WithIdentity:
    """An estimate whose interval knows of errors of identity.

    Parameters
    ----------
    estimate
        With the shift taken off.
    low, high
        Of sampling and identity together.
    shift
        What redrawing does to the estimate, on average: the bias that the errors are taken to have made.
    identity_share
        Of the variance, what comes from identity.
    """

    estimate: float
    low: float
    high: float
    shift: float
    identity_share: float


def with_identity(estimate: float, variance: float, drawn: np.ndarray, level: float = 0.95) -> WithIdentity:
    """Return an estimate and its interval with the errors of the identity graph in it.

    Parameters
    ----------
    estimate
        On the graph found.
    variance
        Of sampling.
    drawn
        The same estimate on each of `k` redrawn graphs.
    level
        Coverage.

    Returns
    -------
    WithIdentity
        ``estimate - shift ± z · sqrt(variance + (1 + 1/k) · between)``, where ``shift = mean(drawn) - estimate`` and
        ``between`` is the variance among the drawn (Rubin 1987 for the sum of variances; Cook and Stefanski 1994 for
        taking off what one more dose of the same error does).

    Raises
    ------
    ValueError
        If there are fewer than two graphs.

    Examples
    --------
    Errors that lower a share by three points each time they are made: without them it was three points higher.

    >>> found = with_identity(0.30, 0.0001, np.array([0.27, 0.265, 0.275]))
    >>> round(found.estimate, 3), round(found.shift, 3), round(found.identity_share, 2)
    (0.33, -0.03, 0.25)
    """
    k = len(drawn)
    if k < 2:
        raise ValueError(f"need at least 2 redrawn graphs, got {k}")
    shift = float(np.mean(drawn)) - estimate
    between = (1 + 1 / k) * float(np.var(drawn, ddof=1))
    total = variance + between
    reach = float(stats.norm.ppf((1 + level) / 2)) * math.sqrt(total)
    centre = estimate - shift
    return WithIdentity(centre, centre - reach, centre + reach, shift, between / total if total else 0.0)
