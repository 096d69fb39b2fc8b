"""Rhythm: when customers act in the day and in the week, through which channel, how they feel, when they leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.cells import MONEY_SCALE, Row, bounds, sums_by_item, with_interval
from pipeline.estimate.outcomes import codes_of
from pipeline.groups import groupings
from pipeline.params import Params
from pipeline.stats.ratios import Sums, clipped, clustered_ratio, part_of, proportion_from_sums
from pipeline.tables import EVERYBODY, LOST
from pipeline.typing_rules import to_local


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield what each hour (0 … 23) and weekday (0 is Monday) of the brand's local time looks like.

    Notes
    -----
    ``activity``: of the customers' own steps, the share taken then. ``channel`` and ``contacts``: of the steps taken
    then, the share in one channel, and with customer service (support, calls). ``emotion``: mean of the scores given
    then. ``lost``: of the visits entered then and followed for the horizon, the share that ended in silence. Shares
    have Korn-Graubard intervals, means t intervals, all clustered by customer.
    """
    del cut_off  # visit_outcomes already knows which visits were followed
    zone = params.workspace.time_zone
    of_steps = groupings(params, "steps.channel", "steps.occurred_at")
    of_visits = {"all": of_steps["all"], "persona": exp.to_column("visit_outcomes.persona")}
    for grouping in (name for name in of_visits if name in of_steps):
        sums = sums_by_item(
            engine,
            "rhythm_counts",
            group=of_steps[grouping],
            visit_group=of_visits[grouping],
            local_step=to_local(exp.to_column("steps.occurred_at"), zone),
            local_entry=to_local(exp.to_column("visit_outcomes.entered_at"), zone),
            lost=codes_of(params)[LOST],
        )
        found = {(group, *item.split("|")): own for group, item, own in sums}
        for (group, clock, at, measure, channel), own in found.items():
            # with a horizon shorter than the silence no visit has had the time to end in it
            if at and (measure != "lost" or params.estimate.horizon >= params.silence):
                row = {"grouping": grouping, "group": group, "clock": clock, "at": int(at), "measure": measure}
                yield _row({**row, "channel": channel or EVERYBODY}, own, found, params)


def _row(row: Row, own: Sums, found: Mapping[tuple[str, ...], Sums], params: Params) -> Row:
    group, clock, at, measure = row["group"], row["clock"], str(row["at"]), row["measure"]
    customers, n = own.clusters, own.b
    if measure in ("activity", "channel"):
        whole = found[group, clock, "" if measure == "activity" else at, "activity", ""]
        n = own.a
        own = part_of(whole, own)
    counted = {**row, "n": n, "n_customers": customers}
    return with_interval(counted, params, customers, _mean if measure == "emotion" else _of_all, own)


def _of_all(sums: Sums, level: float) -> Row:
    return bounds(proportion_from_sums(sums, level), "estimate", "ci_low", "ci_high")


def _mean(sums: Sums, level: float) -> Row:
    return bounds(clipped(clustered_ratio(sums, level, scale=MONEY_SCALE), -2.0, 2.0), "estimate", "ci_low", "ci_high")
