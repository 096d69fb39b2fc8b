"""Companion pictures: drawn in both languages, the same bytes, harmless, honest where there is nothing."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

from pictures import fixture
from pipeline import tables, words
from pipeline.params import Names
from pipeline.pictures import catalogue, charts, companions, flows, month_charts, stage_charts, survival_curves

ENGLISH = "en"


def said(figure: Figure) -> str:
    """Return all text of a figure."""
    return "\n".join(text.get_text() for text in figure.findobj(match=lambda one: hasattr(one, "get_text")))


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("name", catalogue.FIGURES)
def test_same_figure_same_bytes(name: str, language: str, tmp_path: Path) -> None:
    for attempt in ("one.svg", "two.svg"):
        figure = catalogue.FIGURES[name](fixture.frames(), fixture.params(), language)
        charts.save_svg(figure, tmp_path / attempt)
    svg = (tmp_path / "one.svg").read_text(encoding="utf-8")
    assert svg == (tmp_path / "two.svg").read_text(encoding="utf-8")
    ET.fromstring(svg)
    assert "<script" not in svg
    assert "dc:date" not in svg


@pytest.mark.parametrize("name", catalogue.FIGURES)
def test_empty_tables_still_give_a_picture(name: str, tmp_path: Path) -> None:
    empty = {key: fixture.frame(tables.ALL[key], []) for key in fixture.frames()}
    figure = catalogue.FIGURES[name](empty, fixture.params(), ENGLISH)
    charts.save_svg(figure, tmp_path / "empty.svg")
    assert (tmp_path / "empty.svg").stat().st_size > 500


def test_heatmap_cells_hold_share_interval_and_n() -> None:
    figure = companions.transition_heatmap(fixture.frames()["transitions"], fixture.params(), ENGLISH, "near")
    text = said(figure)
    assert "71.0%" in text
    assert "[69.8, 72.2]" in text
    assert "n 81,368" in text


def test_suppressed_cells_say_so() -> None:
    frames, params = fixture.frames(), fixture.params()
    assert "n < 5" in said(companions.transition_heatmap(frames["transitions"], params, ENGLISH, "far"))
    assert "n < 5" in said(companions.funnel(frames["funnel"], params, ENGLISH, "far"))
    assert "n < 5" in said(companions.time_in_stage(frames["time_in_stage"], params, ENGLISH, "far"))


def test_forest_has_both_effects_delta_and_the_verdict_in_words() -> None:
    text = said(companions.forest(fixture.frames()["hypotheses"], fixture.params(), "fr"))
    for word in ("δ", "brut", "ajusté", "soutenue", "réfutée", "non concluante", "−1,98"):
        assert word in text


def test_forest_turns_the_claimed_direction_to_the_right() -> None:
    rows = companions._forest_rows(fixture.frames()["hypotheses"], fixture.params())
    late = rows[(rows["id"] == "late_delivery") & (rows["group"] == "near")].iloc[0]
    assert late["crude_x"] == pytest.approx(2.07 / 0.25)
    assert late["crude_x_low"] < late["crude_x"] < late["crude_x_high"]
    assert rows.iloc[0]["id"] == "late_delivery"  # the costliest first


def test_a_dollar_sign_is_no_formula(tmp_path: Path) -> None:
    frames = dict(fixture.frames())
    params = fixture.params()
    stage = replace(params.stages[0], name=Names(fr="$x^2", en="$x^2$"))
    dollars = replace(params, stages=(stage,))
    charts.save_svg(companions.funnel(frames["funnel"], dollars, ENGLISH), tmp_path / "dollar.svg")


def test_figures_read_only_their_frame() -> None:
    frames = fixture.frames()
    before = {name: frame.copy() for name, frame in frames.items()}
    for make in catalogue.FIGURES.values():
        make(frames, fixture.params(), ENGLISH)
    for name, frame in frames.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_survival_has_a_panel_per_stage_and_says_what_share_went_where() -> None:
    frames, params = fixture.frames(), fixture.params()
    figure = survival_curves.survival_curves(frames["survival"], params, ENGLISH, "near")
    text = said(figure)
    assert all(f"{name}  n" in text for name in ("Discovery", "Consideration", "Purchase", "Experience", "Loyalty"))
    assert "Consideration 50.0%" in text  # from discovery, at the last time
    assert "(lost) 25.0%" in text  # from experience
    assert "other ways: 1" in text  # discovery leads to four stages and out
    assert "(lost)" in said(survival_curves.survival_curves(frames["survival"], params, ENGLISH, "(all)"))


def test_survival_joins_estimates_by_straight_lines_only() -> None:
    rows = fixture.frames()["survival"]
    figure = survival_curves.survival_curves(rows, fixture.params(), ENGLISH)
    first = rows[
        (rows["group"] == "(all)") & (rows["from_stage"] == "discovery") & (rows["to_stage"] == "consideration")
    ]
    drawn = [list(line.get_ydata()) for line in figure.axes[0].lines]
    assert first["estimate"].to_list() in drawn


def test_survival_of_a_suppressed_stage_says_so() -> None:
    assert "n < 5" in said(survival_curves.survival_curves(fixture.frames()["survival"], fixture.params(), "fr", "far"))


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize(("name", "table"), [("flow", "transitions"), ("actors", "touchpoints")])
def test_flows_are_drawn_and_say_what_share_is_other(name: str, table: str, language: str, tmp_path: Path) -> None:
    draw = getattr(flows, name)
    for attempt in ("one.svg", "two.svg"):
        figure = draw(fixture.frames()[table], fixture.params(), language, "near")
        charts.save_svg(figure, tmp_path / attempt)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    ET.parse(tmp_path / "one.svg")
    assert words.percent(flows.LEAST, language, 0) in said(figure)
    nothing = fixture.frame(tables.ALL[table], [])
    assert words.term("picture_empty", language) in said(draw(nothing, fixture.params(), language))


def test_nothing_small_gets_lost_on_the_way_to_other() -> None:
    bands = [flows.Band("a", "b", 500), flows.Band("a", "c", 3), flows.Band("d", "b", 490), flows.Band("d", "c", 7)]
    kept, other = flows.gathered(bands)
    assert sum(band.n for band in kept) == sum(band.n for band in bands)
    assert other == pytest.approx(10 / 1000)
    assert {(band.left, band.n) for band in kept if band.right == flows.OTHER} == {("a", 3), ("d", 7)}
    assert flows.gathered(bands[::2])[1] == 0


def test_losses_add_up_and_each_stage_has_its_share() -> None:
    frames, params = fixture.frames(), fixture.params()
    figure = stage_charts.loss_waterfall(frames["transitions"], params, ENGLISH, "near")
    lost = frames["transitions"].query("group == 'near' and to_stage == '(lost)'")
    text = said(figure)
    assert f"{int(lost['n_moved'].sum()):,}" in text
    assert "24.0% [22.8, 25.2]" in text
    assert "n 81,368" in text
    bars = [bar.get_x() for bar in figure.axes[0].patches]
    assert bars[1] == lost["n_moved"].iloc[0]  # each begins where the one before ends
    assert bars[-1] == 0
    assert "n < 5" in said(stage_charts.loss_waterfall(frames["transitions"], params, ENGLISH, "far"))


def test_feelings_are_hollow_below_the_threshold_and_missing_where_nobody_answered() -> None:
    frames, params = fixture.frames(), replace(fixture.params(), emotion_threshold=30)
    figure = stage_charts.feelings_by_stage(frames["emotions"], params, "fr", "near")
    text = said(figure)
    assert "aucune réponse" in text  # discovery
    assert "−0,64  n 1 911" in text.replace("\u202f", " ")
    hollow = [line for line in figure.axes[0].lines if line.get_markerfacecolor() == "#ffffff"]
    assert len(hollow) == 2  # loyalty: 17 scores, 21 texts


def test_scores_stand_by_the_stage_before_the_answer_each_in_its_unit() -> None:
    frames, params = fixture.frames(), replace(fixture.params(), emotion_threshold=30)
    figure = stage_charts.scores_by_stage(frames["kpi_stages"], params, "fr", "near")
    text = said(figure)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Satisfaits", "NPS"]
    assert "−31,0  n 640" in text
    assert "n < 5" in text
    assert "aucune réponse" in text  # satisfied, after the purchase
    hollow = [line for axes in figure.axes for line in axes.lines if line.get_markerfacecolor() == "#ffffff"]
    assert len(hollow) == 1  # 21 answers
    assert words.term("picture_empty", "fr") in said(
        stage_charts.scores_by_stage(frames["kpi_stages"], params, "fr", "far")
    )


def test_the_control_chart_says_what_lies_outside_and_how_often_it_is_wrong() -> None:
    frames, params = fixture.frames(), fixture.params()
    text = said(month_charts.control_charts(frames["monthly"], params, ENGLISH, "near"))
    assert "Conversion rate\nmonths outside their limits: 1 · n 581" in text
    assert "21.0%" in text
    assert "Average order value\nno month outside its limits" in text
    assert "at most 5% of such pictures" in text
    assert "0.85% a month" in text  # 1 - 0.95 ** (1 / 6): two figures, three months with limits each
    assert words.term("picture_empty", "fr") in said(
        month_charts.control_charts(frames["monthly"], params, "fr", "far")
    )


def test_a_months_change_stands_with_its_interval_and_its_parts() -> None:
    text = said(month_charts.month_change(fixture.frames()["monthly"], fixture.params(), ENGLISH))
    assert "−11.0% [" in text
    assert "mix +0.0%" in text.replace("mix 0.0%", "mix +0.0%").replace("mix −0.0%", "mix +0.0%")
    assert "rate −11.0%" in text
