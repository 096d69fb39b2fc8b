"""What a map says of customers' words: the emotion read from them, and the theme of each stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline import tables
from pipeline.map_contents.measures import Measure, only

_FELT = ("n", "emotion", "ci_low", "ci_high")
_SAID = ("n", "n_customers", "n_texts", "p", "ci_low", "ci_high")


def voice_of(own: Mapping[str, pd.DataFrame], stage: str) -> dict[str, Any]:
    """Return the two emotions of a stage, kept apart, and its most frequent theme.

    Parameters
    ----------
    own
        Tables of one persona by name.
    stage
        Its id.
    """
    by = {name: {"stage": stage, "measured_by": name} for name in ("score", "text")}
    return {
        "emotion": only(tables.EMOTIONS, own["emotions"], by["score"], *_FELT),
        "emotion_by_text": only(tables.EMOTIONS, own["emotions"], by["text"], *_FELT),
        "theme": _theme(own["themes"], stage),
    }


def _theme(themes: pd.DataFrame, stage: str) -> Measure | None:
    """Return the theme of a stage that most customers of the persona wrote about, if any may be shown."""
    here = themes[(themes["stage"] == stage) & themes["n_customers"].notna()]
    if not len(here):
        return None
    most = here.sort_values(["n_customers", "n", "theme"], ascending=[False, False, True]).iloc[0]
    where = {name: most[name] for name in ("stage", "language", "theme")}
    found = only(tables.THEMES, here, where, *_SAID)
    return found and {**found, "theme": most["theme"], "language": most["language"]}
