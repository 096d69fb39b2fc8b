"""Emotions: their mean in each stage, by the scores that customers gave and, beside it, by the words they wrote.

Of the journey as a whole each customer has one emotion, the mean of all he gave: who answers often weighs no more, and
no stage that is withheld can be had by subtraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.cells import Row, bounds, with_interval
from pipeline.estimate.sums import in_groups, sums_by_item
from pipeline.estimate.verbatims import EMOTION_SCALE, have_verbatims
from pipeline.groups import groupings
from pipeline.params import Params
from pipeline.stats.ratios import Sums, clipped, clustered_ratio
from pipeline.tables import ANYWHERE, BY_SCORE, BY_TEXT


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the mean emotion of each stage and of the whole by scores, then by texts; the two are never mixed."""
    del cut_off
    yield from _rows(engine, params, BY_SCORE, "steps", f"cast(emotion * {EMOTION_SCALE} as bigint)")
    if have_verbatims(engine, params):
        yield from _rows(engine, params, BY_TEXT, "verbatims", "text_emotion")


def _rows(engine: Engine, params: Params, measured_by: str, source: str, emotion: str) -> Iterator[Row]:
    columns = ("customer_id", "stage", "channel", "occurred_at", f"{emotion} as emotion")
    engine.make("felt", exp.select(*columns).from_(source), lazily=True)
    groups = groupings(params, "felt.channel", "felt.occurred_at")
    for counts, named in (("emotion_counts", {}), ("emotion_of_customers", {"item": ANYWHERE})):
        ask = partial(sums_by_item, engine, counts, **named)
        for grouping, group, stage, sums in in_groups(groups, ask):
            row = {"grouping": grouping, "group": group, "stage": stage, "measured_by": measured_by}
            row |= {"n": sums.b, "n_customers": sums.clusters}
            yield with_interval(row, params, sums.clusters, _mean_emotion, sums)


def _mean_emotion(sums: Sums, level: float) -> Row:
    mean = clipped(clustered_ratio(sums, level, scale=EMOTION_SCALE), -2.0, 2.0)
    return bounds(mean, "emotion", "ci_low", "ci_high")
