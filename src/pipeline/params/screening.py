"""The section `screening` of params.yaml: how pains that nobody declared are searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from pipeline.declarations import Section
from pipeline.errors import nearest

# Kind of pain → the least effect worth acting on where params.yaml names none: shares, days, points of emotion.
SMALLEST_EFFECTS: Mapping[str, float] = {
    "excess_exit": 0.05,
    "wait": 1.0,
    "rework": 0.05,
    "support_contact": 0.03,
    "repeated_contact": 0.03,
    "channel_switch": 0.05,
    "emotion_dip": 0.2,
}
SUPPORT_CONTACT = "channel in ('support', 'call') and actor = 'customer'"


@dataclass(frozen=True)
class ScreeningParams:
    """What `parcours screen` searches and how much it keeps.

    Parameters
    ----------
    candidates
        At most so many are locked in a batch.
    level
        A candidate's p-value in the screening half does not exceed it.
    window
        What follows a touchpoint is looked at for so long.
    support
        SQL over a step: the customer asks for help.
    smallest_effect
        Kind of pain → least effect worth acting on, without a sign.
    """

    candidates: int
    level: float
    window: timedelta
    support: str
    smallest_effect: Mapping[str, float]


def screening_of(section: Section) -> ScreeningParams:
    """Return the section's content, with defaults for what it does not say."""
    effects = section.section("smallest_effect", {})
    for name in effects.content:
        if name not in SMALLEST_EFFECTS:
            raise effects.fail(str(name), f"no such kind of pain.{nearest(str(name), SMALLEST_EFFECTS)}")
    smallest = {name: float(effects.number(name, default)) for name, default in SMALLEST_EFFECTS.items()}
    for name, value in smallest.items():
        if value <= 0:
            raise effects.fail(name, "must be above 0: the least effect worth acting on, without a sign.")
    found = ScreeningParams(
        candidates=section.whole("candidates", 10, low=1),
        level=float(section.number("level", 0.05, low=0.0001, high=0.5)),
        window=section.duration("window", timedelta(days=14)),
        support=section.text("support", SUPPORT_CONTACT),
        smallest_effect=smallest,
    )
    if found.window <= timedelta(0):
        raise section.fail("window", "must be longer than 0: what counts comes strictly after the touchpoint.")
    section.close()
    return found
