"""Pictures of months, from monthly.csv: the control chart of key figures, and what one month's change is made of."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline import words
from pipeline.monthly.changes import changes
from pipeline.monthly.control import control_chart
from pipeline.params import Kpi, Params
from pipeline.pictures import style
from pipeline.pictures.charts import LOOK, empty, level_of, literal, titled_sheet
from pipeline.tables import EVERYBODY

MOST_KPIS, COLUMNS = 6, 2
OUTSIDE, INSIDE = "D", "o"  # a month beyond its limits differs by form, colour and its value in writing


def control_charts(monthly: pd.DataFrame, params: Params, language: str, group: str = EVERYBODY) -> Figure:
    """Return the control chart of each key figure: every month between limits learnt from the months before it.

    Parameters
    ----------
    monthly
        As its contract in `tables` says.
    params
        Of the workspace.
    language
        ``"fr"`` or ``"en"``.
    group
        ``"(all)"`` or the id of a persona.

    Notes
    -----
    Limits as `monthly.control.control_chart` has them: of pictures in which nothing changed, at most one minus the
    level of intervals shows any month outside, all its panels together. The first six key figures that have two months.
    """
    rows = control_chart(monthly, 1 - params.estimate.level, group)
    shown = [kpi for kpi in params.kpis if kpi.id in set(rows["item"])][:MOST_KPIS]
    with mpl.rc_context(LOOK):
        lines = max(-(-len(shown) // COLUMNS), 1)
        figure = Figure(figsize=(11.5, 1.5 + 2.25 * lines), layout="constrained")
        panels = np.atleast_2d(figure.subplots(lines, COLUMNS)).ravel()
        for axes in panels[len(shown) :]:
            axes.set_axis_off()
        if not shown:
            return empty(figure, panels[0], language)
        for axes, kpi in zip(panels, shown, strict=False):
            _control_panel(axes, rows[rows["item"] == kpi.id].reset_index(drop=True), kpi, params, language)
        what = words.term(
            "control_what",
            language,
            rate=words.percent(1 - params.estimate.level, language, 0),
            point=words.percent(rows["point_rate"].iloc[0], language, 2),
        )
        return titled_sheet(figure, words.term("picture_control", language), what)


def _control_panel(axes: Axes, rows: pd.DataFrame, kpi: Kpi, params: Params, language: str) -> None:
    places, limits = np.arange(len(rows)), rows[["low", "high", "centre"]].iloc[1:]
    look = {"step": "mid", "color": style.FEELING_BAND, "linewidth": 0}
    axes.fill_between(places[1:], limits["low"], limits["high"], **look)  # type: ignore[arg-type]
    axes.step(places[1:], limits["centre"], where="mid", color=style.BAND_EDGE, linewidth=1.2)
    axes.plot(places, rows["value"], color=style.FEELING, linewidth=1.2)
    is_outside = rows["is_outside"].astype(bool).to_numpy()
    for marker, chosen, colour in ((INSIDE, ~is_outside, style.FEELING), (OUTSIDE, is_outside, style.BAD)):
        axes.plot(places[chosen], rows["value"][chosen], marker, color=colour, markersize=6)
    named = sorted({len(rows) - 1, *places[is_outside]})
    for place in named:
        row, currency = rows.iloc[place], params.workspace.currency
        text = literal(words.in_unit(row["value"], row["unit"], currency, language))
        above = row["value"] >= (row["centre"] if pd.notna(row["centre"]) else row["value"])
        axes.annotate(text, (place, row["value"]), (0, 7 if above else -7), textcoords="offset points", fontsize=9,
                      ha="center", va="bottom" if above else "top",
                      color=style.BAD if is_outside[place] else style.INK)  # fmt: skip
    count = int(is_outside.sum())
    said = words.term("control_outside" if count else "control_inside", language, n=words.count(count, language))
    n = words.term("n_is", language, n=words.count(rows["n_customers"].iloc[-1], language))
    axes.set_title(literal(f"{kpi.name[language]}\n{said} · {n}"), fontsize=11)
    step = -(-len(rows) // 7)
    axes.set_xticks(places[::step], [words.month(month, language) for month in rows["period"][::step]], fontsize=9)
    axes.yaxis.set_major_formatter(lambda value, _: literal(_tick(value, rows["unit"].iloc[0], params, language)))
    axes.tick_params(labelsize=9)
    axes.margins(x=0.06, y=0.2)


def _tick(value: float, unit: str, params: Params, language: str) -> str:
    if unit == "share":
        return words.percent(value, language, 0)
    if unit == "money":
        return words.money(value, params.workspace.currency, language, 0)
    return words.number(value, language, 1 if unit == "score" else 0)


def month_change(monthly: pd.DataFrame, params: Params, language: str) -> Figure:
    """Return, of each key figure, the last full month beside the one before: mix and rate as steps of a waterfall.

    Notes
    -----
    The two steps add up to the change of everybody's figure (Kitagawa, `stats.months.mix_and_rate`). Figures whose
    personas cannot be told apart in both months have one step. Parameters as `control_charts`.
    """
    found = changes(monthly, params.estimate.level)
    of_all = found[(found["measure"] == "kpi") & (found["group"] == EVERYBODY)] if len(found) else found
    shown = [kpi for kpi in params.kpis if kpi.id in set(of_all["item"])][:MOST_KPIS]
    with mpl.rc_context(LOOK):
        lines = max(-(-len(shown) // COLUMNS), 1)
        figure = Figure(figsize=(11.5, 1.5 + 2.0 * lines), layout="constrained")
        panels = np.atleast_2d(figure.subplots(lines, COLUMNS)).ravel()
        for axes in panels[len(shown) :]:
            axes.set_axis_off()
        if not shown:
            return empty(figure, panels[0], language)
        for axes, kpi in zip(panels, shown, strict=False):
            _change_panel(axes, of_all[of_all["item"] == kpi.id].iloc[0], kpi, params, language)
        what = words.term("month_change_what", language, level=level_of(params, language))
        return titled_sheet(figure, words.term("picture_month_change", language), what)


def _change_panel(axes: Axes, row: pd.Series, kpi: Kpi, params: Params, language: str) -> None:
    def write(value: float, is_signed: bool = False) -> str:
        return words.in_unit(value, row["unit"], params.workspace.currency, language, signed=is_signed)

    middle = [row["before"]] if pd.isna(row["mix"]) else [row["before"], row["before"] + row["mix"]]
    ends = [*middle, row["after"]]
    names = [words.month(row["base_period"], language), words.month(row["period"], language)]
    axes.plot([0], [row["before"]], "o", color=style.FEELING, markersize=7)
    axes.plot([len(ends)], [row["after"]], "o", color=style.FEELING, markersize=7)
    bounds = row["before"] + row["low"], row["before"] + row["high"]  # as the change, so that 0 is the month before
    axes.vlines(len(ends), *bounds, color=style.FEELING, linewidth=1.8)
    steps = ["month_mix", "month_rate"][-len(middle) :]
    for place, (start, end, step) in enumerate(zip(ends, ends[1:], steps, strict=False), start=1):
        axes.bar(place, end - start, 0.5, bottom=start, color=style.BAND, edgecolor=style.BAND_EDGE)
        axes.hlines(start, place - 1, place - 0.25, color=style.RULE, linewidth=1)
        axes.annotate(literal(f"{words.term(step, language)} {write(end - start, True)}"), (place, max(start, end)),
                      (0, 4), textcoords="offset points", ha="center", va="bottom", fontsize=9)  # fmt: skip
    axes.hlines(row["after"], len(ends) - 0.75, len(ends), color=style.RULE, linewidth=1)
    for place, value in ((0, row["before"]), (len(ends), row["after"])):
        axes.annotate(literal(write(value)), (place, value), (8 if place else 0, 0 if place else 7),
                      textcoords="offset points", ha="left" if place else "center",
                      va="center" if place else "bottom", fontsize=9, weight="bold")  # fmt: skip
    shown = words.interval(row["low"], row["high"], language, lambda bound: write(bound, True))
    n = words.term("n_is", language, n=words.count(row["n_customers"], language))
    axes.set_title(literal(f"{kpi.name[language]}\n{write(row['change'], True)} {shown}  {n}"), fontsize=11)
    axes.set_xticks([0, len(ends)], names, fontsize=9)
    axes.set_xlim(-0.5, len(ends) + 0.8)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    low, high = min(*ends, bounds[0]), max(*ends, bounds[1])
    room = (high - low) or 1.0
    axes.set_ylim(low - 0.15 * room, high + 0.3 * room)
