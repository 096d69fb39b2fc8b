"""Random numbers of the studies: the seed is a hash of the study's name, and each replicate has its own stream."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(name: str, replicate: int) -> np.random.Generator:
    """Return the random numbers of one replicate, the same whatever else is run, before or beside it.

    Parameters
    ----------
    name
        Of the study and the case. Its SHA-256 is the key: nobody chose it, so nobody chose a lucky one.
    replicate
        Counted from 0. It is the highest word of the counter, so streams of 2^192 numbers never meet.

    Notes
    -----
    Philox 4x64-10 (Salmon, Moraes, Dror, Shaw 2011): numbers are a function of key and counter.

    Examples
    --------
    >>> bool(stream("coverage", 7).random() == stream("coverage", 7).random())
    True
    >>> bool(stream("coverage", 7).random() == stream("coverage", 8).random())
    False
    """
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "little")
    return np.random.Generator(np.random.Philox(key=key, counter=replicate << 192))
