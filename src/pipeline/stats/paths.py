"""The most typical of many paths: the one nearest to all others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

FIRST_LETTER = 0x100  # codes become letters: what compares texts then compares paths


def most_typical(paths: Sequence[Sequence[int]], weights: np.ndarray, allowed: np.ndarray) -> tuple[int, float]:
    """Return which path is nearest to all, and its mean distance to them.

    Parameters
    ----------
    paths
        Distinct paths as sequences of small whole numbers.
    weights
        Journeys along each, shape (n_paths,).
    allowed
        Truth per path: whether it may be the answer.

    Raises
    ------
    ValueError
        If no path is allowed.

    Notes
    -----
    Weighted medoid under the edit distance (Levenshtein: stages added, left out or exchanged) over the length of the
    longer path, so that long paths do not count more. Ties fall to the path with more journeys, then the first.
    Cost: O(n_paths²) distances.

    Examples
    --------
    >>> most_typical([[0, 1], [0, 1, 2], [0, 1, 2, 2]], np.array([5, 4, 4]), np.array([True, True, True]))[0]
    1
    """
    if not np.any(allowed):
        raise ValueError("no path may be shown")
    texts = ["".join(chr(FIRST_LETTER + code) for code in path) for path in paths]
    distances = cdist(texts, texts, scorer=Levenshtein.normalized_distance, dtype=np.float64)
    means = distances @ weights / weights.sum()
    places = np.flatnonzero(allowed)
    best = min(places, key=lambda place: (round(float(means[place]), 12), -float(weights[place]), int(place)))
    return int(best), float(means[best])
