"""Reads what independent software printed about the data sets in tests/oracles."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parents[1] / "oracles"


@cache
def _printed() -> dict[str, tuple[float, ...]]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.txt"))]
    lines = [line for text in texts for line in text.splitlines()]
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    if len({row[0] for row in rows}) < len(rows):
        raise ValueError("tests/oracles: two lines have the same name")
    return {name: tuple(float(number) for number in numbers) for name, *numbers in rows}


def printed(name: str) -> tuple[float, ...]:
    """Return the numbers of one line: each `<subject>.R` prints its own `<subject>.txt`."""
    return _printed()[name]


def data(name: str) -> pd.DataFrame:
    """Return one of the oracles' data sets."""
    return pd.read_csv(FOLDER / f"{name}.csv")
