"""Time in stage: how long visits take that move on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pandas as pd

from pipeline.engine import Engine
from pipeline.estimate.cells import Row, with_interval
from pipeline.estimate.sums import sums_by_item
from pipeline.groups import groupings
from pipeline.params import Params
from pipeline.stats.quantiles import quartiles
from pipeline.stats.ratios import Sums

MICROSECONDS_PER_DAY = 86_400_000_000


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield quartiles of the days between entering a stage and moving on, with the interval of the median."""
    for grouping, column in groupings(params, "visits.channel", "visits.entered_at").items():
        engine.make("stage_durations", group=column, horizon=params.estimate.horizon, cut_off=cut_off)
        histograms = dict(list(engine.frame("duration_histogram").groupby(["group", "item"])))
        for group, stage, sums in sums_by_item(engine, "duration_counts"):
            row = {"grouping": grouping, "group": group, "stage": stage}
            row |= {"n_visits": sums.b, "n_customers": sums.clusters}
            yield with_interval(row, params, sums.clusters, _days, histograms[group, stage], sums)


def _days(histogram: pd.DataFrame, sums: Sums, level: float) -> Row:
    microseconds, at_most = histogram["microseconds"].to_numpy(), histogram["at_most"].to_numpy()
    found = quartiles(microseconds, at_most, sums, level, grid=1000)
    return {
        "quartile_1": found.first / MICROSECONDS_PER_DAY,
        "median": found.median / MICROSECONDS_PER_DAY,
        "median_low": found.median_low / MICROSECONDS_PER_DAY,
        "median_high": found.median_high / MICROSECONDS_PER_DAY,
        "quartile_3": found.third / MICROSECONDS_PER_DAY,
    }
