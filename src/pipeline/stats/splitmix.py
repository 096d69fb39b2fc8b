"""SplitMix64: numbers that look drawn but follow from a key alone, on every machine and in any order."""

from __future__ import annotations

import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def splitmix64(seeds: np.ndarray, number: int | np.ndarray = 1) -> np.ndarray:
    """Output of SplitMix64 at a place of the sequence each seed starts.

    Parameters
    ----------
    seeds
        64-bit whole numbers, unsigned or signed (read bit by bit), any shape.
    number
        Which output, from 1; an array is broadcast against the seeds.

    Returns
    -------
    numpy.ndarray
        Unsigned 64-bit whole numbers, of the broadcast shape.

    Notes
    -----
    Steele, Lea and Flood 2014, *Fast splittable pseudorandom number generators*. Cost: O(n), some 3 ns each.

    Examples
    --------
    >>> hex(splitmix64(np.array([0]))[0])
    '0xe220a8397b1dcdaf'
    """
    places = np.asarray(number).astype(np.uint64)
    with np.errstate(over="ignore"):  # the arithmetic is modulo 2**64 on purpose
        return mixed(np.asarray(seeds).astype(np.uint64) + places * GOLDEN)


def mixed(words: np.ndarray) -> np.ndarray:
    """Scramble 64-bit words: the last step of SplitMix64, one-to-one.

    Examples
    --------
    >>> mixed(np.array([0, 1], dtype=np.uint64)).tolist()
    [0, 6238072747940578789]
    """
    with np.errstate(over="ignore"):
        words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def uniform(seeds: np.ndarray, number: int = 1) -> np.ndarray:
    """Numbers in [0, 1), multiples of 2**-53, from an output of SplitMix64.

    Examples
    --------
    >>> numbers = uniform(np.arange(100_000), 3)
    >>> bool(abs(numbers.mean() - 0.5) < 0.01), bool((numbers < 1).all())
    (True, True)
    """
    return (splitmix64(seeds, number) >> np.uint64(11)).astype(float) / 2.0**53
