"""Identifiers joined into customers, under the guards that every link has: hubs, shared ones, too large customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.identify import graph
from pipeline.params import IdentifierKind, Params


@dataclass(frozen=True)
class Joined:
    """The graph, joined: one entry per node.

    Parameters
    ----------
    least
        Least node of the component.
    degree
        Neighbours.
    is_hub, is_shared, is_cut
        Links nobody: more neighbours than the kind's hub_limit; more of another kind than its at_most; cut off a
        customer that was too large.
    n_links
        Pairs of identifiers that stood on one event.
    """

    least: np.ndarray
    degree: np.ndarray
    is_hub: np.ndarray
    is_shared: np.ndarray
    is_cut: np.ndarray
    n_links: int

    @property
    def is_apart(self) -> np.ndarray:
        """Whether each node links nobody, for any reason."""
        return self.is_hub | self.is_shared | self.is_cut

    @property
    def size(self) -> np.ndarray:
        """Nodes in the component of each node."""
        return np.bincount(self.least, minlength=len(self.least)).astype(np.int32)[self.least]

    @property
    def least_nodes(self) -> np.ndarray:
        """Least node of each component, ascending."""
        return np.flatnonzero(self.least == np.arange(len(self.least)))


def hub_limits(counts: Mapping[str, int], declared: Mapping[str, IdentifierKind]) -> np.ndarray:
    """Return the hub limit of each node's kind, infinite where none is declared; nodes lie in the order of kinds.

    Examples
    --------
    >>> kinds = {"email": IdentifierKind("email"), "device": IdentifierKind("device", hub_limit=5)}
    >>> hub_limits({"device": 2, "email": 1}, kinds)
    array([ 5.,  5., inf])
    """
    limits = [float(declared[kind].hub_limit or np.inf) for kind in counts]
    return np.repeat(limits, list(counts.values()))


def met_too_many(
    counts: Mapping[str, int], declared: Mapping[str, IdentifierKind], nodes: np.ndarray, others: np.ndarray
) -> np.ndarray:
    """Return whether each identifier met more values of another kind than its own kind's at_most allows.

    Parameters
    ----------
    counts
        Identifiers of each kind, in the order of the nodes.
    declared
        The kinds.
    nodes, others
        Links, each once.

    Examples
    --------
    Device 0 met one login, device 1 both:

    >>> kinds = {"device": IdentifierKind("device", at_most={"login": 1}), "login": IdentifierKind("login")}
    >>> met_too_many({"device": 2, "login": 2}, kinds, np.array([0, 1, 1]), np.array([2, 2, 3])).tolist()
    [False, True, False, False]
    """
    names = list(counts)
    kind = np.repeat(np.arange(len(names)), list(counts.values()))
    found = np.zeros(len(kind), dtype=bool)
    for place, name in enumerate(names):
        for other, limit in declared[name].at_most.items():
            if other in counts:
                is_other = kind == names.index(other)
                met = graph.degrees(len(kind), nodes[is_other[others]], others[is_other[nodes]])
                found |= (kind == place) & (met > limit)
    return found


def resolve(
    limits: np.ndarray,
    nodes: np.ndarray,
    others: np.ndarray,
    largest: int | None = None,
    is_shared: np.ndarray | None = None,
) -> Joined:
    """Connect identifiers into customers.

    Parameters
    ----------
    limits
        Neighbours that each node may have, shape (n,). Nodes are numbered by kind and keyed hash, so the least node
        of a component is its least identifier, and adding data renames as few customers as possible.
    nodes, others
        Links, each once.
    largest
        Identifiers a customer may have; None: any number.
    is_shared
        Nodes that link nobody, however few they met, shape (n,); None: none.

    Returns
    -------
    Joined
        Independent of the order of links. Cost: linear in identifiers and links.
    """
    n = len(limits)
    degree = graph.degrees(n, nodes, others)
    is_hub = degree > limits
    is_shared = np.zeros(n, dtype=bool) if is_shared is None else is_shared & ~is_hub
    is_apart = is_hub | is_shared
    kept = ~(is_apart[nodes] | is_apart[others])
    is_cut, least = graph.cut_to_size(n, nodes[kept], others[kept], largest)
    return Joined(least, degree, is_hub, is_shared, is_cut, len(nodes))


def guarded(counts: Mapping[str, int], params: Params, nodes: np.ndarray, others: np.ndarray) -> Joined:
    """Connect identifiers into customers under the guards that params.yaml declares; see `resolve`.

    Parameters
    ----------
    counts
        Identifiers of each kind, in the order of the nodes.
    params
        Kinds with their guards, and how large a customer may be.
    nodes, others
        Links, each once.
    """
    limits = hub_limits(counts, params.identifiers)
    is_shared = met_too_many(counts, params.identifiers, nodes, others)
    return resolve(limits, nodes, others, params.identity.largest_customer, is_shared)
