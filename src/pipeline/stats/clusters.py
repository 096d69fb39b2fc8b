"""Groups of similar customers from mixed data: only such as are found again, and that chance would not make."""

from __future__ import annotations

from dataclasses import dataclass

import kmedoids
import numpy as np

BOOTSTRAPS, SHUFFLES = 30, 19
TRIMMED = 0.025  # of each tail: one very large customer must not make all others alike
SEED = 20_240_501


@dataclass(frozen=True)
class Mixed:
    """Customers described by numbers and by categories.

    Parameters
    ----------
    numbers
        Shape (n_customers, n_numbers), not-a-number where not known.
    codes
        Categories as whole numbers, shape (n_customers, n_categories), -1 where not known.
    """

    numbers: np.ndarray
    codes: np.ndarray

    def scaled(self, reference: Mixed) -> Mixed:
        """Return numbers as shares of the range they have in the reference, extreme values brought in."""
        if not self.numbers.shape[1]:
            return self
        low, high = np.nanquantile(reference.numbers, [TRIMMED, 1 - TRIMMED], axis=0)
        inside = np.clip(self.numbers, low, high) - low
        return Mixed(inside / np.where(high > low, high - low, 1.0), self.codes)

    def rows(self, places: np.ndarray) -> Mixed:
        """Return some of the customers."""
        return Mixed(self.numbers[places], self.codes[places])

    def __len__(self) -> int:
        return len(self.numbers)


def distances(one: Mixed, other: Mixed) -> np.ndarray:
    """Gower's distance between scaled customers, shape (n_one, n_other).

    Notes
    -----
    Mean over what is known of both of the difference of numbers, and of 0 or 1 for equal or other categories (Gower
    1971; R cluster ``daisy(metric = "gower")``); 1 where nothing is. Cost: O(n_one · n_other · columns).

    Examples
    --------
    >>> both = Mixed(np.array([[0.0], [1.0]]), np.array([[3], [3]]))
    >>> distances(both, both).tolist()
    [[0.0, 0.5], [0.5, 0.0]]
    """
    total, known = np.zeros((len(one), len(other))), np.zeros((len(one), len(other)))
    for column in range(one.numbers.shape[1]):
        gap = np.abs(one.numbers[:, None, column] - other.numbers[None, :, column])
        total += np.nan_to_num(gap)
        known += ~np.isnan(gap)
    for column in range(one.codes.shape[1]):
        a, b = one.codes[:, None, column], other.codes[None, :, column]
        total += (a != b) & (a >= 0) & (b >= 0)
        known += (a >= 0) & (b >= 0)
    return np.divide(total, known, out=np.ones_like(total), where=known > 0)


@dataclass(frozen=True)
class Clustering:
    """Clusters of a sample for one number of them.

    Parameters
    ----------
    medoids
        Places of the most typical customers, those of the largest cluster first.
    labels
        Cluster of each customer.
    stability
        The least stable cluster's mean Jaccard overlap over bootstraps.
    width
        Mean silhouette.
    chance_width
        The largest mean silhouette among samples whose columns were shuffled.
    """

    medoids: np.ndarray
    labels: np.ndarray
    stability: float
    width: float
    chance_width: float

    @property
    def sizes(self) -> list[int]:
        """Customers of each cluster."""
        return np.bincount(self.labels, minlength=len(self.medoids)).tolist()

    def is_real(self, stability: float, smallest: int) -> bool:
        """Return whether every cluster is found again, chance makes none as compact, and none is too small."""
        return self.stability >= stability and self.width > self.chance_width and min(self.sizes) >= smallest


def clusterings(sample: Mixed, most: int) -> list[Clustering]:
    """Cluster a sample into 2 … `most` groups.

    Parameters
    ----------
    sample
        Scaled.
    most
        Clusters at most.

    Notes
    -----
    k-medoids on Gower's distances (FasterPAM, Schubert and Rousseeuw 2021). Stability: Hennig (2007), each cluster's
    best Jaccard overlap with those of 30 bootstrap samples; 0.75 is his threshold of a valid stable cluster. Stable
    clusters exist in data without any (a square falls into its quarters each time), so the silhouette must also exceed
    those of 19 samples whose columns were shuffled between customers: p ≤ 0.05 that columns hang together by chance.
    Cost: 50 clusterings per number of clusters, each O(n²).

    Examples
    --------
    >>> two = Mixed(np.repeat([[0.0, 0.1], [1.0, 0.9]], 20, axis=0), np.zeros((40, 0), dtype=int))
    >>> found = clusterings(two, 2)[0]
    >>> found.sizes, found.stability
    ([20, 20], 1.0)
    """
    rng = np.random.default_rng(SEED)
    own = distances(sample, sample)
    boots = [np.unique(rng.integers(0, len(sample), len(sample))) for _ in range(BOOTSTRAPS)]
    chance = [_shuffled(sample, rng) for _ in range(SHUFFLES)]
    by_chance = [distances(one, one) for one in chance]
    found = []
    for k in range(2, most + 1):
        medoids, labels = _medoids(own, k)
        width = _width(own, labels)
        widths = [_width(other, _medoids(other, k)[1]) for other in by_chance]
        found.append(Clustering(medoids, labels, _stability(own, labels, k, boots), width, max(widths)))
    return found


def nearest(customers: Mixed, medoids: Mixed) -> np.ndarray:
    """Return the nearest medoid of each customer; of equally near ones the first."""
    return np.argmin(distances(customers, medoids), axis=1)


def _shuffled(sample: Mixed, rng: np.random.Generator) -> Mixed:
    numbers, codes = sample.numbers.copy(), sample.codes.copy()
    for table in (numbers, codes):
        for column in range(table.shape[1]):
            table[:, column] = rng.permutation(table[:, column])
    return Mixed(numbers, codes)


def _medoids(distances: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return medoids and labels, the largest cluster first."""
    found = kmedoids.fasterpam(distances, k, init="build", random_state=0, n_cpu=1)
    medoids, labels = np.asarray(found.medoids, dtype=int), np.asarray(found.labels, dtype=int)
    sizes = np.bincount(labels, minlength=k)
    order = np.lexsort((medoids, -sizes))
    return medoids[order], np.argsort(order)[labels]


def _stability(distances: np.ndarray, labels: np.ndarray, k: int, boots: list[np.ndarray]) -> float:
    overlaps = np.zeros((len(boots), k))
    for i, places in enumerate(boots):
        _, again = _medoids(distances[np.ix_(places, places)], k)
        shared = np.zeros((k, k))
        np.add.at(shared, (labels[places], again), 1)
        union = shared.sum(axis=1)[:, None] + shared.sum(axis=0)[None, :] - shared
        overlaps[i] = (shared / np.maximum(union, 1)).max(axis=1)
    return float(overlaps.mean(axis=0).min())


def _width(distances: np.ndarray, labels: np.ndarray) -> float:
    return float(kmedoids.silhouette(distances, labels, samples=False, n_cpu=1)[0])
