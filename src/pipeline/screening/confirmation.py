"""The confirmation: each locked candidate, estimated once on customers that the search never saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from pipeline.engine import Engine
from pipeline.errors import ParcoursError
from pipeline.params import Params
from pipeline.privacy.small_cells import withhold_comparisons
from pipeline.results import in_form
from pipeline.screening.candidates import FILE, Batch, Candidate, read_batches
from pipeline.screening.kinds import KINDS
from pipeline.screening.meetings import Sums, compare, effect_in, make_meetings, support_rule, why_not_testable
from pipeline.stats.arm_sums import ArmSums
from pipeline.stats.halves import CONFIRMING
from pipeline.stats.multiplicity import false_coverage_level, false_discovery_q
from pipeline.stats.result import Effect
from pipeline.stats.verdicts import SUPPORTED, verdict
from pipeline.tables import EVERYBODY, SCREENING, VISITS
from pipeline.tables.screening import CONFIRMED, MET, NOT_CONFIRMED
from pipeline.workspace import Workspace

NO_CUSTOMERS, NO_VARIATION = "n = 0", "no variation"


@dataclass(frozen=True)
class Judged:
    """A candidate on the confirming half.

    Parameters
    ----------
    batch
        Its number.
    candidate
        What was locked.
    sums
        Of the confirming half; None: nobody there.
    effect
        None: it cannot be tested.
    note
        Why not.
    """

    batch: int
    candidate: Candidate
    sums: ArmSums | None
    effect: Effect | None
    note: str | None


def confirm(
    engine: Engine, params: Params, workspace: Workspace, window: tuple[datetime, datetime]
) -> tuple[dict[str, pd.DataFrame], list[Mapping[str, Any]]]:
    """Return the table `screening` by its name and the log of what was withheld; nothing without a candidates.yaml.

    Parameters
    ----------
    engine
        With steps and personas readable.
    params
        Silence, stages, level of intervals, false discovery rate, smallest cell and margin.
    workspace
        Where candidates.yaml and the visits lie.
    window
        Start and end of the observation window, naive UTC.

    Raises
    ------
    ParcoursError
        If candidates.yaml is not well formed, or a batch was locked after the data end.
    """
    batches = read_batches(workspace.root / FILE)
    if not batches:
        return {}, []
    engine.read(VISITS, workspace.path(VISITS.path))
    judged = estimates(engine, params, batches, window[1])
    orders: dict[str, Any] = {
        "stage": [stage.id for stage in params.stages],
        "kind": list(KINDS),
        "group": [EVERYBODY, *(persona.id for persona in params.personas)],
        "batch": [batch.number for batch in batches],
    }
    rows = judge(judged, params.assess_level, params.estimate.level)
    shown, log = withhold_comparisons(rows, SCREENING, params.estimate.smallest_cell)
    return {SCREENING.name: in_form(shown, SCREENING, orders)}, log


def estimates(engine: Engine, params: Params, batches: Sequence[Batch], cut_off: datetime) -> list[Judged]:
    """Return each candidate's estimate on the customers that may confirm it.

    Notes
    -----
    The first batch: the whole confirming half. A later one: those of it first seen after the batch before was locked,
    because what came before was open when this batch was searched. Either way only what was known when the batch was
    locked counts, so that more data never reopen a batch: each is looked at once.
    """
    found: list[Judged] = []
    for place, batch in enumerate(batches):
        where = f"{FILE}: batches[{place}]"
        if batch.locked_at > cut_off:
            raise ParcoursError(
                f"{where}.locked_at: {batch.locked_at.isoformat()} is later than the end of the data, "
                f"{cut_off.isoformat()}. Bring back the data it was locked on."
            )
        seen_after = batches[place - 1].locked_at if place else None
        support = support_rule(engine, batch.support, f"{where}.support")
        make_meetings(engine, params, CONFIRMING, batch.locked_at, batch.window, support, seen_after)
        for i, candidate in enumerate(batch.candidates):
            sums = compare(
                engine, candidate.stage, candidate.touchpoint, candidate.condition, [candidate.kind],
                f"{where}.candidates[{i}].condition",
            )  # fmt: skip
            found.append(_estimate(batch.number, candidate, sums, params))
    return found


def _estimate(batch: int, candidate: Candidate, sums: Sums, params: Params) -> Judged:
    mine = sums.get((candidate.group, candidate.kind))
    if mine is None:
        return Judged(batch, candidate, None, None, NO_CUSTOMERS)
    reason = why_not_testable(mine, candidate.kind, params)
    effect = None if reason else effect_in(sums, candidate.group, candidate.kind)
    if reason is None and effect is None:
        reason = NO_VARIATION
    return Judged(batch, candidate, mine, effect, reason)


def judge(judged: Sequence[Judged], rate: float, level: float) -> list[dict[str, Any]]:
    """Return the rows of the table: q over the candidates of all batches, verdict, adjusted intervals.

    Parameters
    ----------
    judged
        Of all batches: one cumulative family.
    rate
        Accepted false discovery rate.
    level
        Coverage of the intervals.

    Notes
    -----
    Confirmed: q ≤ rate, the interval lies on the side that hurts, and it reaches the smallest effect
    (`verdicts.verdict` says *supported*). The screening half's estimate plays no part.
    """
    tested = [one.effect for one in judged if one.effect is not None]
    q_of = iter(false_discovery_q(np.array([effect.p for effect in tested])))
    rows = [_row(one, next(q_of) if one.effect else None, len(tested), rate, level) for one in judged]
    confirmed = sum(row["verdict"] == CONFIRMED for row in rows)
    for row, one in zip(rows, judged, strict=True):
        if row["verdict"] == CONFIRMED and one.effect is not None:
            corrected = false_coverage_level(confirmed, len(tested), rate, level)
            row["fcr_low"], row["fcr_high"] = one.effect.interval(corrected)
    return rows


def _row(one: Judged, q: float | None, family: int, rate: float, level: float) -> dict[str, Any]:
    candidate, sums, effect = one.candidate, one.sums, one.effect
    direction = KINDS[candidate.kind].direction
    row: dict[str, Any] = {
        "batch": one.batch,
        "kind": candidate.kind,
        "stage": candidate.stage,
        "touchpoint": candidate.touchpoint,
        "condition": candidate.condition or MET,
        "group": candidate.group,
        "direction": direction,
        "smallest_effect": candidate.smallest_effect,
        "screening_effect": candidate.effect,
        "screening_p": candidate.p,
        "n_exposed": sums.n_1 if sums else 0,
        "n_unexposed": sums.n_0 if sums else 0,
        "n_customers": sums.clusters if sums else 0,
        "customers_hit": sums.clusters_1 if sums else 0,
        "family_size": family,
        "verdict": NOT_CONFIRMED,
        "note": one.note,
    }
    if effect is None or q is None:
        return row
    low, high = effect.interval(level)
    row |= {
        "effect": effect.estimate, "ci_low": low, "ci_high": high, "p": effect.p, "q": float(q),
        "design_effect": effect.design_effect,
    }  # fmt: skip
    if verdict(low, high, direction, candidate.smallest_effect, q, rate)[0] == SUPPORTED:
        row["verdict"] = CONFIRMED
    return row
