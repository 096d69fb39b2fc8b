"""Meetings of one half of the customers with touchpoints, what followed, and the sums that compare them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine, literal
from pipeline.expressions import expression
from pipeline.params import Params
from pipeline.screening.kinds import KINDS
from pipeline.stats.arm_sums import ArmSums, standardised_difference
from pipeline.stats.halves import half_of
from pipeline.stats.result import Effect
from pipeline.tables import EVERYBODY

SELF_SERVICE = ("web", "app")
ASSISTED = ("support", "call", "store")
NAMES = [field.name for field in fields(ArmSums)]

Sums = dict[tuple[str, str], ArmSums]


def make_meetings(
    engine: Engine,
    params: Params,
    half: int,
    cut_off: datetime,
    window: timedelta,
    support: exp.Expr,
    seen_after: datetime | None = None,
) -> None:
    """Make `meetings` and `meeting_outcomes` of one half; what the other half did cannot enter.

    Parameters
    ----------
    engine
        With steps, visits and personas readable.
    params
        Silence, and the order of the stages.
    half
        `halves.SCREENING` or `halves.CONFIRMING`.
    cut_off
        Meetings enter that were followed for the window and the silence until then, naive UTC.
    window
        What counts comes within it, strictly after the meeting.
    support
        Rule over a step: the customer asks for help.
    seen_after
        Only customers first seen after it; default: all.
    """
    known = engine.frame(exp.select("customer_id", "persona", "first_seen_at").from_("personas"))
    is_in = half_of(known["customer_id"].to_numpy()) == half
    if seen_after is not None:
        is_in &= (known["first_seen_at"] > seen_after).to_numpy()
    engine.load("half_customers", known.loc[is_in, ["customer_id", "persona"]])
    stages = [stage.id for stage in params.stages]
    engine.load("stage_order", pd.DataFrame({"stage": stages, "place": np.arange(len(stages))}))
    engine.make("meetings", window=window, silence=params.silence, cut_off=cut_off)
    engine.make(
        "meeting_outcomes", window=window, silence=params.silence, support=support,
        self_service=SELF_SERVICE, assisted=ASSISTED,
    )  # fmt: skip


def support_rule(engine: Engine, text: str, where: str) -> exp.Expr:
    """Return the rule that tells a contact with support, its names checked against the steps."""
    return expression(text, where, engine.columns("steps"))


def compare(
    engine: Engine, stage: str, touchpoint: str, condition: str | None, kinds: Sequence[str], where: str
) -> Sums:
    """Return the sums of exposed and other meetings, by group and kind of pain.

    Parameters
    ----------
    engine
        After `make_meetings`.
    stage, touchpoint
        Where the exposure is.
    condition
        Rule on the meeting's step. None: meeting the touchpoint is the exposure, and others of the stage are the rest;
        else the rest are meetings of the same touchpoint, and those where the condition is unknown do not count.
    kinds
        Kinds of pain to compare.
    where
        File and key of the condition, for errors.

    Raises
    ------
    ParcoursError
        If the condition uses a column that does not exist.
    """
    at_stage = exp.column("stage").eq(exp.Literal.string(stage))
    at_touchpoint = exp.column("touchpoint").eq(exp.Literal.string(touchpoint))
    population: exp.Expr = at_stage
    exposure: exp.Expr = at_touchpoint
    if condition is not None:
        population = exp.and_(at_stage, at_touchpoint)
        exposure = expression(condition, where, engine.columns("steps"))
    outcome = exp.Case(ifs=[exp.If(this=exp.column("kind").eq(literal(kind)), true=exp.column(kind)) for kind in kinds])
    found = engine.frame(
        "arm_sums", kinds=list(kinds), population=population, exposure=exposure, outcome=outcome
    ).to_dict("records")
    sums: Sums = {}
    parts: dict[str, list[ArmSums]] = defaultdict(list)
    for row in found:
        one = ArmSums(*(int(row[name]) for name in NAMES))
        sums[str(row["persona"]), str(row["kind"])] = one
        parts[str(row["kind"])].append(one)
    for kind, of_personas in parts.items():
        total = of_personas[0]
        for one in of_personas[1:]:
            total += one
        sums[EVERYBODY, kind] = total
    return sums


def effect_in(sums: Sums, group: str, kind: str) -> Effect | None:
    """Return the effect in a group, or None where an arm is empty or nothing varies.

    Notes
    -----
    In everybody, exposed and other meetings are compared within each persona (`standardised_difference`): that one
    persona meets something more often and another one buys less is no pain.
    """
    if group == EVERYBODY:
        strata = [one for at, one in sums.items() if at[1] == kind and at[0] != EVERYBODY]
    else:
        strata = [sums[group, kind]]
    try:
        effect = standardised_difference(strata, KINDS[kind].scale)
    except ValueError:
        return None
    return effect if effect.standard_error > 0 else None


def why_not_testable(sums: ArmSums, kind: str, params: Params) -> str | None:
    """Return why two arms cannot be compared, or None: too few customers or meetings, or nothing that varies."""
    smallest = max(params.estimate.smallest_cell, 2)
    if min(sums.clusters_1, sums.clusters_0) < smallest:
        return f"n < {smallest}"
    margins = {"exposed meetings": sums.n_1, "other meetings": sums.n_0}
    if KINDS[kind].is_share:
        with_it = sums.y_1 + sums.y_0
        margins |= {"meetings with the outcome": with_it, "meetings without it": sums.n_1 + sums.n_0 - with_it}
    for name, count in margins.items():
        if count < params.smallest_margin:
            return f"fewer than {params.smallest_margin} {name}"
    return None
