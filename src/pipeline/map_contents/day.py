"""The day in the life of a persona: what each hour and each weekday looks like."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline import tables
from pipeline.map_contents.measures import measure, plain

CLOCKS = {"hour": range(24), "weekday": range(7)}
MEASURES = ("activity", "contacts", "emotion", "lost")
MOST_CHANNELS = 6


def moments(rhythm: pd.DataFrame) -> dict[str, Any]:
    """Return the moments of one persona, hours and then weekdays, and the channels used most.

    Parameters
    ----------
    rhythm
        The persona's rows of the table.

    Returns
    -------
    dict
        ``channels``: their names, the most used first. ``moments``: for each hour and weekday the measures by name,
        those without a row None, and under ``by_channel`` a list in the order of ``channels``.
    """
    keys = zip(*(rhythm[name].map(plain) for name in ("clock", "at", "measure", "channel")), strict=True)
    rows = dict(zip(keys, rhythm.to_dict("records"), strict=True))
    channels = _most_used(rhythm)

    def find(clock: str, at: int, name: str, channel: str = tables.EVERYBODY) -> dict[str, Any] | None:
        row = rows.get((clock, at, name, channel))
        return None if row is None else measure(tables.RHYTHM, row, "n", "n_customers", "estimate", "ci_low", "ci_high")

    return {
        "channels": channels,
        "moments": [
            {"clock": clock, "at": at}
            | {name: find(clock, at, name) for name in MEASURES}
            | {"by_channel": [find(clock, at, "channel", channel) for channel in channels]}
            for clock, hours in CLOCKS.items()
            for at in hours
        ],
    }


def _most_used(rhythm: pd.DataFrame) -> list[str]:
    used = rhythm[(rhythm["measure"] == "channel") & (rhythm["clock"] == "weekday")].groupby("channel")["n"].sum()
    ordered = sorted(used.items(), key=lambda one: (-one[1], one[0]))
    return [str(channel) for channel, n in ordered if n > 0][:MOST_CHANNELS]
