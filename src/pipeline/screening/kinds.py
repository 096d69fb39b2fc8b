"""Kinds of pain that are searched without having been declared."""

from __future__ import annotations

from dataclasses import dataclass

MINUTES_PER_DAY = 1440
EMOTION_SCALE = 10_000  # emotions have four decimals


@dataclass(frozen=True)
class Kind:
    """One kind of pain; its id is the column of `meeting_outcomes` that tells it.

    Parameters
    ----------
    id
        Its name in candidates.yaml and in the table of results.
    direction
        In which the outcome hurts: higher or lower.
    scale
        What the outcome was multiplied by to become a whole number.
    of_touchpoints, of_conditions
        Whether meeting a touchpoint, and whether a condition at one, is searched as its exposure.
    """

    id: str
    direction: str = "higher"
    scale: int = 1
    of_touchpoints: bool = True
    of_conditions: bool = False

    @property
    def is_share(self) -> bool:
        """Whether the outcome is 0 or 1, so that its effect is a difference of shares."""
        return self.scale == 1

    def harm(self, effect: float) -> float:
        """Return an effect with its sign turned so that above 0 is worse for the customer."""
        return effect if self.direction == "higher" else -effect


KINDS = {
    kind.id: kind
    for kind in (
        Kind("excess_exit", of_conditions=True),
        Kind("wait", scale=MINUTES_PER_DAY),
        Kind("rework"),
        Kind("support_contact", of_touchpoints=False, of_conditions=True),
        Kind("repeated_contact"),
        Kind("channel_switch"),
        Kind("emotion_dip", "lower", EMOTION_SCALE, of_conditions=True),
    )
}
