"""Pictures of flows: bands as high as what flows through them. Each takes one result table and works in a cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from pipeline import words
from pipeline.params import Params
from pipeline.pictures import style
from pipeline.pictures.charts import LOOK, blank, empty, level_of, of_group, stage_names, titled
from pipeline.tables import ACTORS, CHANNELS, EVERYBODY, LOST, START, UNRESOLVED

LEAST = 0.01  # of everything that flows: what is less joins the band of others
OTHER = "(other)"
_LEFT, _RIGHT, _GAP = 0.0, 1.0, 0.08  # where bands begin and end; the space between them, as a share of all heights
_READABLE = 0.028  # of the height: a band that has room for its text


@dataclass(frozen=True)
class Band:
    """One flow: from where to where, how much, and what is written on it."""

    left: str
    right: str
    n: float
    text: str = ""


def flow(transitions: pd.DataFrame, params: Params, language: str, group: str = EVERYBODY) -> Figure:
    """Return where visits to each stage go within the horizon, as a Sankey diagram.

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
    Stages stand on both sides: a visit to a stage goes to another one, is lost, or is still unresolved; so journeys
    that go back show as bands that go up. Flows under 1 % of all visits are drawn together as *other*, whose share is
    always printed, even when it is zero. A row that is withheld has no band.
    """
    rows = of_group(transitions, group)
    rows = rows[rows["n_moved"].fillna(0) > 0]
    stages = [stage.id for stage in params.stages]
    with mpl.rc_context(LOOK):
        figure, axes = blank(11.5, 7.2)
        if rows.empty:
            return empty(figure, axes, language)
        bands = [
            Band(row["from_stage"], row["to_stage"], row["n_moved"], _share_text(row, language))
            for row in rows.to_dict("records")
        ]
        bands, other = gathered(bands)
        names = {**stage_names(params, language), OTHER: words.term("flow_other", language)}
        visits = rows.groupby("from_stage")["n_moved"].sum().to_dict()
        left = {
            one: f"{names[one]}\n{words.term('n_is', language, n=words.count(visits[one], language))}"
            for one in (START, *stages)
            if one in visits
        }
        right = {one: names[one] for one in (*stages, LOST, UNRESOLVED, OTHER)}
        colours = {LOST: style.PAIN, UNRESOLVED: style.EVEN, OTHER: style.EVEN}
        _draw(axes, bands, left, right, colours)
        figure.text(
            0.01, 0.01, color=style.MUTED,
            s=words.term("flow_what", language, level=level_of(params, language),
                         least=words.percent(LEAST, language, 0), other=words.percent(other, language)),
        )  # fmt: skip
        horizon = words.span(params.estimate.horizon.total_seconds() / 86400, language)
        return titled(figure, axes, words.term("picture_flow", language, horizon=horizon))


def actors(touchpoints: pd.DataFrame, params: Params, language: str, group: str = EVERYBODY) -> Figure:
    """Return who acts through which channel: customer, brand and partners (parameters as `flow`).

    Notes
    -----
    Widths are events. Links under 1 % of the events are drawn together as *other*, whose share is always printed.
    """
    rows = of_group(touchpoints, group)
    events = rows.groupby(["actor", "channel"])["n_events"].sum()
    with mpl.rc_context(LOOK):
        figure, axes = blank(11.5, 5.6)
        if not events.sum():
            return empty(figure, axes, language)
        total = events.sum()
        counts = events[events > 0].reset_index().to_dict("records")
        links = [
            Band(row["actor"], row["channel"], row["n_events"], words.percent(row["n_events"] / total, language))
            for row in counts
        ]
        bands, other = gathered(links)
        left = {one: words.term(f"actor_{one}", language) for one in ACTORS if one in {band.left for band in bands}}
        right = {one: words.term(f"channel_{one}", language) for one in CHANNELS}
        right[OTHER] = words.term("flow_other", language)
        _draw(axes, bands, left, right, {OTHER: style.EVEN})
        figure.text(
            0.01, 0.01, color=style.MUTED,
            s=words.term("actors_what", language, least=words.percent(LEAST, language, 0),
                         other=words.percent(other, language)),
        )  # fmt: skip
        return titled(figure, axes, words.term("picture_actors", language))


def gathered(bands: Sequence[Band]) -> tuple[list[Band], float]:
    """Return the bands with the small ones gathered, one for each left side, and the share of all that they are.

    Examples
    --------
    >>> kept, other = gathered([Band("a", "b", 990), Band("a", "c", 4), Band("a", "d", 6)])
    >>> [(band.right, band.n) for band in kept], other
    ([('b', 990), ('(other)', 10)], 0.01)
    """
    total = sum(band.n for band in bands)
    kept = [band for band in bands if band.n >= LEAST * total]
    small = [band for band in bands if band.n < LEAST * total]
    lefts = dict.fromkeys(band.left for band in small)
    kept += [Band(left, OTHER, sum(band.n for band in small if band.left == left)) for left in lefts]
    return kept, sum(band.n for band in small) / total


def _share_text(row: Mapping[Any, Any], language: str) -> str:
    bounds = words.interval(row["ci_low"], row["ci_high"], language, lambda one: words.number(one * 100, language, 1))
    return f"{words.percent(row['p'], language)} {bounds}"


def _draw(
    axes: Axes, bands: Sequence[Band], left: Mapping[str, str], right: Mapping[str, str], colours: Mapping[str, str]
) -> None:
    """Draw the bands between two columns of names, in the order of the names on both sides."""
    total = sum(band.n for band in bands)
    rank_left, rank_right = ({name: rank for rank, name in enumerate(side)} for side in (left, right))
    starts = _stacked(bands, "left", key=lambda band: (rank_left[band.left], rank_right[band.right]))
    ends = _stacked(bands, "right", key=lambda band: (rank_right[band.right], rank_left[band.left]))
    for band in bands:
        height, top, bottom = band.n / total, starts[band], ends[band]
        axes.add_patch(PathPatch(_ribbon(top, bottom, height), facecolor=colours.get(band.right, style.BAND_EDGE),
                                 edgecolor=style.PAPER, linewidth=0.6, alpha=0.45))  # fmt: skip
        if band.text and height >= _READABLE:
            axes.text(_LEFT + 0.015, top + height / 2, band.text, ha="left", va="center", fontsize=9)
    for side, names, at, align in (("left", left, _LEFT - 0.015, "right"), ("right", right, _RIGHT + 0.015, "left")):
        places = starts if side == "left" else ends
        for name, text in names.items():
            mine = [band for band in bands if getattr(band, side) == name]
            if mine:
                middle = min(places[band] for band in mine) + sum(band.n for band in mine) / total / 2
                axes.text(at, middle, text, ha=align, va="center", fontsize=11, linespacing=1.1)
    axes.set_xlim(-0.24, 1.24)
    axes.set_ylim(max(list(starts.values()) + list(ends.values())) + 0.2, -0.02)
    axes.set_axis_off()


def _stacked(bands: Sequence[Band], side: str, key: Callable[[Band], tuple[int, int]]) -> dict[Band, float]:
    """Return where each band begins from the top of its side, with a gap between names."""
    total = sum(band.n for band in bands)
    at, last, tops = 0.0, None, {}
    for band in sorted(bands, key=key):
        if last is not None and getattr(band, side) != last:
            at += _GAP
        last = getattr(band, side)
        tops[band] = at
        at += band.n / total
    return tops


def _ribbon(start: float, end: float, height: float) -> Path:
    """Return the outline of a band that leaves and arrives level."""
    half = (_LEFT + _RIGHT) / 2
    points = [
        (_LEFT, start), (half, start), (half, end), (_RIGHT, end),
        (_RIGHT, end + height), (half, end + height), (half, start + height), (_LEFT, start + height), (_LEFT, start),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    return Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])
