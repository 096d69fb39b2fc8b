"""What the companion pictures share: the look, a blank figure, its title, and how it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline import words
from pipeline.params import Params
from pipeline.pictures import fonts, style
from pipeline.tables import EVERYBODY, LOST, START, UNRESOLVED

LOOK: Any = {
    "font.family": "Source Sans Pro", "font.size": 11, "text.color": style.INK, "axes.labelcolor": style.MUTED,
    "xtick.color": style.MUTED, "ytick.color": style.INK, "axes.edgecolor": style.RULE, "axes.spines.top": False,
    "axes.spines.right": False, "axes.titlesize": 15, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.titlecolor": style.DEEPEST, "axes.titlepad": 16, "svg.fonttype": "path", "svg.hashsalt": "parcours",
    "figure.facecolor": style.PAPER, "axes.facecolor": style.PAPER, "axes.unicode_minus": True,
}  # fmt: skip

for _weight in (fonts.REGULAR, fonts.BOLD):
    font_manager.fontManager.addfont(fonts.font_path(_weight))


def save_svg(figure: Figure, path: Path | BinaryIO) -> None:
    """Write a figure as SVG: no date, no random names, so that the same figure gives the same bytes."""
    with mpl.rc_context(LOOK):
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None, "Title": str(figure.get_label())})


def of_group(frame: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return the rows of everybody, or of a persona."""
    grouping = "all" if group == EVERYBODY else "persona"
    return frame[(frame["grouping"] == grouping) & (frame["group"] == group)]


def blank(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of a size in inches, with one place to draw."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def titled(figure: Figure, axes: Axes, title: str) -> Figure:
    """Return the figure with its title, seen and in the file."""
    axes.set_title(literal(title))
    figure.set_label(title)
    return figure


def titled_sheet(figure: Figure, title: str, what: str) -> Figure:
    """Return a figure of several panels with one title above them, and below them what they show."""
    figure.suptitle(literal(title), x=0.01, ha="left", fontsize=15, weight="bold", color=style.DEEPEST)
    figure.supxlabel(literal(what), x=0.01, ha="left", fontsize=11, color=style.MUTED)
    figure.set_label(title)
    return figure


def empty(figure: Figure, axes: Axes, language: str) -> Figure:
    """Return a figure that says that there is nothing to show."""
    figure.set_label(words.term("picture_empty", language))
    axes.set_axis_off()
    axes.text(0.5, 0.5, words.term("picture_empty", language), ha="center", va="center", color=style.MUTED)
    return figure


def whiskers(
    axes: Axes, middle: pd.Series, low: pd.Series, high: pd.Series, places: np.ndarray, colour: str, *,
    marker: str = "o", is_hollow: bool = False, label: str | None = None,
) -> None:  # fmt: skip
    """Draw points and the intervals around them, one per place; where a bound is missing, the point alone."""
    known = low.notna().to_numpy() & high.notna().to_numpy()
    axes.hlines(places[known], low[known], high[known], color=colour, linewidth=1.8, zorder=2)
    if marker:
        inside = style.PAPER if is_hollow else colour
        look = {"markersize": 6.5, "markeredgewidth": 1.6, "markerfacecolor": inside}
        axes.plot(middle, places, marker, color=colour, zorder=3, label=label, **look)  # type: ignore[arg-type]


def stage_names(params: Params, language: str) -> dict[str, str]:
    """Return the name of each stage, short enough for an axis, and of the reserved ones."""
    special = {name: words.term(name, language) for name in (START, LOST, UNRESOLVED)}
    names = {stage.id: literal(fonts.shorten(stage.name[language], 125, 11)) for stage in params.stages}
    return special | names


def literal(text: str) -> str:
    """Return text in which a dollar sign is no formula."""
    return text.replace("$", r"\$")


def level_of(params: Params, language: str) -> str:
    """Return the coverage of intervals in words."""
    return words.percent(params.estimate.level, language, 0)
