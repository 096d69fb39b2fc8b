"""Companion pictures of the map: each a function from one small table to a matplotlib figure.

They work in a notebook cell as they are: ``funnel(frame, params, "fr")``. `charts.save_svg` writes the same
bytes for the same figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline import words
from pipeline.params import Hypothesis, Params
from pipeline.pictures import fonts, style
from pipeline.pictures.charts import LOOK, blank, empty, level_of, literal, of_group, stage_names, titled, whiskers
from pipeline.shown_interval import Kind, effect_kind, shown_interval
from pipeline.tables import EVERYBODY, LOST, START, UNRESOLVED

Row = Mapping[Any, Any]
MOST_KPIS = 6
_VERDICT_COLOURS = {
    "supported": style.PAIN,
    "refuted": style.DEEPEST,
    "inconclusive": style.EVEN,
    "not tested": style.EVEN,
}


def transition_heatmap(transitions: pd.DataFrame, params: Params, language: str, group: str = EVERYBODY) -> Figure:
    """Return the transition table as a picture: share, interval and n in each cell.

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
    """
    rows = of_group(transitions, group)
    stages = [stage.id for stage in params.stages]
    order = ([START] if START in set(rows["from_stage"]) else []) + stages
    targets = stages + [one for one in (LOST, UNRESOLVED) if one in set(rows["to_stage"])]
    shares = _grid(rows, "p", order, targets).astype(float)
    with mpl.rc_context(LOOK):
        figure, axes = blank(1.9 + 1.25 * len(targets), 1.4 + 0.72 * len(order))
        if rows.empty:
            return empty(figure, axes, language)
        colours = sns.blend_palette([style.CARD, style.BAND, style.DEEP, style.DEEPEST], as_cmap=True)
        sns.heatmap(shares, ax=axes, cmap=colours, vmin=0, vmax=1, cbar=False, linewidths=2, linecolor=style.PAPER)
        cells = {(row["from_stage"], row["to_stage"]): row for row in rows.to_dict("records")}
        for row, start in enumerate(order):
            for column, target in enumerate(targets):
                if (start, target) in cells:
                    _cell(axes, column + 0.5, row + 0.5, cells[start, target], language)
        names = stage_names(params, language)
        axes.set_xticklabels([names[target] for target in targets], rotation=0, wrap=True)
        axes.set_yticklabels([names[start] for start in order], rotation=0)
        axes.tick_params(length=0)
        axes.xaxis.tick_top()
        axes.set_xlabel("")
        axes.set_ylabel("")
        what = words.term("picture_transitions_what", language, level=level_of(params, language))
        figure.text(0.01, 0.01, what, color=style.MUTED)
        return titled(figure, axes, words.term("picture_transitions", language, horizon=_horizon(params, language)))


def _grid(rows: pd.DataFrame, column: str, order: list[str], targets: list[str]) -> pd.DataFrame:
    return rows.pivot_table(index="from_stage", columns="to_stage", values=column, aggfunc="first").reindex(
        index=order, columns=targets
    )


def _cell(axes: Axes, x: float, y: float, row: Row, language: str) -> None:
    if pd.isna(row["p"]):
        axes.text(x, y, words.note(row["note"], language), ha="center", va="center", color=style.MUTED, fontsize=10)
        return
    colour = "#ffffff" if row["p"] > 0.45 else style.INK
    axes.text(
        x,
        y - 0.18,
        words.percent(row["p"], language),
        ha="center",
        va="center",
        color=colour,
        weight="bold",
        fontsize=12,
    )
    interval = words.interval(
        row["ci_low"], row["ci_high"], language, lambda bound: words.number(bound * 100, language, 1)
    )
    axes.text(x, y + 0.09, interval, ha="center", va="center", color=colour, fontsize=9)
    n = words.term("n_is", language, n=words.count(row["n_visits"], language))
    axes.text(x, y + 0.31, n, ha="center", va="center", color=colour, fontsize=9)


def funnel(funnel: pd.DataFrame, params: Params, language: str, group: str = EVERYBODY) -> Figure:
    """Return the share of journeys that reach each stage, with intervals (parameters as `transition_heatmap`)."""
    rows = _by_stage(of_group(funnel, group), params)
    with mpl.rc_context(LOOK):
        figure, axes = blank(8.4, 1.5 + 0.5 * len(rows))
        if rows["p"].isna().all():
            return empty(figure, axes, language)
        places = np.arange(len(rows))
        sns.barplot(x=rows["p"].fillna(0), y=places, orient="y", color=style.BAND, edgecolor=style.BAND_EDGE, ax=axes)
        whiskers(axes, rows["p"], rows["ci_low"], rows["ci_high"], places, style.INK, marker="")
        for place, row in enumerate(rows.to_dict("records")):
            text = _share_text(row, language)
            at = 0 if pd.isna(row["p"]) else row["p"] if pd.isna(row["ci_high"]) else row["ci_high"]
            axes.text(at + 0.012, place, text, va="center", fontsize=10)
        axes.set_xlim(0, 1.42)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        _stage_axis(axes, rows, params, language)
        axes.set_xlabel(words.term("share_of_journeys", language, level=level_of(params, language)), loc="left")
        return titled(figure, axes, words.term("picture_funnel", language))


def _share_text(row: Row, language: str) -> str:
    if pd.isna(row["p"]):
        return words.note(row["note"], language)
    interval = words.interval(
        row["ci_low"],
        row["ci_high"],
        language,
        lambda bound: words.number(bound * 100, language, 1),
    )
    n = words.term("n_is", language, n=words.count(row["n_journeys"], language))
    return f"{words.percent(row['p'], language)} {interval}  {n}"


def time_in_stage(times: pd.DataFrame, params: Params, language: str, group: str = EVERYBODY) -> Figure:
    """Return the time in each stage: quartiles, median and its interval (parameters as `transition_heatmap`)."""
    rows = _by_stage(of_group(times, group), params)
    with mpl.rc_context(LOOK):
        figure, axes = blank(8.4, 1.6 + 0.5 * len(rows))
        if rows["median"].isna().all():
            return empty(figure, axes, language)
        places, least = np.arange(len(rows)), 1 / 1440  # a minute: zero has no place on a log scale
        low, high = rows["quartile_1"].clip(lower=least), rows["quartile_3"].clip(lower=least)
        axes.hlines(places, low, high, color=style.BAND, linewidth=11, zorder=1)
        median = rows["median"].clip(lower=least)
        whiskers(
            axes,
            median,
            rows["median_low"].clip(lower=least),
            rows["median_high"].clip(lower=least),
            places,
            style.FEELING,
        )
        axes.set_xscale("log")
        for place, row in enumerate(rows.to_dict("records")):
            _time_text(axes, place, row, language)
        axes.set_ylim(len(rows) - 0.4, -0.75)
        axes.xaxis.set_major_formatter(lambda days, _: words.duration(days, language))
        axes.xaxis.set_minor_formatter("")
        _stage_axis(axes, rows, params, language)
        axes.set_xlabel(words.term("time_axis", language), loc="left")
        return titled(figure, axes, words.term("picture_time", language))


def _time_text(axes: Axes, place: int, row: Row, language: str) -> None:
    if pd.isna(row["median"]):
        axes.text(0.01, place, words.note(row["note"], language), va="center", fontsize=10, color=style.MUTED,
                  transform=axes.get_yaxis_transform())  # fmt: skip
        return
    interval = words.duration_interval(row["median_low"], row["median_high"], language, beside=row["median"])
    n = words.term("n_is", language, n=words.count(row["n_visits"], language))
    text = f"{words.duration(row['median'], language)} {interval}  {n}"
    axes.text(row["median"], place - 0.24, text, ha="center", va="bottom", fontsize=9)


def forest(hypotheses: pd.DataFrame, params: Params, language: str) -> Figure:
    """Return every hypothesis: crude and adjusted effect in multiples of δ, the claimed direction to the right.

    Dividing by the smallest useful effect puts scores, shares and money on one axis; at 1 (dashed) an effect
    becomes worth acting on. Costliest first. Parameters as `transition_heatmap`.
    """
    rows = _forest_rows(hypotheses, params)
    with mpl.rc_context(LOOK):
        figure, axes = blank(11, 1.7 + 0.62 * max(len(rows), 1))
        if rows.empty:
            return empty(figure, axes, language)
        places = np.arange(len(rows))
        axes.axvline(0, color=style.MUTED, linewidth=1)
        axes.axvline(1, color=style.SENT, linewidth=1.4, linestyle=(0, (5, 3)))
        axes.text(1, -0.62, "δ", color=style.SENT, ha="center", va="bottom", fontsize=12, weight="bold")
        for kind, shift, colour in (("crude", 0.17, style.EVEN), ("adjusted", -0.17, style.FEELING)):
            middle, low, high = (rows[f"{kind}_x{end}"] for end in ("", "_low", "_high"))
            label = words.term(f"forest_{kind}", language)
            whiskers(axes, middle, low, high, places + shift, colour, is_hollow=kind == "crude", label=label)
        claims = {one.id: one.claim[language] for one in params.hypotheses}
        axes.set_yticks(places, [_claim(row, claims, params, language) for row in rows.to_dict("records")])
        for place, row in enumerate(rows.to_dict("records")):
            axes.text(1.01, place, _verdict(row, params, language), transform=axes.get_yaxis_transform(), va="center",
                      color=_VERDICT_COLOURS[row["verdict"]], weight="bold", fontsize=10)  # fmt: skip
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xscale("symlog", linthresh=3)  # straight to 3 δ, then by powers of ten: one huge effect hides no other
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_formatter(lambda value, _: words.number(value, language, 0 if value == int(value) else 1))
        axes.set_xlabel(words.term("forest_axis", language, level=level_of(params, language)), loc="left")
        start, end = axes.get_xlim()
        axes.set_xticks([tick for tick in (-100, -30, -10, -3, 0, 1, 3, 10, 30, 100) if start <= tick <= end])
        axes.set_xticks([], minor=True)
        axes.legend(
            frameon=False, loc="upper left", bbox_to_anchor=(1.0, -0.01), ncols=2, handletextpad=0.2, fontsize=10
        )
        return titled(figure, axes, words.term("picture_forest", language))


def _forest_rows(hypotheses: pd.DataFrame, params: Params) -> pd.DataFrame:
    order = [one.id for one in params.hypotheses]
    rows = hypotheses[hypotheses["id"].isin(order)].copy()
    rows["declared"] = rows["id"].map(order.index) if len(rows) else 0
    rows["at_stake"] = -rows["cost"].astype(float).where(rows["verdict"] == "supported").fillna(0)
    rows["rank"] = rows["verdict"].map({"supported": 0, "inconclusive": 1, "refuted": 2, "not tested": 3})
    rows = rows.sort_values(["rank", "at_stake", "declared", "group"], kind="stable", ignore_index=True)
    scale: pd.Series = rows["smallest_effect"].astype(float) * np.where(rows["direction"] == "lower", -1, 1)
    kinds: tuple[Kind, ...] = ("crude", "adjusted")
    for kind in kinds:
        rows[f"{kind}_x"] = rows[f"{kind}_effect"].astype(float) / scale
        shown = [shown_interval(row, kind) for row in rows.to_dict("records")]
        bounds: np.ndarray = np.array(shown, dtype=float).reshape(-1, 2) / scale.to_numpy()[:, None]
        rows[f"{kind}_x_low"], rows[f"{kind}_x_high"] = bounds.min(axis=1), bounds.max(axis=1)
    return rows


def _claim(row: Row, claims: Mapping[str, str], params: Params, language: str) -> str:
    group = next(
        (one.name[language] for one in params.personas if one.id == row["group"]), words.term(EVERYBODY, language)
    )
    lines = fonts.wrap(claims[row["id"]], 330, 11, lines=2)
    return "\n".join(literal(line) for line in [*lines, fonts.shorten(group, 330, 11)])


def _verdict(row: Row, params: Params, language: str) -> str:
    text = words.term(str(row["verdict"]), language)
    if row["verdict"] == "not tested":
        return f"{text}\n{fonts.shorten(words.note(row['note'], language), 180, 10)}"
    declared = next(one for one in params.hypotheses if one.id == row["id"])
    kind = effect_kind(row)
    how = (_unit(declared), params.workspace.currency, language)
    effect = words.effect(row[f"{kind}_effect"], *how)
    interval = words.effect_interval(*shown_interval(row, kind), *how)
    n = words.term("n_is", language, n=words.count(row["n_exposed"] + row["n_unexposed"], language))
    q = words.term("q_is", language, q=words.probability(row["q"], language))
    return literal(f"{text} · {row['grade']} · {q}\n{effect} {interval} · {n}")


def _unit(hypothesis: Hypothesis) -> str:
    is_money = hypothesis.outcome.sum is not None and hypothesis.outcome.sum.strip() == "value"
    return "money" if is_money else hypothesis.outcome.kind


def kpi_dots(kpis: pd.DataFrame, params: Params, language: str) -> Figure:
    """Return the first six KPIs for all customers and every persona, with intervals (parameters as elsewhere)."""
    groups = [EVERYBODY, *(persona.id for persona in params.personas)]
    names = {persona.id: persona.name[language] for persona in params.personas} | {
        EVERYBODY: words.term(EVERYBODY, language)
    }
    with mpl.rc_context(LOOK):
        shown = params.kpis[:MOST_KPIS]
        count = max(len(shown), 1)
        figure = Figure(figsize=(2.2 + 2.5 * count, 1.5 + 0.42 * len(groups)), layout="constrained")
        panels = np.atleast_1d(figure.subplots(1, count, sharey=True))
        if not shown:
            return empty(figure, panels[0], language)
        for axes, kpi in zip(panels, shown, strict=True):
            rows = kpis[(kpis["kpi"] == kpi.id) & kpis["group"].isin(groups)].set_index("group").reindex(groups)
            whiskers(axes, rows["estimate"], rows["ci_low"], rows["ci_high"], np.arange(len(groups)), style.FEELING)
            unit = next(iter(rows["unit"].dropna()), "count")
            _kpi_texts(axes, rows, unit, params, language)
            if kpi.target is not None:
                axes.axvline(kpi.target, color=style.SENT, linewidth=1.4, linestyle=(0, (5, 3)))
            axes.set_title(literal(kpi.name[language]), fontsize=12)
            axes.set_xticks([])
            axes.spines["bottom"].set_visible(False)
            axes.margins(x=0.3)
        panels[0].set_yticks(range(len(groups)), [literal(fonts.shorten(names[group], 170, 11)) for group in groups])
        panels[0].set_ylim(len(groups) - 0.5, -0.65)
        figure.set_label(words.term("picture_kpis", language))
        return figure


def _kpi_texts(axes: Axes, rows: pd.DataFrame, unit: str, params: Params, language: str) -> None:
    for place, row in enumerate(rows.to_dict("records")):
        if pd.isna(row["estimate"]):
            across = axes.get_yaxis_transform()
            note = words.note(row["note"], language)
            axes.text(0.5, place, note, transform=across, ha="center", va="center", fontsize=9, color=style.MUTED)
            continue
        value = words.in_unit(row["estimate"], unit, params.workspace.currency, language)
        n = words.term("n_is", language, n=words.count(row["n"], language))
        axes.text(row["estimate"], place - 0.16, f"{value}  {n}", ha="center", va="bottom", fontsize=9)


def _by_stage(rows: pd.DataFrame, params: Params) -> pd.DataFrame:
    return rows.set_index("stage").reindex([stage.id for stage in params.stages]).reset_index()


def _stage_axis(axes: Axes, rows: pd.DataFrame, params: Params, language: str) -> None:
    names = stage_names(params, language)
    axes.set_yticks(range(len(rows)), [names[stage] for stage in rows["stage"]])
    axes.set_ylabel("")
    axes.tick_params(axis="y", length=0)


def _horizon(params: Params, language: str) -> str:
    return words.span(params.estimate.horizon.total_seconds() / 86400, language)
