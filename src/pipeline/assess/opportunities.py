"""What removing each pain point would bring: chosen in one half of the customers, estimated in the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from pipeline.assess.comparison import compare, over_time, sample_of
from pipeline.assess.estimates import NO_COMPARABLE, adjusted, too_few
from pipeline.assess.judgement import judged
from pipeline.assess.known import NOW
from pipeline.assess.row import Comparison, Row, Sample
from pipeline.assess.units import Units
from pipeline.params import Hypothesis, Params
from pipeline.results import in_form
from pipeline.stats.effects import difference_of_means, influence_on_difference
from pipeline.stats.halves import CONFIRMING, SCREENING
from pipeline.stats.ratios import clipped
from pipeline.stats.removal import REPLICATES, Means, Pain, joint_gain, means_without, outcomes_gained
from pipeline.stats.result import Effect
from pipeline.stats.verdicts import SUPPORTED
from pipeline.tables import EVERYBODY, OPPORTUNITIES
from pipeline.tables.opportunities import ALL_OF_THEM, JOINT, NO_VALUE, NOT_ESTIMATED, NOT_SELECTED, RANKED

DAYS_PER_MONTH = 365.25 / 12
NAMES = ("", "_low", "_high")


@dataclass(frozen=True)
class Halved:
    """A pain point in one group: compared in one half of the customers, its units of the other half kept closed.

    Parameters
    ----------
    screened
        The comparison in the half that selects.
    confirming
        Units of the other half.
    n_exposed, customers_hit
        In both halves: exposures are counted, not estimated.
    n_units
        Exposed and other units of both halves.
    months
        How long the time zeros of these units span.
    """

    screened: Comparison
    confirming: Units
    n_exposed: int
    customers_hit: int
    n_units: int
    months: float

    @property
    def hypothesis(self) -> Hypothesis:
        """Return what was declared."""
        return self.screened.hypothesis

    @property
    def key(self) -> tuple[str, str]:
        """Return hypothesis and group."""
        return self.hypothesis.id, self.screened.group


@dataclass(frozen=True)
class Estimated:
    """A pain point in the half that estimates: its effect, its outcome, and what its removal is computed from."""

    effect: Effect
    pain: Pain
    means: Means


def in_halves(
    units: Units, hypothesis: Hypothesis, group: str, params: Params, window: tuple[datetime, datetime]
) -> Halved:
    """Return a pain point compared in the screening half, beside its units of the confirming half.

    Parameters
    ----------
    units
        Of the group, as `find_units` gives them.
    hypothesis, group, params
        As `compare`.
    window
        Start and end of the observation window, naive UTC.
    """
    exposed = units.frame["is_exposed"]
    return Halved(
        screened=compare(units.of_half(SCREENING), hypothesis, group, params),
        confirming=units.of_half(CONFIRMING),
        n_exposed=int(exposed.sum()),
        customers_hit=units.frame.loc[exposed, "customer_id"].nunique(),
        n_units=len(units.frame),
        months=_months(hypothesis, window),
    )


def _months(hypothesis: Hypothesis, window: tuple[datetime, datetime]) -> float:
    """Return how long time zeros of followed units can span."""
    followed = NOW if hypothesis.outcome.kind == "time_to_event" else hypothesis.outcome_window
    opens = window[0] + max(-hypothesis.exposure_window, NOW)
    closes = window[1] - max(hypothesis.exposure_window, NOW) - followed
    return max((closes - opens) / timedelta(days=DAYS_PER_MONTH), 0.0)


def opportunities(halved: Sequence[Halved], found: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return one row per pain point and group worth a look, and one for all of them together.

    Parameters
    ----------
    halved
        Every pain point in every group in which it is tested.
    found
        The table of hypotheses: what all customers together say.
    params
        Of the workspace.

    Notes
    -----
    A pain point is *selected* if it is supported in the screening half, the pains there being one family. Its gain is
    then estimated in the confirming half, which had no say (METHODS 4). One that only all customers together support
    is shown beside them, without a rank and outside the joint row: the same customers would have chosen and measured
    it, and such gains run too high. Rank: lower bound of the money per month, within the group.
    """
    verdicts = judged([one.screened for one in halved], params)
    is_supported = set(map(tuple, found.loc[found["verdict"] == SUPPORTED, ["id", "group"]].to_numpy()))
    rows: list[Row] = []
    for group in (EVERYBODY, *(persona.id for persona in params.personas)):
        mine = [
            (one, row["verdict"] == SUPPORTED)
            for one, row in zip(halved, verdicts, strict=True)
            if one.key[1] == group and (row["verdict"] == SUPPORTED or one.key in is_supported)
        ]
        rows += _of_group(group, mine, params)
    orders = {"group": [EVERYBODY, *(persona.id for persona in params.personas)]}
    orders["id"] = [*(hypothesis.id for hypothesis in params.hypotheses), ALL_OF_THEM]
    return in_form(rows, OPPORTUNITIES, orders)


def _of_group(group: str, chosen: Sequence[tuple[Halved, bool]], params: Params) -> list[Row]:
    rows, selected = [], []
    for one, is_selected in chosen:
        estimated = estimate(one, params)
        row = _row(one, estimated, is_selected, params)
        rows.append(row)
        if row["status"] == RANKED and isinstance(estimated, Estimated):
            selected.append((one, estimated))
    ranked = sorted((row for row in rows if row["status"] == RANKED), key=lambda row: (-row["gain_low"], row["id"]))
    for rank, row in enumerate(ranked, start=1):
        row["rank"] = rank
    if len(selected) > 1:
        rows.append(_joint(group, selected, params))
    return rows


def estimate(one: Halved, params: Params) -> Estimated | str:
    """Return the effect in the confirming half and what a removal is computed from, or why there is none."""
    hypothesis, frame = one.hypothesis, one.confirming.frame
    answered = frame[frame["outcome"].notna()]
    smallest = max(params.estimate.smallest_cell, 2)
    by_arm = answered.groupby("is_exposed")["customer_id"].nunique()
    if min(by_arm.get(True, 0), by_arm.get(False, 0)) < smallest:
        return f"n < {smallest}"
    sample = sample_of(answered, one.confirming.covariates, hypothesis)
    if reason := too_few(sample, params.smallest_margin):
        return reason
    timed = over_time(sample, answered, hypothesis) if hypothesis.outcome.kind == "time_to_event" else sample
    measured = _measured(timed) if timed is not None else None
    if timed is None or measured is None:
        return NO_COMPARABLE
    effect, influence = measured
    sign = 1.0 if hypothesis.direction == "higher" else -1.0
    hits = _hits(frame[frame["is_exposed"]], hypothesis)
    return Estimated(
        effect,
        Pain(
            harm=sign * effect.estimate,
            customers=answered["customer_id"].to_numpy(),
            influence=sign * influence,
            hits=hits,
            scale=one.n_exposed / len(hits) / one.months,
            value=hypothesis.value_per_outcome or 0.0,
            direction=hypothesis.direction,
            is_share=hypothesis.outcome.kind in ("binary", "time_to_event"),
        ),
        means_without(timed.outcome, timed.exposed, timed.customers, effect, influence, params.estimate.level),
    )


def _measured(sample: Sample) -> tuple[Effect, np.ndarray] | None:
    """Return the adjusted effect (crude if nothing is to be adjusted for) and its influences; None: no overlap."""
    if not sample.covariates.shape[1]:
        effect = difference_of_means(sample.outcome, sample.exposed, sample.customers)
        return effect, influence_on_difference(sample.outcome, sample.exposed)
    try:
        found = adjusted(sample)
    except ValueError:
        return None
    return None if found.is_overlap_failed else (found.effect, found.influence)


def _hits(exposed: pd.DataFrame, hypothesis: Hypothesis) -> pd.DataFrame:
    """Return exposed units from time zero to the end of the outcome window, and whether removal can change them."""
    is_share = hypothesis.outcome.kind in ("binary", "time_to_event")
    is_open = exposed["outcome"] == (1 if hypothesis.direction == "higher" else 0)
    closes_at = exposed["index_at"] + max(hypothesis.exposure_window, NOW) + hypothesis.outcome_window
    return pd.DataFrame(
        {
            "customer_id": exposed["customer_id"],
            "opens_at": exposed["index_at"],
            "closes_at": closes_at,
            "is_open": is_open if is_share else True,
        }
    ).reset_index(drop=True)


# -- rows --------------------------------------------------------------------------------------------------------------


def _row(one: Halved, estimated: Estimated | str, is_selected: bool, params: Params) -> Row:
    hypothesis, (name, group) = one.hypothesis, one.key
    row: Row = {
        "id": name,
        "group": group,
        "hypotheses": name,
        "owner": hypothesis.owner.en,
        "status": NOT_ESTIMATED,
        "grade": one.screened.grade,
        "outcome_kind": hypothesis.outcome.kind,
        "months": one.months,
        "value_per_outcome": hypothesis.value_per_outcome,
    }
    if _is_countable(one, params):
        share = one.n_exposed / one.n_units
        row |= {"n_exposed": one.n_exposed, "customers_hit": one.customers_hit, "share_hit": share}
    if isinstance(estimated, str) or not one.months:
        return row | {"note": estimated if isinstance(estimated, str) else "n = 0"}
    level, sign = params.estimate.level, 1 if hypothesis.direction == "higher" else -1
    bounds = sorted(sign * bound for bound in estimated.effect.interval(level))
    gain = outcomes_gained(estimated.pain, level)
    amounts = (gain.estimate, gain.low, gain.high)
    row |= {
        "n_estimated": estimated.effect.n_exposed,
        "n_customers": estimated.effect.clusters,
        **_named("effect", (sign * estimated.effect.estimate, *bounds)),
        **_means(estimated.means, hypothesis),
        **_named("outcomes", amounts),
        "n_replicates": REPLICATES,
        "status": RANKED if is_selected else NOT_SELECTED,
    }
    if hypothesis.value_per_outcome is None:
        return row | {"status": NO_VALUE if is_selected else NOT_SELECTED}
    return row | _named("gain", tuple(amount * hypothesis.value_per_outcome for amount in amounts))


def _is_countable(one: Halved, params: Params) -> bool:
    return one.customers_hit >= params.estimate.smallest_cell


def _means(means: Means, hypothesis: Hypothesis) -> Row:
    """Return the mean outcome now and with the pain removed; shares stay between 0 and 1."""
    row: Row = {"n_compared": means.now.n}
    for name, found in (("mean_now", means.now), ("mean_removed", means.removed)):
        is_share = hypothesis.outcome.kind in ("binary", "time_to_event") and not math.isnan(found.low)
        kept = clipped(found, 0.0, 1.0) if is_share else found
        row |= _named(name, (kept.estimate, kept.low, kept.high))
    return row


def _named(name: str, values: tuple[float, ...]) -> Row:
    return {f"{name}{part}": value for part, value in zip(NAMES, values, strict=True)}


def _joint(group: str, selected: Sequence[tuple[Halved, Estimated]], params: Params) -> Row:
    gain = joint_gain([estimated.pain for _, estimated in selected], params.estimate.level)
    grades = sorted(one.screened.grade for one, _ in selected)
    return {
        "id": ALL_OF_THEM,
        "group": group,
        "hypotheses": " + ".join(one.hypothesis.id for one, _ in selected),
        "status": JOINT,
        "grade": grades[-1],  # as weak as the weakest of them
        "n_replicates": REPLICATES,
        **_named("gain", (gain.estimate, gain.low, gain.high)),
    }
