"""The future-state map of one persona: what is measured today, projected once pain points are removed, and wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline import words
from pipeline.pictures import fonts, map_flow, map_head, map_objectives, map_projection, map_steps, style
from pipeline.pictures.map_frame import LEFT, MARGIN, RIGHT, Content, Frame, Lane, Span
from pipeline.pictures.map_sheet import lay_out

_FOOT = 56.0  # of the emotion lane, for the numbers: value and interval, n, target
_LEGEND = ("loss", "interval", "solid", "hollow", "target", "projection", "pain")


def future_map(content: dict[str, Any], language: str) -> str:
    """Draw the future-state map of one persona.

    Parameters
    ----------
    content
        Of the map: `draw.maps_of(...)["future_state"]`.
    language
        ``"fr"`` or ``"en"``.

    Returns
    -------
    str
        SVG, A3 landscape; see `map_sheet.lay_out`.
    """
    return lay_out(content, language, _lanes, describe)


def _lanes(frame: Frame) -> list[Lane]:
    return [
        map_head.title(frame),
        map_head.persona(frame),
        map_steps.stages(frame),
        _band(frame, "today"),
        map_flow.volume(frame),
        _emotion(frame),
        _band(frame, "projected"),
        map_projection.cases(frame),
        map_projection.actions(frame),
        _band(frame, "wanted"),
        map_objectives.objectives(frame),
        map_head.foot(frame, _LEGEND, ()),
    ]


def _band(frame: Frame, name: str) -> Lane:
    """Return the line that opens a part of the map: what is measured, what is projected, what is wanted."""

    def draw(top: float, height: float) -> None:
        y = top + height / 2
        wide = frame.sheet.text(MARGIN, y + 5, frame.say(f"part_{name}").upper(), size=style.BODY,
                                weight=fonts.SEMIBOLD, fill=style.DEEP)  # fmt: skip
        why = frame.say(f"part_{name}_what")
        x = max(MARGIN + wide + 14, LEFT)
        end = x + frame.sheet.text(x, y + 5, why, size=style.SMALL, fill=style.MUTED, width=RIGHT - x) + 10
        if end < RIGHT:
            frame.sheet.line((end, y), (RIGHT, y), style.DEEP, stroke_width=1.2)

    return Lane(f"part_{name}", 24, 0.3, draw)


def _emotion(frame: Frame) -> Lane:
    """Return the emotion measured in each stage beside the one that is wanted; all numbers stand below the curve."""
    if not any(stage["target"] or stage["emotion"] for stage in frame.stages):
        return frame.quiet("emotion")

    def draw(top: float, height: float) -> None:
        frame.tiles(top, height)
        frame.label(top, height, frame.say("lane_emotion"), frame.say("lane_future_emotion_unit"), room=36)
        upper, lower = top + 12, top + height - _FOOT - 8

        def at(value: float) -> float:
            return upper + (lower - upper) * (2 - value) / 4

        for value in (-2, 0, 2):
            frame.sheet.line((LEFT, at(value)), (RIGHT, at(value)), style.RULE, stroke_width=1)
            frame.sheet.text(LEFT - 8, at(value) + 4.5, frame.number(value, signed=True), size=style.SMALL,
                             fill=style.MUTED, anchor="end")  # fmt: skip
        for stage, span in zip(frame.stages, frame.spans, strict=True):
            _wanted(frame, stage["target"], span, at)
        _felt(frame, at)
        for stage, span in zip(frame.stages, frame.spans, strict=True):
            _numbers(frame, stage, span, top + height - _FOOT)

    return Lane("emotion", _FOOT + (50 if frame.is_tight else 70), 5, draw)


def _wanted(frame: Frame, target: Content | None, span: Span, at: Callable[[float], float]) -> None:
    """Draw the target: a dashed line, or a band where the stage's touchpoints promise more than one emotion."""
    if target is None:
        return
    if target["low"] < target["high"]:
        high = at(target["low"]) - at(target["high"])
        frame.sheet.rectangle(span.start + 8, at(target["high"]), span.width - 16, high, fill=style.GOAL)
    for value in sorted(set(target.values())):
        frame.sheet.line((span.start + 8, at(value)), (span.end - 8, at(value)), style.GOOD, stroke_width=2.4,
                         stroke_dasharray="7 4")  # fmt: skip


def _felt(frame: Frame, at: Callable[[float], float]) -> None:
    """Draw the measured curve: straight segments between neighbours that both have answers, a whisker each."""
    before: tuple[Content, float, float] | None = None
    for stage, span in zip(frame.stages, frame.spans, strict=True):
        measure = stage["emotion"]
        if measure is None or measure["emotion"] is None:
            before = None
            continue
        here = (measure, span.middle, at(measure["emotion"]))
        if before is not None:
            dash = "6 5" if _is_thin(frame, measure) or _is_thin(frame, before[0]) else None
            frame.sheet.line(before[1:], here[1:], style.FEELING, stroke_width=2.6, stroke_dasharray=dash)
        before = here
    for stage, span in zip(frame.stages, frame.spans, strict=True):
        measure = stage["emotion"]
        if measure is None or measure["emotion"] is None:
            continue
        if measure["ci_low"] is not None:
            ends = [(span.middle, at(measure[bound])) for bound in ("ci_low", "ci_high")]
            frame.sheet.line(ends[0], ends[1], style.FEELING_BAND, stroke_width=9)
        thin = _is_thin(frame, measure)
        frame.sheet.circle(
            (span.middle, at(measure["emotion"])), 6.5, fill=style.PAPER if thin else style.FEELING,
            stroke=style.FEELING, stroke_width=2.4, stroke_dasharray="3 2" if thin else None,
        )  # fmt: skip


def _is_thin(frame: Frame, measure: Content) -> bool:
    return measure["n"] is None or measure["n"] < frame.conventions["emotion_threshold"]


def _numbers(frame: Frame, stage: Content, span: Span, top: float) -> None:
    """Write what is measured, its n, and the target with its status, one under the other."""
    sheet, measure, target, x, room = frame.sheet, stage["emotion"], stage["target"], span.start + 8, span.width - 14
    if measure is None or measure["emotion"] is None:
        why = frame.missing(measure) if measure else frame.say("no_answer")
        sheet.text(x, top + 14, why, size=style.SMALL, fill=style.MUTED, width=room)
    else:
        value = frame.number(measure["emotion"], 2, signed=True)
        interval = words.number_interval(measure["ci_low"], measure["ci_high"], frame.language, 2, signed=True)
        wide = sheet.text(x, top + 15, value, size=style.LANE, weight=fonts.BOLD, fill=style.FEELING)
        sheet.text(x + wide + 7, top + 15, interval, size=style.SMALL, width=room - wide - 7)
        n = frame.say("n_is", n=frame.number(measure["n"]))
        sheet.text(x, top + 31, n, size=style.SMALL, fill=style.MUTED, width=room)
    if target is not None:
        bounds = sorted(set(target.values()))
        wanted = " – ".join(frame.number(value, 1, signed=True) for value in bounds)
        colour = map_objectives.status_sign(frame, stage["status"], x, top + 48)
        short = frame.say("plan_target", value=wanted)
        full = f"{short} · {frame.say('target_' + stage['status'].replace(' ', '_'))}"
        fits = fonts.text_width(full, style.SMALL, fonts.SEMIBOLD) <= room - 18
        sheet.text(x + 18, top + 48, full if fits else short, size=style.SMALL, weight=fonts.SEMIBOLD, fill=colour,
                   width=room - 18, title=full)  # fmt: skip


def describe(content: dict[str, Any], language: str) -> str:
    """Return the map in sentences: each outcome as it is, and as it is projected."""
    sentences = []
    for one in content["opportunities"]["listed"]:
        if one["mean_removed"] is not None:
            unit = (one["outcome_unit"], content["conventions"]["currency"], language)
            now, removed = (words.level(one[name], *unit) for name in ("mean_now", "mean_removed"))
            claim = one["claim"][language].rstrip(".")
            sentences.append(words.term("aria_projection", language, claim=claim, now=now, removed=removed))
    return " ".join(sentences) or words.term("aria_day_nothing", language)
