"""The planned journey of a persona: each planned touchpoint beside what happened instead."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline import tables
from pipeline.map_contents.measures import both, measure, only
from pipeline.params import Names, Params

DEVIATIONS = ("as_planned", "out_of_order", "failed", "missing")
MOST_AD_HOC = 8
_FELT = ("n", "emotion", "ci_low", "ci_high")
_NUMBERS = ("n", "n_customers", "n_journeys", "share", "ci_low", "ci_high")


def planned(
    deviations: pd.DataFrame, touchpoints: pd.DataFrame, emotions: pd.DataFrame, params: Params
) -> dict[str, Any]:
    """Return the plan of one persona and what came of it.

    Parameters
    ----------
    deviations, touchpoints, emotions
        The persona's rows of these tables.
    params
        ``planned``, names of touchpoints.

    Returns
    -------
    dict
        ``window_days``; ``plan``: the touchpoints in their order, the four shares of each, its target and the emotion
        measured in its stage; ``ad_hoc``: unplanned touchpoints, those most journeys met first, and how many more
        there are.
    """
    stage_of = touchpoints.dropna(subset=["touchpoint"]).groupby("touchpoint")["stage"].first().to_dict()
    plan = []
    for place, one in enumerate(params.planned.touchpoints, start=1):
        rows = deviations[deviations["place"] == place]
        stage = stage_of.get(one.touchpoint)
        plan.append({
            "touchpoint": one.touchpoint,
            "name": both(_named(one.touchpoint, params)),
            "within_days": None if one.within is None else one.within.total_seconds() / 86400,
            "can_fail": one.within is not None or one.failed is not None,
            "target": one.emotion,
            "emotion": only(tables.EMOTIONS, emotions, {"stage": stage, "measured_by": "score"}, *_FELT),
            **{name: only(tables.DEVIATIONS, rows, {"deviation": name}, *_NUMBERS) for name in DEVIATIONS},
        })  # fmt: skip
    ad_hoc = deviations[deviations["deviation"] == "ad_hoc"]
    ad_hoc = ad_hoc.assign(met=ad_hoc["n"].fillna(0)).sort_values(["met", "touchpoint"], ascending=[False, True])
    return {
        "window_days": params.planned.window.total_seconds() / 86400,
        "plan": plan,
        "ad_hoc": [
            {"name": both(_named(row["touchpoint"], params)), "measure": measure(tables.DEVIATIONS, row, *_NUMBERS)}
            for _, row in ad_hoc.head(MOST_AD_HOC).iterrows()
        ],
        "further_ad_hoc": max(len(ad_hoc) - MOST_AD_HOC, 0),
    }


def _named(touchpoint: str, params: Params) -> Names:
    return params.touchpoints.get(touchpoint, Names(touchpoint, touchpoint))
