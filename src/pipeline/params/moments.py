"""The section `moments_of_truth` of params.yaml: the rule that makes a touchpoint one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from pipeline.declarations import Section

GOAL = "is_goal"


@dataclass(frozen=True)
class Experience:
    """How a touchpoint's experience is measured, where that is declared.

    Parameters
    ----------
    measure
        SQL over the step: a number.
    better
        Which way is better for the customer: higher or lower.
    """

    measure: str
    better: str


@dataclass(frozen=True)
class MomentsParams:
    """The rule (docs/methods.md): reached, it matters, and it is found again.

    Parameters
    ----------
    reach
        Least share of journeys that meet the touchpoint.
    smallest_effect
        Least difference of the outcome between the best and the worst quarter of experiences: a share.
    level
        Accepted false discovery rate.
    stability
        Least share of bootstrapped customers' selections that hold it.
    outcome, window
        SQL over a step: what is to come of it in the end, within this time after the meeting.
    experience
        Touchpoint → its measure; others are measured by their score, their wait or their effort.
    """

    reach: float
    smallest_effect: float
    level: float
    stability: float
    outcome: str
    window: timedelta
    experience: Mapping[str, Experience]


def moments_of(section: Section) -> MomentsParams:
    """Return the section's content, with defaults for what it does not say."""
    measures = section.section("experience", {})
    found = MomentsParams(
        reach=float(section.number("reach", 0.10, low=0, high=1)),
        smallest_effect=float(section.number("smallest_effect", 0.05, low=0, high=1)),
        level=float(section.number("level", 0.10, low=0.0001, high=0.5)),
        stability=float(section.number("stability", 0.80, low=0, high=1)),
        outcome=section.text("outcome", GOAL),
        window=section.duration("window", timedelta(days=60)),
        experience={str(name): _experience(measures.section(name)) for name in measures.content},
    )
    if found.window <= timedelta(0):
        raise section.fail("window", "must be longer than 0: the outcome counts strictly after the meeting.")
    section.close()
    return found


def _experience(section: Section) -> Experience:
    found = Experience(section.text("measure"), section.choice("better", ("higher", "lower")))
    section.close()
    return found
