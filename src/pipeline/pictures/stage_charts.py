"""Pictures of stages side by side: where customers are lost, and what they feel. Each takes one result table."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline import words
from pipeline.params import Params
from pipeline.pictures import style
from pipeline.pictures.charts import (
    LOOK,
    blank,
    empty,
    level_of,
    literal,
    of_group,
    stage_names,
    titled_sheet,
    whiskers,
)
from pipeline.tables import BY_SCORE, BY_TEXT, EVERYBODY, LOST


def loss_waterfall(transitions: pd.DataFrame, params: Params, language: str, group: str = EVERYBODY) -> Figure:
    """Return the visits lost at each stage as a waterfall that adds up to all losses.

    Parameters
    ----------
    transitions
        As its contract in `tables` says.
    params
        Of the workspace.
    language
        ``"fr"`` or ``"en"``.
    group
        ``"(all)"`` or the id of a persona.

    Notes
    -----
    Widths are counts of visits followed for the whole horizon; the share beside each has its interval, clustered by
    customer. A row that is withheld has no bar and says why; the sum is then of those shown.
    """
    rows = of_group(transitions, group)
    rows = rows[rows["to_stage"] == LOST].set_index("from_stage")
    stages = [stage.id for stage in params.stages if stage.id in rows.index]
    with mpl.rc_context(LOOK):
        figure, axes = blank(9.6, 1.9 + 0.48 * (len(stages) + 1))
        if not stages or rows["n_moved"].isna().all():
            return empty(figure, axes, language)
        total = _loss_bars(axes, rows.loc[stages], language)
        names = stage_names(params, language)
        places = range(len(stages) + 1)
        axes.set_yticks(places, [*(names[stage] for stage in stages), words.term("losses_all", language)])
        axes.set_ylim(len(stages) + 0.6, -0.6)
        axes.set_xlim(0, total * 1.5)
        axes.set_xticks([])
        axes.tick_params(axis="y", length=0)
        axes.spines["bottom"].set_visible(False)
        horizon = words.span(params.estimate.horizon.total_seconds() / 86400, language)
        what = words.term("losses_what", language, horizon=horizon, level=level_of(params, language))
        return titled_sheet(figure, words.term("picture_losses", language), what)


def _loss_bars(axes: Axes, rows: pd.DataFrame, language: str) -> float:
    """Draw one bar per stage, each beginning where the one before ends, then their sum; return it."""
    total = float(rows["n_moved"].sum())
    start = 0.0
    for place, row in enumerate(rows.to_dict("records")):
        if pd.isna(row["n_moved"]):
            axes.text(start + total * 0.012, place, words.note(row["note"], language), va="center", fontsize=10,
                      color=style.MUTED)  # fmt: skip
            continue
        end = start + row["n_moved"]
        axes.barh(place, row["n_moved"], 0.62, left=start, color=style.LOSS)
        axes.vlines(end, place - 0.31, place + 1.31, color=style.RULE, linewidth=1, zorder=0)
        interval = words.interval(row["ci_low"], row["ci_high"], language,
                                  lambda bound: words.number(bound * 100, language, 1))  # fmt: skip
        of = words.term("n_is", language, n=words.count(row["n_visits"], language))
        text = f"{words.count(row['n_moved'], language)}  ·  {words.percent(row['p'], language)} {interval}  {of}"
        axes.text(end + total * 0.012, place, literal(text), va="center", fontsize=10)
        start = end
    axes.barh(len(rows), total, 0.62, color=style.LOSS_TEXT)
    axes.text(total * 1.012, len(rows), words.count(total, language), va="center", fontsize=10, weight="bold")
    return total


def feelings_by_stage(emotions: pd.DataFrame, params: Params, language: str, group: str = EVERYBODY) -> Figure:
    """Return the mean emotion of each stage as dots with intervals: of scores, and of words (as `loss_waterfall`).

    Notes
    -----
    Scores of any scale – recommendation (NPS), satisfaction, effort – stand on the map's −2 … +2; a stage without an
    answer says so and has no dot.
    """
    rows = of_group(emotions, group)
    stages = [stage.id for stage in params.stages]
    with mpl.rc_context(LOOK):
        figure, axes = blank(9.6, 1.9 + 0.6 * len(stages))
        if rows["emotion"].isna().all():
            return empty(figure, axes, language)
        axes.axvline(0, color=style.RULE, linewidth=1, zorder=0)
        for place, stage in enumerate(stages):
            own = rows[rows["stage"] == stage].set_index("measured_by")
            _feelings(axes, place, own, params, language)
        names = stage_names(params, language)
        axes.set_yticks(range(len(stages)), [names[stage] for stage in stages])
        axes.set_ylim(len(stages) - 0.4, -0.6)
        axes.set_xlim(-2.05, 2.05)
        axes.set_xticks([-2, -1, 0, 1, 2], [words.number(x, language, signed=True) for x in (-2, -1, 0, 1, 2)])
        axes.tick_params(axis="y", length=0)
        least = words.count(params.emotion_threshold, language)
        what = words.term("feelings_what", language, level=level_of(params, language), least=least)
        return titled_sheet(figure, words.term("picture_feelings", language), what)


def _feelings(axes: Axes, place: int, own: pd.DataFrame, params: Params, language: str) -> None:
    if own.empty:
        axes.text(0.03, place, words.term("feelings_none", language), va="center", fontsize=9, color=style.MUTED)
    # scores as circles, words as diamonds
    looks: dict[str, tuple[float, dict[str, Any]]] = {
        BY_SCORE: (-0.14, {"colour": style.FEELING, "marker": "o"}),
        BY_TEXT: (0.2, {"colour": style.WORDS, "marker": "D"}),
    }
    for name, (shift, look) in looks.items():
        if name not in own.index:
            continue
        row, at = own.loc[name], place + shift
        if pd.isna(row["emotion"]):
            axes.text(0.03, at, words.note(row["note"], language), va="center", fontsize=9, color=style.MUTED)
            continue
        one = own.loc[[name]]
        whiskers(axes, one["emotion"], one["ci_low"], one["ci_high"], np.array([at]),
                 is_hollow=bool(row["n"] < params.emotion_threshold), **look)  # fmt: skip
        n = words.term("n_is", language, n=words.count(row["n"], language))
        value = words.number(row["emotion"], language, 2, signed=True)
        end = row["emotion"] if pd.isna(row["ci_high"]) else row["ci_high"]
        is_right = end < 1.2
        start = end if is_right else row["ci_low"]
        axes.annotate(f"{value}  {n}", (start, at), (6 if is_right else -6, 0), textcoords="offset points",
                      ha="left" if is_right else "right", va="center", fontsize=9)  # fmt: skip
