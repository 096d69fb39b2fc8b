"""Identifiers joined into customers, under the guards that every link has: hubs, and customers that are too large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.identify import graph
from pipeline.params import IdentifierKind


@dataclass(frozen=True)
class Joined:
    """The graph, joined: one entry per node.

    Parameters
    ----------
    least
        Least node of the component.
    degree
        Neighbours.
    is_hub, is_cut
        Links nobody: more neighbours than the kind's hub_limit; cut off a customer that was too large.
    n_links
        Pairs of identifiers that stood on one event.
    """

    least: np.ndarray
    degree: np.ndarray
    is_hub: np.ndarray
    is_cut: np.ndarray
    n_links: int

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


def resolve(limits: np.ndarray, nodes: np.ndarray, others: np.ndarray, largest: int | None = None) -> Joined:
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

    Returns
    -------
    Joined
        Independent of the order of links. Cost: linear in identifiers and links.
    """
    n = len(limits)
    degree = graph.degrees(n, nodes, others)
    is_hub = degree > limits
    kept = ~(is_hub[nodes] | is_hub[others])
    is_cut, least = graph.cut_to_size(n, nodes[kept], others[kept], largest)
    return Joined(least, degree, is_hub, is_cut, len(nodes))
