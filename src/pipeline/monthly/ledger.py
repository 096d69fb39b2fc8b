"""ledger.csv of a workspace: every look at a month, and what it spent of the one rate of false discoveries."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.errors import ParcoursError
from pipeline.files import rounded, write_csv
from pipeline.monthly.changes import KEY
from pipeline.stats.online import Batch, judge_batch

FILE = "ledger.csv"
NOWHERE = Path("no-ledger")  # where no look was taken yet
MOVED, NOT_SHOWN, NOT_TESTED = "moved", "not shown", "not tested"
NUMBERS = ("before", "after", "change", "low", "high", "p", "mix", "rate", "year_before", "year_change")
COLUMNS = ("look", "digest", "verdict", *KEY, "unit", "period", "base_period", "n_customers", *NUMBERS, "level", "most")


def read(path: Path) -> pd.DataFrame:
    """Read a ledger; an empty one where there is none yet.

    Raises
    ------
    ParcoursError
        If a column is missing: looks that are forgotten make the next ones too easy.
    """
    if not path.is_file():
        return pd.DataFrame(columns=list(COLUMNS))
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
    if missing := [name for name in COLUMNS if name not in frame]:
        raise ParcoursError(
            f"{path}: no column {missing[0]!r}. The ledger is written by `parcours compare` and never by hand: "
            f"take the one of the last commit, git checkout -- {path.name}."
        )
    return frame


def digest(changes: pd.DataFrame) -> str:
    """Return 12 digits that name a look: the same months of the same numbers are the same look."""
    tested = changes[changes["p"].notna()].sort_values(KEY)
    rows = tested[[*KEY, "period", "base_period"]].astype(str).agg("\0".join, axis=1)
    values = [f"{row}\0{rounded(p)!r}" for row, p in zip(rows, tested["p"], strict=True)]
    return hashlib.sha256("\n".join(values).encode()).hexdigest()[:12]


def batches(ledger: pd.DataFrame) -> list[Batch]:
    """Return what each look of a ledger spent, in their order."""
    found = []
    for _, rows in ledger[ledger["verdict"].isin((MOVED, NOT_SHOWN))].groupby("look", sort=True):
        n_moved = int((rows["verdict"] == MOVED).sum())
        found.append(Batch(len(rows), float(rows["level"].iloc[0]), n_moved, int(rows["most"].iloc[0])))
    return found


def judged(ledger: pd.DataFrame, changes: pd.DataFrame, restated: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Return a look's rows, with verdicts; of a look that is in the ledger, those it got then.

    Parameters
    ----------
    ledger
        Looks so far.
    changes, restated
        As the functions of these names in `changes` give them.
    rate
        False discovery rate over all looks.
    """
    name = digest(changes)
    known = ledger[ledger["digest"] == name]
    if len(known):
        return known
    tested = changes["p"].notna().to_numpy()
    rows = changes.assign(verdict=NOT_TESTED, level=np.nan, most=np.nan)
    if tested.any():
        is_found, batch = judge_batch(rows.loc[tested, "p"].to_numpy(), batches(ledger), rate)
        rows.loc[tested, "verdict"] = np.where(is_found, MOVED, NOT_SHOWN)
        rows.loc[tested, "level"], rows.loc[tested, "most"] = batch.level, batch.most
    look = int(ledger["look"].max()) + 1 if len(ledger) else 1
    both = pd.concat([rows, restated]) if len(restated) else rows
    return both.assign(look=look, digest=name).reindex(columns=list(COLUMNS)).reset_index(drop=True)


def append(path: Path, look: pd.DataFrame) -> bool:
    """Write a look at the end of a ledger; one that is there already changes nothing. Return whether it was new."""
    ledger = read(path)
    if (ledger["digest"] == look["digest"].iloc[0]).any():
        return False
    write_csv(pd.concat([ledger, look]) if len(ledger) else look, path)
    return True
