"""Pictures of stages side by side, each from one table: where customers are lost, what they feel and answer."""

from __future__ import annotations

from functools import partial
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline import words
from pipeline.params import SCORES, Params
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


def scores_by_stage(kpi_stages: pd.DataFrame, params: Params, language: str, group: str = EVERYBODY) -> Figure:
    """Return NPS, CSAT and CES as dots with intervals, by the stage before the answer (as `loss_waterfall`).

    Notes
    -----
    One panel per score, in its own unit. A dot is hollow below the map's threshold; a row that is withheld says why.
    """
    rows = of_group(kpi_stages, group)
    asked = [
        kpi
        for kpi in params.kpis
        if kpi.kind in SCORES and not rows.loc[rows["kpi"] == kpi.id, "estimate"].isna().all()
    ]
    stages = [stage.id for stage in params.stages if stage.id in set(rows["stage"])]
    with mpl.rc_context(LOOK):
        if not asked or not stages:
            return empty(*blank(9.6, 2.4), language)
        figure = Figure(figsize=(9.6, 2.2 + 0.5 * len(stages)), layout="constrained")
        panels = figure.subplots(1, len(asked), sharey=True, squeeze=False)[0]
        for axes, kpi in zip(panels, asked, strict=True):
            axes.set_title(literal(kpi.name[language]), fontsize=11)
            own = rows[rows["kpi"] == kpi.id].set_index("stage")
            for place, stage in enumerate(stages):
                _score(axes, place, own.loc[[stage]] if stage in own.index else own.iloc[:0], params, language)
            axes.margins(x=0.25)
            axes.xaxis.set_major_formatter(partial(_tick, unit=own["unit"].iloc[0], language=language))
            axes.tick_params(axis="y", length=0)
        names = stage_names(params, language)
        panels[0].set_yticks(range(len(stages)), [names[stage] for stage in stages])
        panels[0].set_ylim(len(stages) - 0.5, -0.7)
        what = words.term("scores_what", language, level=level_of(params, language))
        return titled_sheet(figure, words.term("picture_scores", language), what)


def _tick(value: float, position: int, unit: str, language: str) -> str:
    """Return the text beside a tick of an axis, as matplotlib asks for it."""
    del position
    if unit == "share":
        return words.percent(value, language, 0)
    return words.number(value, language, 1 if unit == "score" else 0)


def _score(axes: Axes, place: int, one: pd.DataFrame, params: Params, language: str) -> None:
    """Draw what one score is after one stage, with its n; or why there is nothing."""
    if one.empty or one["estimate"].isna().all():
        note = words.term("feelings_none", language) if one.empty else words.note(one["note"].iloc[0], language)
        axes.annotate(note, (0.5, place), xycoords=("axes fraction", "data"), ha="center", va="center", fontsize=9,
                      color=style.MUTED)  # fmt: skip
        return
    row = one.iloc[0]
    whiskers(axes, one["estimate"], one["ci_low"], one["ci_high"], np.array([place]), style.FEELING,
             is_hollow=bool(row["n"] < params.emotion_threshold))  # fmt: skip
    value = words.in_unit(row["estimate"], row["unit"], params.workspace.currency, language)
    n = words.term("n_is", language, n=words.count(row["n"], language))
    axes.annotate(
        f"{value}  {n}", (row["estimate"], place), (0, 7), textcoords="offset points", ha="center", fontsize=9
    )
