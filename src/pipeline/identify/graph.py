"""Identifiers as a graph: which are one customer, which link nobody, and why two are joined. Numbers only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph


def degrees(n: int, nodes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return how many neighbours each of `n` nodes has; every link is given once."""
    return np.bincount(nodes, minlength=n) + np.bincount(others, minlength=n)


def least_nodes(n: int, nodes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return, for each of `n` nodes, the least node that it is connected with.

    Notes
    -----
    The least node names the component, so that neither the order of the links nor anything that happens elsewhere in
    the graph changes a name. Cost: linear.

    Examples
    --------
    >>> least_nodes(5, np.array([3, 1]), np.array([4, 3])).tolist()
    [0, 1, 2, 1, 1]
    """
    graph = sparse.coo_matrix((np.ones(len(nodes), dtype=np.int8), (nodes, others)), shape=(n, n))
    n_components, label = csgraph.connected_components(graph, directed=False)
    least = np.empty(n_components, dtype=np.int64)
    least[label[::-1]] = np.arange(n - 1, -1, -1)  # of several nodes the last written, the least, stays
    return least[label]


def cut_to_size(
    n: int, nodes: np.ndarray, others: np.ndarray, largest: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Connect nodes, and cut those that must link nobody so that no component has more than `largest` nodes.

    Parameters
    ----------
    n, nodes, others
        The graph; every link once.
    largest
        Nodes a component may have; None: any number.

    Returns
    -------
    is_cut : ndarray of bool
        True where cut.
    least : ndarray of int
        The least node that each is connected with, what is cut with itself.

    Notes
    -----
    In each component that is too large the nodes with most neighbours there are cut, all of them where several have as
    many; what is left is looked at again. So the order of nodes and links decides nothing. What joins strangers is
    nearly always what meets most: a shared device, a call centre, an address that everybody types.

    Examples
    --------
    Two triangles that share node 2:

    >>> is_cut, least = cut_to_size(5, np.array([0, 0, 1, 2, 2, 3]), np.array([1, 2, 2, 3, 4, 4]), largest=4)
    >>> is_cut.tolist(), least.tolist()
    ([False, False, True, False, False], [0, 0, 2, 3, 3])
    """
    cut = np.zeros(n, dtype=bool)
    least = least_nodes(n, nodes, others)
    while largest is not None:
        is_large = np.bincount(least, minlength=n)[least] > largest
        if not is_large.any():
            break
        inside = is_large[nodes]  # the others are done
        nodes, others = nodes[inside], others[inside]
        degree = degrees(n, nodes, others)
        most = np.zeros(n, dtype=degree.dtype)
        np.maximum.at(most, least[is_large], degree[is_large])
        cut |= is_large & (degree == most[least])
        kept = ~(cut[nodes] | cut[others])
        nodes, others = nodes[kept], others[kept]
        least[is_large] = least_nodes(n, nodes, others)[is_large]
    return cut, least


def shortest_path(nodes: np.ndarray, others: np.ndarray, start: int, end: int) -> list[int]:
    """Return the nodes of a shortest way from one node to another, both included; empty where there is none.

    Examples
    --------
    >>> shortest_path(np.array([7, 7, 9]), np.array([8, 9, 12]), 8, 12)
    [8, 7, 9, 12]
    """
    names, ends = np.unique(np.concatenate([nodes, others]), return_inverse=True)
    places = np.searchsorted(names, [start, end])
    if any(place == len(names) or names[place] != node for place, node in zip(places, (start, end), strict=True)):
        return [start] if start == end else []
    shape = (len(names), len(names))
    graph = sparse.csr_matrix((np.ones(len(nodes)), (ends[: len(nodes)], ends[len(nodes) :])), shape=shape)
    _, before = csgraph.breadth_first_order(graph, places[0], directed=False)
    path = [int(places[1])]
    while path[-1] != places[0]:
        if before[path[-1]] < 0:
            return []
        path.append(int(before[path[-1]]))
    return [int(names[place]) for place in reversed(path)]


def customer_codes(hashes: Sequence[str], periods: Sequence[int]) -> np.ndarray:
    """Return the 63-bit code of each customer from the keyed hash of its least identifier, and that one's period.

    Examples
    --------
    >>> customer_codes(["ffffffffffffffff0000000000000000"], [0]).tolist() == [2**63 - 1]
    True
    >>> first, second = customer_codes(["0" * 32] * 2, [0, 1])  # the same value in other hands
    >>> bool(first == second)
    False
    """
    leading = "".join(_of_period(one, period)[:16] for one, period in zip(hashes, periods, strict=True))
    return (np.frombuffer(bytes.fromhex(leading), dtype=">u8") >> np.uint64(1)).astype(np.int64)


def _of_period(value_hash: str, period: int) -> str:
    return hashlib.sha256(f"{value_hash}:{period}".encode()).hexdigest() if period else value_hash
