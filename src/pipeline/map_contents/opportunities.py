"""What the map says of opportunities and moments of truth: which rows concern a persona, and their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from pipeline.map_contents.measures import Measure, both, measure, plain
from pipeline.params import Hypothesis, Params
from pipeline.params.actions import Action, next_action
from pipeline.tables import EVERYBODY, MOMENTS, OPPORTUNITIES
from pipeline.tables.opportunities import ALL_OF_THEM, MOMENT, NOT_CONFIRMED, NOT_EXAMINED, RANKED

GAINS = (
    "gain", "gain_low", "gain_high", "effect", "effect_low", "effect_high", "outcomes", "outcomes_low",
    "outcomes_high", "n_exposed", "customers_hit", "share_hit", "months", "n_estimated", "n_customers",
    "n_compared", "mean_now", "mean_now_low", "mean_now_high", "mean_removed", "mean_removed_low", "mean_removed_high",
)  # fmt: skip
SCORES = (
    "reach", "reach_low", "reach_high", "gap", "gap_low", "gap_high", "stability",
    "n_journeys", "n_best", "n_worst", "q", "family_size", "selection_gap",
)  # fmt: skip


def rows_for(frame: pd.DataFrame, hypotheses: Sequence[Hypothesis], persona: str) -> list[tuple[Hypothesis, pd.Series]]:
    """Return the row of each opportunity that concerns a persona, its own before everybody's; the surest gain first.

    Parameters
    ----------
    frame
        The table of opportunities.
    hypotheses
        What is declared; one that does not concern the persona brings its own row only.
    persona
        Id of the persona.
    """
    found = []
    for hypothesis in hypotheses:
        rows = frame[frame["id"] == hypothesis.id]
        groups = [persona, EVERYBODY] if persona in hypothesis.concerns else [persona]
        mine = [rows[rows["group"] == group] for group in groups]
        row = next((one.iloc[0] for one in mine if len(one)), None)
        if row is not None:
            found.append((hypothesis, row))
    return sorted(found, key=lambda one: _place(one[1]))


def _place(row: pd.Series) -> tuple[bool, float, str]:
    low = plain(row["gain_low"])
    return row["status"] != RANKED, -(low or 0.0), row["id"]


def together(frame: pd.DataFrame, persona: str) -> pd.Series | None:
    """Return the row of everything removed together: the persona's own, else everybody's."""
    for group in (persona, EVERYBODY):
        rows = frame[(frame["id"] == ALL_OF_THEM) & (frame["group"] == group)]
        if len(rows):
            return rows.iloc[0]
    return None


def opportunities_of(
    frame: pd.DataFrame, params: Params, persona: str, actions: Sequence[Action], numbers: dict[str, int]
) -> dict[str, Any]:
    """Return what stands in the lane of opportunities.

    Parameters
    ----------
    frame
        The table of opportunities.
    params, persona
        Whose map it is.
    actions
        Of actions.yaml.
    numbers
        Hypothesis → number of its pain point on the map.
    """
    rows = rows_for(frame, params.hypotheses, persona)
    joint = together(frame, persona)
    return {
        "listed": [_opportunity(hypothesis, row, actions, numbers) for hypothesis, row in rows],
        "together": None
        if joint is None
        else {"group": joint["group"], **measure(OPPORTUNITIES, joint, "gain", "gain_low", "gain_high")},
    }


def _opportunity(hypothesis: Hypothesis, row: pd.Series, actions: Sequence[Action], numbers: dict[str, int]) -> Measure:
    action = next_action(actions, hypothesis.id)
    owner = hypothesis.owner if action is None else action.owner
    return {
        "id": hypothesis.id,
        "number": numbers.get(hypothesis.id),
        "group": row["group"],
        "status": row["status"],
        "claim": both(hypothesis.claim),
        "action": None if action is None else both(action.name),
        "owner": both(owner),
        "date": None if action is None else action.date.isoformat(),
        "expected_effect": None if action is None else action.expected_effect,
        "unit": hypothesis.outcome.kind,
        "grade": row["grade"],
        **measure(OPPORTUNITIES, row, *GAINS),
    }


def moments_of(frame: pd.DataFrame, params: Params, persona: str) -> dict[str, Any]:
    """Return what stands in the lane of moments of truth: those found, and how many touchpoints were examined."""
    mine = frame[frame["group"] == persona]
    wanted = params.moments_of_truth
    return {
        "rule": {
            "reach": wanted.reach,
            "smallest_effect": wanted.smallest_effect,
            "level": wanted.level,
            "stability": wanted.stability,
            "window_days": wanted.window.total_seconds() / 86400,
        },
        "examined": int((mine["status"] != NOT_EXAMINED).sum()),
        "found": [_moment(row, params) for _, row in mine[mine["status"] == MOMENT].iterrows()],
        "not_confirmed": [_moment(row, params) for _, row in mine[mine["status"] == NOT_CONFIRMED].iterrows()],
    }


def _moment(row: pd.Series, params: Params) -> Measure:
    names = params.touchpoints.get(row["touchpoint"])
    name = both(names) if names else dict.fromkeys(("fr", "en"), row["touchpoint"])
    return {
        "touchpoint": row["touchpoint"],
        "stage": row["stage"],
        "name": name,
        "measure": plain(row["measure"]),
        "position": plain(row["position"]),
        **measure(MOMENTS, row, *SCORES),
    }
