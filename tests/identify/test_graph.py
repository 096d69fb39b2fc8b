"""The graph of identifiers: components, hubs, the size cap and paths – whatever the order of nodes and links."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from pipeline.identify.graph import cut_to_size, shortest_path
from pipeline.identify.joining import resolve

N = 400
NO_LIMIT = np.full(N, np.inf)


def random_links(seed: int, n_links: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    pairs = np.unique(np.sort(rng.integers(0, N, size=(n_links, 2)), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    return pairs[:, 0], pairs[:, 1]


def neighbours_of(nodes: np.ndarray, others: np.ndarray) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {node: set() for node in range(N)}
    for one, other in zip(nodes.tolist(), others.tolist(), strict=True):
        found[one].add(other)
        found[other].add(one)
    return found


def walks(neighbours: dict[int, set[int]]) -> Iterator[tuple[int, set[int]]]:
    """Yield each component with its least node, by a plain walk."""
    seen: set[int] = set()
    for start in range(N):
        if start in seen:
            continue
        component, waiting = {start}, deque([start])
        while waiting:
            for node in neighbours[waiting.popleft()] - component:
                component.add(node)
                waiting.append(node)
        seen |= component
        yield start, component


@pytest.mark.parametrize("seed", range(5))
def test_components_against_a_plain_walk(seed: int) -> None:
    nodes, others = random_links(seed)
    joined = resolve(NO_LIMIT, nodes, others)
    for least, component in walks(neighbours_of(nodes, others)):
        members = list(component)
        assert set(joined.least[members]) == {least}
        assert set(joined.size[members]) == {len(component)}


@pytest.mark.parametrize("seed", range(5))
def test_the_order_and_direction_of_links_change_nothing(seed: int) -> None:
    nodes, others = random_links(seed, 500)
    rng = np.random.default_rng(seed + 100)
    order, is_turned = rng.permutation(len(nodes)), rng.random(len(nodes)) < 0.5
    shuffled = np.where(is_turned, others, nodes)[order], np.where(is_turned, nodes, others)[order]
    limits = np.full(N, 6.0)
    one, other = resolve(limits, nodes, others, largest=20), resolve(limits, *shuffled, largest=20)
    for name in ("least", "degree", "is_hub", "is_cut"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.is_hub.any()
    assert one.is_cut.any()


@pytest.mark.parametrize("seed", range(5))
def test_renaming_the_nodes_cuts_the_same_ones(seed: int) -> None:
    """Nothing depends on a node's number: with other numbers the same nodes are cut."""
    nodes, others = random_links(seed, 500)
    names = np.random.default_rng(seed).permutation(N)
    np.testing.assert_array_equal(
        cut_to_size(N, nodes, others, 20)[0], cut_to_size(N, names[nodes], names[others], 20)[0][names]
    )


def test_no_customer_is_larger_than_declared_and_small_ones_stay_whole() -> None:
    nodes, others = random_links(7, 420)
    before = resolve(NO_LIMIT, nodes, others)
    after = resolve(NO_LIMIT, nodes, others, largest=30)
    assert before.size.max() > 30
    assert after.size.max() <= 30
    was_small = before.size <= 30
    assert not after.is_cut[was_small].any()
    np.testing.assert_array_equal(after.least[was_small], before.least[was_small])


def test_a_hub_links_nobody() -> None:
    joined = resolve(np.array([2.0, np.inf, np.inf, np.inf]), np.array([0, 0, 0, 1]), np.array([1, 2, 3, 2]))
    assert joined.is_hub.tolist() == [True, False, False, False]
    assert joined.least.tolist() == [0, 1, 1, 3]


def test_nothing_at_all() -> None:
    nobody = np.empty(0, dtype=np.int64)
    assert resolve(np.empty(0), nobody, nobody, largest=5).least.tolist() == []


def distances(neighbours: dict[int, set[int]], start: int) -> dict[int, int]:
    """Return how many links each node that can be reached is away, ring by ring."""
    away, ring = {start: 0}, {start}
    while ring:
        ring = {node for one in ring for node in neighbours[one]} - set(away)
        away |= dict.fromkeys(ring, max(away.values()) + 1)
    return away


def test_paths_are_as_short_as_can_be() -> None:
    nodes, others = random_links(3, 500)
    neighbours = neighbours_of(nodes, others)
    for start, end in np.random.default_rng(1).integers(0, N, size=(60, 2)).tolist():
        path, away = shortest_path(nodes, others, start, end), distances(neighbours, start)
        if end not in away:
            assert path == []
            continue
        assert (path[0], path[-1]) == (start, end)
        assert len(path) - 1 == away[end]
        assert all(other in neighbours[one] for one, other in pairwise(path))
