"""The generator gives the numbers that its authors print, and no place of a sequence resembles another."""

import numpy as np

from pipeline.stats.splitmix import splitmix64, uniform


def test_the_outputs_its_authors_print():
    # Seed 1234567: the reference implementation's first five outputs.
    published = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert splitmix64(np.array([1234567]), np.arange(1, 6)).tolist() == published


def test_signed_seeds_are_read_bit_by_bit():
    signed = np.array([-1, -(2**62)])
    assert splitmix64(signed).tolist() == splitmix64(signed.view(np.uint64)).tolist()


def test_places_of_the_sequence_are_unrelated():
    seeds = np.arange(100_000)
    first, second = uniform(seeds, 1), uniform(seeds, 2)
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / len(seeds) ** 0.5
