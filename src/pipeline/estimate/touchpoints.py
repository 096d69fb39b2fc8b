"""Touchpoints: what customers met, how often, and what share of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from pipeline.engine import Engine
from pipeline.estimate.cells import Row, bounds, with_interval
from pipeline.estimate.sums import frames_in_groups
from pipeline.groups import groupings
from pipeline.params import Params
from pipeline.stats.ratios import share_of_customers


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the inventory of touchpoints: volume, and reach among the group's customers."""
    del cut_off
    keys = ["stage", "touchpoint", "channel", "actor"]
    columns = groupings(params, "steps.channel", "steps.occurred_at")
    ask = partial(engine.frame, "touchpoint_counts")
    for grouping, frame in frames_in_groups(columns, ask, ["n_events", "n_customers"], ["group_customers"]):
        for record in frame.to_dict("records"):
            row = {"grouping": grouping, "group": record["group"], **{key: record[key] for key in keys}}
            row |= {"n_events": record["n_events"], "n_customers": record["n_customers"]}
            met, everybody = record["n_customers"], record["group_customers"]
            yield with_interval(row, params, met, _reach, met, everybody)


def _reach(met: int, everybody: int, level: float) -> Row:
    return bounds(share_of_customers(met, everybody, level), "reach", "reach_low", "reach_high")
