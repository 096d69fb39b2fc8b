"""Rhythm: when customers act in the day and in the week, through which channel, how they feel, when they leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

import sqlglot
from sqlglot import exp

from pipeline.engine import Engine, bind, query_of
from pipeline.estimate.cells import MONEY_SCALE, Row, bounds, with_interval
from pipeline.estimate.outcomes import codes_of
from pipeline.estimate.sums import Found, in_groups, read_sums, six_sums
from pipeline.expressions import DIALECT
from pipeline.groups import customer_groups
from pipeline.params import Params
from pipeline.stats.ratios import Sums, clipped, clustered_ratio, part_of, proportion_from_sums
from pipeline.tables import EVERYBODY, LOST
from pipeline.typing_rules import to_local

CLOCKS = {
    "hour": "extract(hour from $local)",
    # 5 January 1970 was a Monday: Monday is 0
    "weekday": "date_diff('day', date '1970-01-05', cast($local as date)) % 7",
}
WHOLE = -1  # the part of a clock that is all of it


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
    channels = [row[0] for row in engine.rows(query_of("select distinct channel from steps order by channel"))]
    for clock in CLOCKS:
        found: dict[tuple[str, str, int, str, str], Sums] = {}
        for ask in (partial(_of_steps, engine, params, clock, channels), partial(_of_entries, engine, params, clock)):
            for grouping, group, (at, measure, channel), own in in_groups(customer_groups(params), ask):
                found[grouping, group, at, measure, channel] = own
        for (grouping, group, at, measure, channel), own in found.items():
            # with a horizon shorter than the silence no visit has had the time to end in it
            if at != WHOLE and (measure != "lost" or params.estimate.horizon >= params.silence):
                row = {"grouping": grouping, "group": group, "clock": clock, "at": at, "measure": measure}
                whole = found.get((grouping, group, WHOLE if measure == "activity" else at, "activity", ""))
                yield _row({**row, "channel": channel or EVERYBODY}, own, whole, params)


def _part(clock: str, moment: str, params: Params) -> exp.Expr:
    """Return SQL for the part of a clock that a column (``table.name``, naive UTC) falls into, in the brand's zone."""
    local = to_local(exp.to_column(moment), params.workspace.time_zone)
    return bind(sqlglot.parse_one(CLOCKS[clock], read=DIALECT), {"local": local})


def _of_steps(engine: Engine, params: Params, clock: str, channels: list[str], group: exp.Expr) -> Iterator[Found]:
    """Yield (group, (part, measure, channel), sums) of what customers do and feel."""
    own, sums = [], six_sums("activity", "n", "n_ever", "n > 0") + six_sums("contacts", "n_contacts", "n", "n > 0")
    sums += six_sums("emotion", "felt", "n_felt", "n_felt > 0", number="decimal(38, 0)")
    for i, channel in enumerate(channels):
        then = exp.column("actor").eq("customer").and_(exp.column("channel").eq(channel))
        own.append(exp.alias_(exp.Count(this=exp.Case().when(then, "1")), f"n_{i}"))
        sums += six_sums(f"channel_{i}", f"n_{i}", "n", f"n_{i} > 0")
    part = _part(clock, "steps.occurred_at", params)
    frame = engine.frame("rhythm_steps", group=group, local_part=part, own=own, sums=sums)
    for name, rows_of_group in frame.groupby("group", sort=True):
        whole = Sums(int(rows_of_group["acting"].iloc[0]), 0, 0, 0, 0, 0)
        for row in rows_of_group.to_dict("records"):
            done = read_sums(row, "activity")
            # what a customer does then, times all she ever does, adds up to the square of that
            whole += Sums(0, done.a, done.a, done.ab, done.ab, done.ab)
            measured = {(measure, ""): read_sums(row, measure) for measure in ("activity", "contacts", "emotion")}
            measured |= {("channel", one): read_sums(row, f"channel_{i}") for i, one in enumerate(channels)}
            yield from ((name, (row["part"], *what), own) for what, own in measured.items() if own.clusters)
        yield name, (WHOLE, "activity", ""), whole


def _of_entries(engine: Engine, params: Params, clock: str, group: exp.Expr) -> Iterator[Found]:
    """Yield (group, (part, measure, channel), sums) of the visits that ended in silence."""
    part, sums = _part(clock, "visit_outcomes.entered_at", params), six_sums("lost", "n_lost", "n", "n > 0")
    frame = engine.frame("rhythm_entries", group=group, local_part=part, lost=codes_of(params)[LOST], sums=sums)
    for row in frame.to_dict("records"):
        yield row["group"], (row["part"], "lost", ""), read_sums(row, "lost")


def _row(row: Row, own: Sums, whole: Sums | None, params: Params) -> Row:
    customers, n = own.clusters, own.b
    if whole is not None and row["measure"] in ("activity", "channel"):
        n = own.a
        own = part_of(whole, own)
    counted = {**row, "n": n, "n_customers": customers}
    return with_interval(counted, params, customers, _mean if row["measure"] == "emotion" else _of_all, own)


def _of_all(sums: Sums, level: float) -> Row:
    return bounds(proportion_from_sums(sums, level), "estimate", "ci_low", "ci_high")


def _mean(sums: Sums, level: float) -> Row:
    return bounds(clipped(clustered_ratio(sums, level, scale=MONEY_SCALE), -2.0, 2.0), "estimate", "ci_low", "ci_high")
