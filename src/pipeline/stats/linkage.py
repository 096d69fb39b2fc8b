"""Errors of an identity graph: graphs redrawn with them once more, and what they add to an interval.

A graph that was found misses some links and makes false ones. The same errors are made once more on it, as often as
labelled persons show them: what that does to an estimate is taken for what the first errors did to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.stats.splitmix import uniform

_STREAMS = 4  # of draws per graph: apart, mixed, with whom, weights of labelled persons


@dataclass(frozen=True)
class Graph:
    """Identifiers with the customer that each fell to.

    Parameters
    ----------
    customer
        Per identifier, the number of its customer, from 0 without gaps.
    host
        Per identifier that hangs on another, that other; else -1. Where the other goes, it goes too.
    stratum
        Per identifier that could have been missed, alone with what hangs on it: the number of its like; else -1.
    hashes
        Per identifier, 64 bits that stay the same whatever else is in the graph: they decide what is drawn.
    doubt
        Per customer, the chance that its own links make it two persons', beside what `LinkErrors` says of everybody;
        None: there is none.
    """

    customer: np.ndarray
    host: np.ndarray
    stratum: np.ndarray
    hashes: np.ndarray
    doubt: np.ndarray | None = None


@dataclass(frozen=True)
class LinkErrors:
    """How often a graph errs, counted on labelled persons or declared.

    Parameters
    ----------
    missed
        Per labelled person and stratum, the pieces that were left apart, shape (n_persons, n_strata).
    attached
        Per labelled person, the identifiers of any stratum that were not left apart, shape (n_persons,).
    mixed
        Per labelled person, whether the customer found is somebody else's, too, shape (n_persons,).
    hashes
        Per labelled person, 64 bits that decide how much the person counts in each graph.
    """

    missed: np.ndarray
    attached: np.ndarray
    mixed: np.ndarray
    hashes: np.ndarray

    def rates(self, n_attached: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, float]:
        """Return per stratum the chance of being set apart, and the chance that a customer is mixed with another.

        Parameters
        ----------
        n_attached
            Per stratum, the identifiers of the whole graph that could be set apart.
        weights
            Of the labelled persons.

        Notes
        -----
        As many are set apart as were missed: ``rate_s = missed_s · (all attached / attached of the labelled) /
        n_attached_s``, at most 1. A mixed customer is two persons', so half as many are mixed as persons say.
        """
        attached, everybody = float(weights @ self.attached), float(weights.sum())
        if not attached or not everybody:
            return np.zeros(len(n_attached)), 0.0
        wanted = weights @ self.missed * (n_attached.sum() / attached)
        apart = np.divide(wanted, n_attached, out=np.zeros(len(n_attached)), where=n_attached > 0)
        return np.minimum(apart, 1.0), float(weights @ self.mixed) / everybody / 2


def redrawn(graph: Graph, errors: LinkErrors, number: int) -> np.ndarray:
    """Return the customer of each identifier in one redrawn graph.

    Parameters
    ----------
    graph
        As found.
    errors
        Of the labelled persons, who are weighed anew in each graph (Bayesian bootstrap, Rubin 1981): so what few labels
        leave open differs between graphs.
    number
        Which graph; each number draws anew.

    Returns
    -------
    ndarray of int
        Numbers of customers; those from ``graph.customer.max() + 1`` on are identifiers set apart.

    Examples
    --------
    Two customers of two identifiers; of the one stratum one in two was missed. Graph 5 sets the third apart.

    >>> graph = Graph(np.array([0, 0, 1, 1]), np.full(4, -1), np.array([0, -1, 0, -1]), np.arange(4, dtype=np.uint64))
    >>> errors = LinkErrors(np.array([[1]]), np.array([2]), np.array([False]), np.array([7], dtype=np.uint64))
    >>> [redrawn(graph, errors, number).tolist() for number in (0, 5)]
    [[0, 0, 1, 1], [0, 0, 4, 1]]
    """
    n_customers, places = int(graph.customer.max(initial=-1)) + 1, np.arange(len(graph.customer))
    weights = -np.log1p(-uniform(errors.hashes, _STREAMS * number + 4))
    n_attached = np.bincount(graph.stratum[graph.stratum >= 0], minlength=errors.missed.shape[1])
    apart, mixed = errors.rates(n_attached, weights)
    chance = np.where(graph.stratum >= 0, apart[graph.stratum], 0.0)
    is_apart = uniform(graph.hashes, _STREAMS * number + 1) < chance
    goes_with = np.where(is_apart | (graph.host < 0), places, graph.host)
    customer = np.where(is_apart[goes_with], n_customers + goes_with, _mixed(graph, mixed, number))
    return customer.astype(np.int64)


def _mixed(graph: Graph, chance: float, number: int) -> np.ndarray:
    """Return the customer of each identifier where some customers are taken for one with another."""
    n_customers = int(graph.customer.max(initial=-1)) + 1
    first = np.full(n_customers, len(graph.customer), dtype=np.int64)
    np.minimum.at(first, graph.customer, np.arange(len(graph.customer)))
    named = graph.hashes[first]
    partner = (uniform(named, _STREAMS * number + 3) * n_customers).astype(np.int64)
    chances = chance if graph.doubt is None else 1 - (1 - chance) * (1 - graph.doubt)
    is_mixed = uniform(named, _STREAMS * number + 2) < chances
    return np.where(is_mixed, partner, np.arange(n_customers))[graph.customer]


@dataclass(frozen=True)
class WithIdentity:
    """An estimate whose interval knows of errors of identity.

    Parameters
    ----------
    estimate
        With the bias taken off.
    low, high
        Of sampling and identity together.
    bias
        What link errors are taken to have done to the estimate on the graph found.
    identity_share
        Of the variance, what comes from identity.
    """

    estimate: float
    low: float
    high: float
    bias: float
    identity_share: float


def with_identity(found: float, variance: float, corrected: np.ndarray, level: float = 0.95) -> WithIdentity:
    """Return an estimate and its interval with the errors of the identity graph in it.

    Parameters
    ----------
    found
        The estimate on the graph found.
    variance
        Of sampling.
    corrected
        The estimate with what each of `k` redrawn graphs changes taken off, shape (k,).
    level
        Coverage.

    Returns
    -------
    WithIdentity
        ``mean(corrected) ± z · sqrt(variance + (1 + 1/k) · between)``, where ``between`` is the variance of
        ``corrected`` (Rubin 1987 for the sum of variances; Cook and Stefanski 1994 for taking off what one more dose of
        the same error does).

    Raises
    ------
    ValueError
        If there are fewer than two graphs.

    Examples
    --------
    Errors that lower a share by three points: without them it was three points higher.

    >>> both = with_identity(0.30, 0.0001, np.array([0.33, 0.335, 0.325]))
    >>> round(both.estimate, 3), round(both.bias, 3), round(both.identity_share, 2)
    (0.33, -0.03, 0.25)
    """
    k = len(corrected)
    if k < 2:
        raise ValueError(f"need at least 2 redrawn graphs, got {k}")
    centre = float(np.mean(corrected))
    between = (1 + 1 / k) * float(np.var(corrected, ddof=1))
    total = variance + between
    reach = float(stats.norm.ppf((1 + level) / 2)) * math.sqrt(total)
    return WithIdentity(centre, centre - reach, centre + reach, found - centre, between / total if total else 0.0)
