"""Money at each exit: how many visits are lost is measured, what they would have brought is projected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from functools import reduce
from math import inf
from operator import add

from pipeline.engine import Engine
from pipeline.estimate.cells import MONEY_SCALE, Row, bounds, with_interval
from pipeline.estimate.outcomes import codes_of
from pipeline.estimate.ranges import MOST_ROWS, frame_by_ranges
from pipeline.params import Params
from pipeline.stats.losses import LossSums, projected_loss, value_kept
from pipeline.stats.ratios import clipped
from pipeline.tables import EVERYBODY, LOST

NOTHING_KEPT, NOTHING_LOST = "every visit was lost", "no visit was lost"


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield, per stage of everybody and of each persona, the visits lost and what they would have brought.

    Nothing where the horizon is shorter than the silence: no exit is then seen within it (`transitions`).
    """
    del cut_off  # visit_outcomes holds visits followed for the horizon only
    if params.estimate.horizon < params.silence:
        return
    names = [field.name for field in fields(LossSums)]
    asked = {"lost": codes_of(params)[LOST], "horizon": params.estimate.horizon, "scale": MONEY_SCALE}
    tables = ["visit_outcomes", "visits", "steps"]
    found = frame_by_ranges(engine, "loss_sums", tables, names, MOST_ROWS, **asked).to_dict("records")
    for place, stage in enumerate(params.stages):
        personas = {
            one["persona"]: LossSums(*(int(one[name]) for name in names)) for one in found if one["stage_code"] == place
        }
        groups = {("all", EVERYBODY): list(personas.values())} if personas else {}
        if "persona" in params.estimate.group_by:
            groups |= {("persona", persona): [sums] for persona, sums in personas.items()}
        for (grouping, group), strata in groups.items():
            whole = reduce(add, strata)
            key = {"grouping": grouping, "group": group, "stage": stage.id}
            counts = {"n_visits": whole.lost + whole.kept, "n_customers": whole.customers, "n_lost": whole.lost}
            yield with_interval(key | counts, params, whole.customers, _money, whole, strata)


def _money(whole: LossSums, strata: list[LossSums], level: float) -> Row:
    """Return what kept visits brought, and what lost ones would have, each like those of its own persona."""
    if whole.kept == 0:
        return {"note": NOTHING_KEPT}
    kept = bounds(clipped(value_kept(whole, level, MONEY_SCALE), 0.0, inf), "value_kept", "kept_low", "kept_high")
    if whole.lost == 0:
        return {**kept, "note": NOTHING_LOST}
    loss = projected_loss(_each_with_a_kept_visit(strata), level, MONEY_SCALE)
    if kept["note"]:  # nothing varies: no bounds of either
        return {**kept, "loss": loss.estimate}
    return {**kept, "loss": loss.estimate, "loss_low": loss.low, "loss_high": loss.high}


def _each_with_a_kept_visit(strata: list[LossSums]) -> list[LossSums]:
    """Return the strata, those that lost every visit joined to the one that kept most: it alone can speak for them."""
    kept = sorted((one for one in strata if one.kept), key=lambda one: one.kept)
    return [*kept[:-1], reduce(add, (one for one in strata if not one.kept), kept[-1])]
