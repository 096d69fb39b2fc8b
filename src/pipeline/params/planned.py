"""The section `planned` of params.yaml: the journey as the brand means it to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pipeline.declarations import Section, format_duration


@dataclass(frozen=True)
class PlannedTouchpoint:
    """One touchpoint of the plan.

    Parameters
    ----------
    touchpoint
        As sources name it.
    within
        After the first one of the plan; later it has failed. None: any time in the plan's window.
    failed
        SQL over its step: it happened, but not as promised. None: it cannot fail.
    emotion
        Target, -2 … +2. None: no promise.
    """

    touchpoint: str
    within: timedelta | None
    failed: str | None
    emotion: float | None


@dataclass(frozen=True)
class PlannedParams:
    """The planned touchpoints in their order, and for how long after the first one the journey is looked at."""

    touchpoints: tuple[PlannedTouchpoint, ...] = ()
    window: timedelta = timedelta(0)


def planned_of(section: Section, horizon: timedelta) -> PlannedParams:
    """Return the section's content; nothing is planned where it is absent.

    Raises
    ------
    ParcoursError
        If fewer than two touchpoints are planned, one stands twice, or one may come after the window.
    """
    if not section.content:
        return PlannedParams()
    window = section.duration("window", horizon)
    touchpoints = tuple(_touchpoint(one, window) for one in section.sections("touchpoints"))
    names = [one.touchpoint for one in touchpoints]
    if len(names) < 2:
        raise section.fail("touchpoints", f"expected two or more, the first begins the plan, got {len(names)}.")
    for name in names:
        if names.count(name) > 1:
            raise section.fail("touchpoints", f"{name!r} stands twice; only its first time in a journey is compared.")
    section.close()
    return PlannedParams(touchpoints, window)


def _touchpoint(section: Section, window: timedelta) -> PlannedTouchpoint:
    within = section.duration("within", None)
    if within is not None and within > window:
        raise section.fail(
            "within", f"{format_duration(within)} is longer than planned.window, {format_duration(window)}."
        )
    emotion = section.number("emotion", None, low=-2, high=2)
    failed = section.text("failed", None)
    target = None if emotion is None else float(emotion)
    touchpoint = PlannedTouchpoint(section.text("touchpoint"), within, failed, target)
    section.close()
    return touchpoint
