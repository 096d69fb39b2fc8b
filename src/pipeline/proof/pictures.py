"""Pictures of docs/proof.md: small, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from pipeline.files import whole_file
from pipeline.pictures.style import BAD, DEEP, DEEPEST, GOOD, INK, MUTED, RECEIVED, RULE, SENT
from pipeline.proof import (
    clustered,
    intervals,
    matrices,
    naive,
    null_brand,
    planted_brand,
    power_curve,
    times,
    transitions,
)
from pipeline.stats.verdicts import INCONCLUSIVE, REFUTED, SUPPORTED

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans", "font.size": 8, "axes.edgecolor": RULE, "axes.labelcolor": INK, "text.color": INK,
    "xtick.color": MUTED, "ytick.color": MUTED, "axes.spines.top": False, "axes.spines.right": False,
    "axes.titlesize": 8.5, "axes.titlelocation": "left", "legend.frameon": False, "legend.fontsize": 7.5,
    "figure.dpi": 110, "path.simplify": False,
}  # fmt: skip
ERRORS = 2  # drawn on either side of a dot


def draw(results: Mapping[str, pd.DataFrame], folder: Path) -> dict[str, list[str]]:
    """Draw the pictures of every study that has some; return study name → files as the page links them."""
    drawn: dict[str, list[str]] = {}
    for name, makers in PICTURES.items():
        if name not in results:
            continue
        for picture, make in makers.items():
            with mpl.rc_context(dict(mpl.rcParamsDefault) | STYLE):
                _save(make(results[name]), folder / f"proof_{picture}.png")
            drawn.setdefault(name, []).append(f"{folder.name}/proof_{picture}.png")
    return drawn


def _save(figure: Figure, file: Path) -> None:
    FigureCanvasAgg(figure)
    with whole_file(file) as partial:
        figure.savefig(partial, format="png", metadata={"Software": None})


def _figure(width: float, height: float, columns: int = 1, shared: bool = True) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(1, columns, squeeze=False, sharey=shared)
    return figure, list(axes[0])


def _sizes(axes: Axes, sizes: tuple[int, ...]) -> None:
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.set_xlabel("customers")


def _dots(axes: Axes, rows: pd.DataFrame, colour: str, marker: str, shift: float, label: str) -> None:
    """Draw values in per cent against customers, with two Monte-Carlo errors on either side."""
    axes.errorbar(
        rows["customers"] * shift, 100 * rows["value"], 100 * ERRORS * rows["mc_error"].fillna(0), color=colour,
        fmt=marker, markersize=3.5, linewidth=0.8, alpha=0.85, label=label,
    )  # fmt: skip


def _transition_coverage(found: pd.DataFrame) -> Figure:
    figure, panels = _figure(8.2, 2.9, len(transitions.LAWS))
    covers = found[found["measure"] == "covers"]
    methods = {transitions.OURS: (GOOD, "o", 0.93), transitions.WILSON: (SENT, "s", 1.07)}
    for axes, law in zip(panels, transitions.LAWS, strict=True):
        here = covers[covers["case"].str.startswith(f"{law},")]
        for method, (colour, marker, shift) in methods.items():
            _dots(axes, here[here["method"] == method], colour, marker, shift, method)
        bounds = dict.fromkeys(transitions.SIZES, 0.93) if law.startswith("4 visits") else transitions.DEMANDS
        axes.plot(
            list(bounds), [100 * bound for bound in bounds.values()], color=INK, lw=0.9, ls="--", label="demanded"
        )
        axes.axhline(95, color=RULE, lw=0.8)
        axes.set_title(law)
        _sizes(axes, transitions.SIZES)
    panels[0].set_ylabel("coverage of 95 % intervals, %")
    panels[0].legend(loc="lower left")
    return figure


def _transition_widths(found: pd.DataFrame) -> Figure:
    figure, (axes,) = _figure(4.6, 2.7)
    widths = found[found["measure"] == "width"].set_index(["case", "customers"])
    ours, rows = (widths.loc[widths["method"] == one, "value"] for one in (transitions.OURS, transitions.WILSON))
    ratios = (ours / rows).reset_index(name="ratio")
    colours = (RECEIVED, DEEP, DEEPEST)
    for law, colour, shift in zip(transitions.LAWS, colours, (0.93, 1.0, 1.07), strict=True):
        here = ratios[ratios["case"].str.startswith(f"{law},")]
        axes.plot(here["customers"] * shift, here["ratio"], "o", color=colour, markersize=3.5, label=law)
    axes.axhline(1, color=RULE, lw=0.8)
    axes.set_ylabel("our width over that of rows")
    _sizes(axes, transitions.SIZES)
    axes.legend(loc="upper left")
    axes.margins(y=0.25)
    return figure


def _interval_coverage(found: pd.DataFrame) -> Figure:
    figure, panels = _figure(8.2, 2.6, len(clustered.SIZES))
    covers = found[found["measure"] == "covers"]
    cases = list(dict.fromkeys(covers["case"]))[::-1]
    for axes, size in zip(panels, clustered.SIZES, strict=True):
        here = covers[covers["customers"] == size].set_index("case").reindex(cases)
        axes.errorbar(
            100 * here["value"], range(len(cases)), xerr=100 * ERRORS * here["mc_error"], fmt="o", color=GOOD,
            markersize=3.5, linewidth=0.8,
        )  # fmt: skip
        axes.axvline(95, color=RULE, lw=0.8)
        axes.axvline(100 * clustered.DEMANDS[size], color=INK, lw=0.9, ls="--")
        axes.set_yticks(range(len(cases)), cases)
        axes.set_title(f"{size:,} customers")
        axes.set_xlabel("coverage, % (dashed: demanded)")
    return figure


def _naive(found: pd.DataFrame) -> Figure:
    figure, panels = _figure(8.2, 2.4, 2)
    methods = [naive.OURS, naive.ROWS, naive.DROPPED, naive.LOST, naive.KEPT][::-1]
    for axes, measure in zip(panels, ("error", "covers"), strict=True):
        for size, marker, shift in zip(naive.SIZES, "os", (0.12, -0.12), strict=True):
            rows = found[(found["measure"] == measure) & (found["customers"] == size)].set_index("method").loc[methods]
            for place, (method, row) in enumerate(rows.iterrows()):
                axes.errorbar(
                    100 * row["value"], place + shift, xerr=100 * ERRORS * row["mc_error"], fmt=marker, markersize=3.5,
                    color=GOOD if method == naive.OURS else BAD, label=f"{size:,} customers" if not place else None,
                )  # fmt: skip
        axes.axvline(95 if measure == "covers" else 0, color=RULE, lw=0.8)
        axes.set_yticks(range(len(methods)), methods)
        axes.set_xlabel("coverage of 95 % intervals, %" if measure == "covers" else "bias, points of probability")
    panels[1].legend(loc="lower left")
    return figure


def _power(found: pd.DataFrame) -> Figure:
    words = {SUPPORTED: GOOD, REFUTED: BAD, INCONCLUSIVE: MUTED}
    figure, panels = _figure(8.2, 2.4, len(power_curve.MULTIPLES))
    for axes, multiple in zip(panels, power_curve.MULTIPLES, strict=True):
        here = found[found["case"] == f"effect {multiple:g} δ"]
        for word, colour in words.items():
            rows = here[here["measure"] == word]
            axes.plot(rows["customers"], 100 * rows["value"], "o-", color=colour, markersize=3, lw=1, label=word)
        axes.set_title(f"effect {multiple:g} δ")
        _sizes(axes, power_curve.SIZES)
        axes.tick_params(axis="x", labelrotation=60)
    panels[0].set_ylabel("verdicts, %")
    panels[-1].legend(loc="center right")
    return figure


def _null(found: pd.DataFrame) -> Figure:
    figure, panels = _figure(8.2, 3.6, 2, shared=False)
    shares = found[found["case"] == null_brand.EVERY_TEST]
    levels = shares["measure"].str.removeprefix("p < ").astype(float)
    panels[0].plot([0.001, 1], [0.001, 1], color=RULE, lw=0.9)
    panels[0].plot(levels, shares["value"], "o-", color=GOOD, markersize=3.5, lw=1)
    panels[0].set(xscale="log", yscale="log", xlabel="level", ylabel="share of p-values under it, all tests")
    tests = found[found["measure"] == null_brand.REJECTS].iloc[::-1]
    _forest(panels[1], tests)
    panels[1].axvline(100 * null_brand.LARGEST_TEST, color=INK, lw=0.9, ls="--")
    panels[1].set_xlabel("p < 0.05, % of brands (dashed: demanded)")
    return figure


def _planted(found: pd.DataFrame) -> Figure:
    figure, panels = _figure(8.2, 3.4, 2)
    bounds = {planted_brand.SUPPORTS: "supported, %", planted_brand.COVERS: "interval holds the truth, %"}
    for axes, (measure, label) in zip(panels, bounds.items(), strict=True):
        rows = found[(found["measure"] == measure) & (found["method"] == planted_brand.METHOD)]
        _forest(axes, rows.sort_values("case", ascending=False))
        axes.set(xlabel=label, xlim=(-4, 104))
    return figure


def _forest(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw a line per row: value in per cent with two Monte-Carlo errors; misses are crosses in another colour."""
    places = list(range(len(rows)))
    values, errors = 100 * rows["value"], 100 * ERRORS * rows["mc_error"].fillna(0)
    axes.hlines(places, values - errors, values + errors, color=MUTED, lw=0.8)
    for place, (value, verdict) in enumerate(zip(values, rows["verdict"], strict=True)):
        is_miss = verdict == "miss"
        axes.plot(value, place, "X" if is_miss else "o", color=BAD if is_miss else GOOD, markersize=5 if is_miss else 4)
    axes.set_yticks(places, list(rows["case"]))
    axes.tick_params(axis="y", labelsize=6.5)


PICTURES: dict[str, dict[str, Callable[[pd.DataFrame], Figure]]] = {
    transitions.NAME: {"coverage": _transition_coverage, "widths": _transition_widths},
    intervals.NAME: {"intervals": _interval_coverage},
    times.NAME: {"times": _interval_coverage},
    matrices.NAME: {"matrices": _interval_coverage},
    naive.NAME: {"naive": _naive},
    power_curve.NAME: {"power": _power},
    null_brand.NAME: {"null": _null},
    planted_brand.NAME: {"planted": _planted},
}
