"""Recent view of the transitions: all visits, those still going at the cut-off included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.declarations import format_duration
from pipeline.engine import Engine
from pipeline.estimate.cells import Row, share, with_interval
from pipeline.estimate.outcomes import coded_stage, codes_of
from pipeline.params import Params
from pipeline.stats.censoring import Followed, censored_shares
from pipeline.stats.result import Interval
from pipeline.tables import EVERYBODY, LOST, UNRESOLVED

BINS = 30  # of the horizon: more would use the last visits a little better, and change no estimand
PARTS = 40  # of the customers, for the jackknife


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the recent view, for all customers and each persona: where visits move within the horizon of entry."""
    bin_length = params.estimate.horizon // BINS // timedelta(microseconds=1)
    cut: Row = {"cut_off": cut_off, "bin": bin_length, "parts": PARTS}
    codes = {name: coded_stage(f"visits.{name}", params) for name in ("stage", "next_stage")}
    engine.make("recent_visits", stage_code=codes["stage"], next_code=codes["next_stage"], bins=BINS, **cut)
    counts, follow_up = engine.frame("recent_counts"), engine.frame("follow_up_counts", **cut)
    per_stage = exp.select("persona", "stage_code", "count(distinct customer_id) as customers").from_("recent_visits")
    customers = engine.frame(per_stage.group_by("persona", "stage_code").order_by("persona", "stage_code"))
    yield from _rows_of(counts, follow_up, customers, params, {"grouping": "all", "group": EVERYBODY})
    if "persona" in params.estimate.group_by:
        for persona in counts["persona"].unique():
            moves, known, behind = (frame[frame["persona"] == persona] for frame in (counts, follow_up, customers))
            yield from _rows_of(moves, known, behind, params, {"grouping": "persona", "group": persona})


def _rows_of(
    counts: pd.DataFrame, follow_up: pd.DataFrame, customers: pd.DataFrame, params: Params, key: Row
) -> Iterator[Row]:
    codes = codes_of(params)
    names = [*(stage.id for stage in params.stages), LOST]
    known = np.zeros((PARTS, max(int(follow_up["bins"].max()), 0) + 1 if len(follow_up) else 1))
    np.add.at(known, (follow_up["part"].to_numpy(), follow_up["bins"].to_numpy()), follow_up["customers"].to_numpy())
    for code, stage in enumerate(params.stages):
        own = counts[counts["stage_code"] == code]
        if own.empty:
            continue
        behind = int(customers["customers"][customers["stage_code"] == code].sum())
        columns = {name: own[name].to_numpy() for name in ("part", "age", "bins", "target", "visits")}
        target = np.where(columns["target"] == codes[LOST], len(names) - 1, columns["target"])
        followed = Followed(**{**columns, "target": target})
        row = {
            **key,
            "from_stage": stage.id,
            "horizon": format_duration(params.estimate.horizon),
            "n_visits": int(own["visits"].sum()),
            "n_customers": behind,
            "n_censored": int(own["censored"].sum()),
        }
        yield from _cells(row, followed, known, names, params)


def _cells(row: Row, followed: Followed, known: np.ndarray, names: list[str], params: Params) -> Iterator[Row]:
    is_shown = row["n_customers"] >= max(params.estimate.smallest_cell, 2) and len(np.unique(followed.part)) > 1
    level = params.estimate.level
    found = censored_shares(followed, known, BINS, len(names), row["n_customers"], level) if is_shown else []
    for place, target in enumerate([*names, UNRESOLVED]):
        if target == row["from_stage"] or (target == LOST and params.estimate.horizon < params.silence):
            continue
        moved = int(followed.visits[followed.target == place].sum()) if target != UNRESOLVED else None
        cell = {**row, "to_stage": target, "n_moved": moved}
        yield with_interval(cell, params, row["n_customers"], _share_of, found, place)


def _share_of(found: list[Interval], place: int, level: float) -> Row:
    del level  # that of the intervals
    return share(found[place]) if found else {"note": "customers in one part only: no interval"}
