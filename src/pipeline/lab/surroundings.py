"""What comes before and after a touchpoint: counted once over all steps, then looked up at each click."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from pipeline.engine import Engine
from pipeline.params import Params
from pipeline.stats.proportions import proportion_from_pairs
from pipeline.tables import EVERYBODY

BEFORE, AFTER = "before", "after"
ANY, OTHER = "(any)", "(other)"
MOST_PATHS = 8  # for each group and touchpoint


@dataclass(frozen=True)
class Surroundings:
    """The counts behind every question "what comes before, what comes after?".

    Parameters
    ----------
    pairs
        (place, side) → columns persona, other, k, n, customers: so many customers went k times from (or to) `other`
        in n steps at the place. A place is ``stage/touchpoint``; `other` is one, too, or ``(start)``, ``(lost)``, and
        ``(any)`` for all steps at the place.
    paths
        The most walked ways: group, place, before_2 … after_2, n, customers. Nothing under `smallest`.
    places
        Places that occur, the most frequent first.
    smallest
        Fewer customers are never shown.
    level
        Coverage of the intervals.
    """

    pairs: Mapping[tuple[str, str], pd.DataFrame]
    paths: pd.DataFrame
    places: tuple[str, ...]
    smallest: int
    level: float

    def beside(self, place: str, side: str, group: str = EVERYBODY) -> pd.DataFrame:
        """Return what stands on one side of a place, the most frequent first.

        Parameters
        ----------
        place
            ``stage/touchpoint``.
        side
            ``"before"`` or ``"after"``.
        group
            ``"(all)"`` or a persona.

        Returns
        -------
        pandas.DataFrame
            other, n (steps at the place), n_there (of them from or to `other`), n_customers (who made those), share,
            ci_low, ci_high, note. Last, where there are such: one row ``(other)`` for all that too few customers did.
            No row: nobody of the group was there; one row ``(any)`` with a note: too few were.

        Notes
        -----
        Interval: `stats.proportions.proportion_from_pairs`, clustered by customer. Places that few customers came from
        or went to are not named (`withheld`). Cost: a few milliseconds, whatever the number of steps.
        """
        found = self.pairs.get((place, side))
        mine = None if found is None else found if group == EVERYBODY else found[found["persona"] == group]
        if found is None or mine is None or mine.empty:
            return pd.DataFrame(columns=_COLUMNS)
        at_place = mine[mine["other"] == ANY]
        everybody = int(at_place["customers"].sum())
        if everybody < self.smallest:
            return pd.DataFrame([{"other": ANY, "note": f"n < {self.smallest}"}], columns=_COLUMNS)
        hidden = withheld(_customers(found), self.smallest)
        # arrays from here on: a frame for each row of the answer would cost most of a click
        steps_of = np.bincount(at_place["n"], at_place["customers"]).astype(np.int64)
        parts = _parts(mine[mine["other"] != ANY])
        rows = [
            {"other": other, **self._share(*there, steps_of)}
            for other, there in parts.items()
            if (group, other) not in hidden
        ]
        rows.sort(key=lambda row: (-row["n_there"], row["other"]))
        if len(rows) < len(parts):
            rows.append({"other": OTHER, "note": f"n < {self.smallest}"})
        total = int((at_place["n"] * at_place["customers"]).sum())
        return pd.DataFrame(rows, columns=_COLUMNS).assign(n=total)

    def _share(self, k: np.ndarray, n: np.ndarray, customers: np.ndarray, steps_of: np.ndarray) -> dict[str, Any]:
        """Return the share of steps, and its interval: customers who never went there have k = 0."""
        never = steps_of - np.bincount(n, customers, minlength=len(steps_of)).astype(np.int64)
        others = np.flatnonzero(never)
        found = proportion_from_pairs(
            np.concatenate([k, np.zeros_like(others)]),
            np.concatenate([n, others]),
            np.concatenate([customers, never[others]]),
            self.level,
        )
        return {
            "n_there": int((k * customers).sum()),
            "n_customers": int(customers.sum()),
            "share": found.estimate,
            "ci_low": found.low,
            "ci_high": found.high,
        }

    def ways(self, place: str, group: str = EVERYBODY) -> pd.DataFrame:
        """Return the most walked ways through a place: two places before, two after, n and customers."""
        mine = self.paths[(self.paths["place"] == place) & (self.paths["group"] == group)]
        return mine.drop(columns=["group", "place"]).reset_index(drop=True)


_COLUMNS = ["other", "n", "n_there", "n_customers", "share", "ci_low", "ci_high", "note"]


def survey(engine: Engine, params: Params, window: tuple[datetime, datetime]) -> Surroundings:
    """Count the surroundings of every place, once.

    Parameters
    ----------
    engine
        With steps and personas readable.
    params
        Silence, smallest cell, level of intervals.
    window
        Start and end of the observation window, naive UTC.
    """
    ends: dict[str, Any] = {"window_start": window[0], "cut_off": window[1], "silence": params.silence}
    engine.make("steps_beside", **ends)
    pairs = engine.frame("beside_pairs")
    smallest = max(params.estimate.smallest_cell, 2)
    paths = engine.frame("example_paths", smallest=smallest, most=MOST_PATHS, **ends)
    steps = pairs[pairs["other"] == ANY].assign(steps=lambda rows: rows["n"] * rows["customers"])
    frequent = steps.groupby("place")["steps"].sum().sort_values(ascending=False, kind="stable")
    by_place = {(str(key[0]), str(key[1])): rows for key, rows in pairs.groupby(["place", "side"])}
    return Surroundings(by_place, paths, tuple(map(str, frequent.index)), smallest, params.estimate.level)


def _parts(rows: pd.DataFrame) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return k, n and customers of each other place."""
    ordered = rows.sort_values("other", kind="stable")
    names = ordered["other"].to_numpy()
    starts = np.flatnonzero(np.r_[True, names[1:] != names[:-1]]) if len(names) else np.array([], dtype=np.int64)
    columns = [np.split(ordered[name].to_numpy(), starts[1:]) for name in ("k", "n", "customers")]
    return {str(names[start]): (k, n, c) for start, k, n, c in zip(starts, *columns, strict=True)}


def _customers(found: pd.DataFrame) -> pd.DataFrame:
    """Return how many customers of each group (rows) went to each other place (columns), everybody included."""
    table = found[found["other"] != ANY].pivot_table(
        index="persona", columns="other", values="customers", aggfunc="sum", fill_value=0
    )
    table.loc[EVERYBODY] = table.sum()
    return table


def withheld(customers: pd.DataFrame, smallest: int) -> set[tuple[str, str]]:
    """Return the cells (group, place) of a table of customers that are not shown by name.

    Parameters
    ----------
    customers
        Groups in rows, the last one everybody; places in columns.
    smallest
        Fewer customers are never shown.

    Notes
    -----
    Small cells first. Then, of each place that is shown for everybody: where what is hidden is one persona, or fewer
    than `smallest` customers together, the persona with the fewest still shown is hidden as well (complementary
    suppression, as `privacy.small_cells`). Within a group, the hidden places stand together as others without a name.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [40, 30, 70], "b": [9, 2, 11]}, index=["north", "south", EVERYBODY])
    >>> sorted(withheld(table, 5))
    [('north', 'b'), ('south', 'b')]
    """
    hidden = {
        (str(group), str(place)) for place in customers for group, n in customers[place].items() if 0 < n < smallest
    }
    for place in map(str, customers):
        if (EVERYBODY, place) in hidden:
            continue  # no total to subtract from
        by_size = customers[place].drop(EVERYBODY).sort_values(kind="stable")
        away = [n for group, n in by_size.items() if (group, place) in hidden]
        for group, n in by_size.items():
            if not away or (len(away) > 1 and sum(away) >= smallest):
                break
            if n >= smallest:
                hidden.add((str(group), place))
                away.append(n)
    return hidden
