"""What a study is: a claim, a demand, replicates from its own seed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.proof.tally import Key, Tally

SHORT, FULL = "short", "full"


@dataclass(frozen=True)
class Demand:
    """A bound declared before the study ran.

    Parameters
    ----------
    bound
        The value must be at least (or at most) this.
    is_least
        Whether the bound is a lower one.
    errors
        How many Monte-Carlo errors are granted beyond it.

    Examples
    --------
    >>> Demand(0.93).is_met(0.929, 0.002), Demand(0.93, errors=3).is_met(0.929, 0.002)
    (False, True)
    """

    bound: float
    is_least: bool = True
    errors: float = 0.0

    def is_met(self, value: float, mc_error: float, more: float = 0.0) -> bool:
        """Return whether a value keeps the bound, with so much more granted."""
        granted = more + (self.errors * mc_error if self.errors else 0.0)
        return value >= self.bound - granted if self.is_least else value <= self.bound + granted

    def error_at_bound(self, replicates: int) -> float:
        """Return the Monte-Carlo error of a share that lies at the bound."""
        return math.sqrt(self.bound * (1 - self.bound) / replicates)

    def __str__(self) -> str:
        granted = f" + {self.errors:g} MC errors" if self.errors else ""
        return f"{'≥' if self.is_least else '≤'} {100 * self.bound:g} %{granted}"


def at_least(bound: float) -> Demand:
    """Return a lower bound."""
    return Demand(bound)


def at_most(bound: float, errors: float = 0.0) -> Demand:
    """Return an upper bound, with Monte-Carlo errors granted."""
    return Demand(bound, is_least=False, errors=errors)


@dataclass(frozen=True)
class Study:
    """One question that simulation answers.

    Parameters
    ----------
    name
        Also its seed and the name of its file of results.
    title, claim
        For the page: what is asked, and how it is simulated.
    measure
        Replicates ``first … last - 1`` → their tally. It must be a function of its arguments alone.
    replicates, chunk
        For each form: how many replicates, and how many are made and kept together.
    demand
        The bound of a row, None where it is only shown.
    module
        Of this package, for example ``proof.transitions``: its code and all that it imports decide the results.
    tables
        What the page shows: of each table its heading ("" for none) and its measures; the file of results has all.
    """

    name: str
    title: str
    claim: str
    measure: Callable[[int, int], Tally]
    replicates: Mapping[str, int]
    chunk: Mapping[str, int]
    demand: Callable[[Key], Demand | None]
    module: str
    tables: tuple[tuple[str, tuple[str, ...]], ...] = (("", ("covers", "width")),)

    def chunks(self, form: str) -> list[tuple[int, int]]:
        """Return the first and last (excluded) replicate of each chunk."""
        total, step = self.replicates[form], self.chunk[form]
        return [(first, min(first + step, total)) for first in range(0, total, step)]
