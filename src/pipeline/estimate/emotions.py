"""Emotions: the mean emotion of the scored events of each stage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipeline.engine import Engine
from pipeline.estimate.cells import MONEY_SCALE, Row, bounds, sums_by_item, with_interval
from pipeline.groups import groupings
from pipeline.params import Params
from pipeline.stats.ratios import Sums, clipped, clustered_ratio


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the mean emotion of the scored events of each stage."""
    del cut_off
    for grouping, column in groupings(params, "steps.channel", "steps.occurred_at").items():
        for group, stage, sums in sums_by_item(engine, "emotion_counts", group=column):
            row = {"grouping": grouping, "group": group, "stage": stage, "n": sums.b, "n_customers": sums.clusters}
            yield with_interval(row, params, sums.clusters, _mean_emotion, sums)


def _mean_emotion(sums: Sums, level: float) -> Row:
    mean = clipped(clustered_ratio(sums, level, scale=MONEY_SCALE), -2.0, 2.0)
    return bounds(mean, "emotion", "ci_low", "ci_high")
