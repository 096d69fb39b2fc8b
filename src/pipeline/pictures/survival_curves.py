"""Companion picture: by when visits leave each stage, and where to, exits competing."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline import words
from pipeline.declarations import format_duration
from pipeline.params import Params
from pipeline.pictures import fonts, style
from pipeline.pictures.charts import LOOK, empty, level_of, literal, of_group, stage_names, titled_sheet
from pipeline.tables import ANYWHERE, EVERYBODY, GOAL, LOST, START

MOST_WAYS, COLUMNS = 4, 3
# Each stage has its colour and its mark in every panel: no colour says anything alone.
_LOOKS = (
    (style.DEEPEST, "o"), (style.SENT, "s"), (style.RECEIVED, "^"), (style.GOOD, "D"),
    ("#6b3fa0", "v"), (style.PAIN, "P"), ("#6f5f00", "h"),
)  # fmt: skip
_LOST_LOOK = (style.EVEN, "X")


def survival_curves(survival: pd.DataFrame, params: Params, language: str, group: str = EVERYBODY) -> Figure:
    """Return, for each stage and from the start to the goal, the share gone each way by the declared times.

    Straight lines join what was estimated; nothing is smoothed. Behind a dashed line, at the horizon, some visits
    are censored.

    Parameters
    ----------
    survival
        As its contract in `tables` says.
    params
        Of the workspace.
    language
        ``"fr"`` or ``"en"``.
    group
        ``"(all)"`` or the id of a persona.
    """
    rows = of_group(survival, group)
    rows = rows[(rows["statistic"] == "incidence") & (rows["to_stage"] != ANYWHERE)]
    places = [START, *(stage.id for stage in params.stages)]
    shown = [place for place in places if (rows["from_stage"] == place).any()]
    with mpl.rc_context(LOOK):
        height = max(-(-len(shown) // COLUMNS), 1)
        figure = Figure(figsize=(13.2, 0.9 + 3.0 * height), layout="constrained")
        panels = np.atleast_1d(figure.subplots(height, COLUMNS if shown else 1, sharey=True)).ravel()
        if not shown:
            return empty(figure, panels[0], language)
        for axes, place in zip(panels, shown, strict=False):
            _panel(axes, rows[rows["from_stage"] == place], place, params, language)
        for axes in panels[len(shown) :]:
            axes.set_axis_off()
        horizon = words.span(params.estimate.horizon.total_seconds() / 86400, language)
        note = words.term("survival_axis", language, level=level_of(params, language), horizon=horizon)
        return titled_sheet(figure, words.term("picture_survival", language), note)


def _panel(axes: Axes, rows: pd.DataFrame, place: str, params: Params, language: str) -> None:
    times = [format_duration(time) for time in params.estimate.duration_bins]
    spans = [words.span(time.total_seconds() / 86400, language) for time in params.estimate.duration_bins]
    axes.set_xlim(-0.35, len(times) + 2.2)  # the names of the ways stand to the right
    axes.set_xticks(range(len(times)), spans, fontsize=9)
    axes.set_ylim(-0.02, 1.06)
    axes.yaxis.set_major_formatter(lambda share, _: words.percent(share, language, 0))
    axes.tick_params(axis="y", length=0, labelsize=9)
    axes.axvline(times.index(format_duration(params.estimate.horizon)), color=style.RULE, linestyle=(0, (4, 3)))
    names = stage_names(params, language) | {GOAL: words.term(GOAL, language)}
    title = words.term("survival_start", language) if place == START else names[place]
    n = rows["n_visits"].dropna()
    known = rows.dropna(subset=["estimate"])
    ways = _ways(known)
    facts = [words.term("n_is", language, n=words.count(n.iloc[0], language))] if len(n) else []
    if len(ways) > MOST_WAYS:
        facts.append(words.term("survival_others", language, n=len(ways) - MOST_WAYS))
    axes.set_title(f"{title}  {' · '.join(facts)}", fontsize=12, pad=8)
    if known.empty:
        note = words.note(rows["note"].iloc[0], language)
        axes.text(0.5, 0.5, note, transform=axes.transAxes, ha="center", color=style.MUTED)
        return
    ends = []
    order = {stage.id: i for i, stage in enumerate(params.stages)}
    for way in ways[:MOST_WAYS]:
        colour, mark = _LOST_LOOK if way == LOST else _LOOKS[order.get(way, 0) % len(_LOOKS)]
        own = known[known["to_stage"] == way]
        at = np.array([times.index(time) for time in own["time"]])
        axes.vlines(at, own["ci_low"], own["ci_high"], color=colour, linewidth=1.6, alpha=0.75)
        line = (0, (2, 1.5)) if way == LOST else "solid"
        axes.plot(at, own["estimate"], color=colour, marker=mark, markersize=4.5, linewidth=1.4, linestyle=line)
        last = float(own["estimate"].iloc[-1])
        name = literal(fonts.shorten(names[way], 78, 9.5))
        ends.append((last, f"{name} {words.percent(last, language)}", colour))
    _name(axes, ends, len(times) - 0.8)


def _ways(rows: pd.DataFrame) -> list[str]:
    """Return where visits led: the goal first, then by their share at the last time."""
    last = rows.groupby("to_stage", sort=True)["estimate"].max()
    return sorted(last.index, key=lambda way: (way != GOAL, -last[way], way))


def _name(axes: Axes, ends: Sequence[tuple[float, str, str]], x: float) -> None:
    """Write names at the ends of lines, moved apart where they would lie on each other."""
    gap, lowest = 0.085, -1.0
    for at, text, colour in sorted(ends):
        lowest = max(at, lowest + gap)
        axes.text(x, lowest, text, color=colour, va="center", fontsize=9.5)
