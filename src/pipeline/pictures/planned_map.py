"""The planned map of one persona: what the brand means to happen, and under it what happened instead."""

from __future__ import annotations

from typing import Any

from pipeline import words
from pipeline.pictures import fonts, map_head, style
from pipeline.pictures.map_frame import GUTTER, LEFT, RIGHT, Content, Frame, Lane, Span
from pipeline.pictures.map_sheet import lay_out
from pipeline.pictures.map_steps import in_chevron

_COLOURS = {"as_planned": style.GOOD, "failed": style.LOSS, "out_of_order": style.SENT, "missing": style.PAIN}


def planned_map(content: dict[str, Any], language: str) -> str:
    """Draw the planned map of one persona.

    Parameters
    ----------
    content
        Of the map: `draw.maps_of(...)["planned"]`.
    language
        ``"fr"`` or ``"en"``.

    Returns
    -------
    str
        SVG, A3 landscape; see `map_sheet.lay_out`.
    """
    return lay_out(content, language, _lanes, describe)


def _lanes(frame: Frame) -> list[Lane]:
    lanes = [map_head.title(frame), map_head.persona(frame), _plan(frame), _emotion(frame)]
    if _journeys(frame):
        lanes += [_deviation(frame, name) for name in _COLOURS]
    else:
        lanes.append(frame.quiet("plan"))
    return [*lanes, _ad_hoc(frame), map_head.foot(frame, ("interval", "target", "solid", "hollow"), ())]


def _journeys(frame: Frame) -> int | None:
    """Return how many journeys began the plan; None where nobody did or too few to say."""
    known = (one[name] for one in frame.content["plan"] for name in _COLOURS)
    return next((measure["n_journeys"] for measure in known if measure and measure["n_journeys"]), None)


def columns(places: int) -> list[Span]:
    """Return the columns of the plan, equally wide."""
    width = (RIGHT - LEFT - GUTTER * (places - 1)) / places
    starts = [LEFT + index * (width + GUTTER) for index in range(places)]
    return [Span(start, start + width) for start in starts]


def _places(frame: Frame) -> list[tuple[Content, Span]]:
    plan = frame.content["plan"]
    return list(zip(plan, columns(len(plan)), strict=True))


def _plan(frame: Frame) -> Lane:
    """Return the planned touchpoints as chevrons, each with the time that is promised."""

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_plan"), frame.say("lane_plan_unit"))
        places = _places(frame)
        for index, (one, span) in enumerate(places):
            fill = style.mixed(style.DEEP, style.DEEPEST, index / max(len(places) - 1, 1))
            nose, middle = 14.0, top + height / 2
            notch = [(span.start + nose, middle)] if index else []
            outline = [(span.start, top), (span.end - 12, top), (span.end, middle), (span.end - 12, top + height)]
            frame.sheet.polygon([*outline, (span.start, top + height), *notch], fill=fill)
            days = one["within_days"]
            under = "" if days is None else frame.say("plan_within", time=words.span(days, frame.language))
            place = Span(span.start + 4, span.end + 4)
            in_chevron(frame.sheet, frame.name(one), place, top + height / 2, span.width - 40, under)

    return Lane("plan", 58, 0, draw)


def _emotion(frame: Frame) -> Lane:
    """Return the target of each touchpoint as a dashed line, beside the emotion measured in its stage."""
    if not any(one["target"] is not None or one["emotion"] for one in frame.content["plan"]):
        return frame.quiet("emotion")

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_emotion"), frame.say("lane_plan_emotion_unit"), room=36)

        def at(value: float) -> float:
            return top + 12 + (height - 24) * (2 - value) / 4

        for _, span in _places(frame):
            frame.sheet.rectangle(span.start, top, span.width, height, fill=style.TILE)
        for value in (-2, 0, 2):
            frame.sheet.line((LEFT, at(value)), (RIGHT, at(value)), style.RULE, stroke_width=1)
            frame.sheet.text(LEFT - 8, at(value) + 4.5, frame.number(value, signed=True), size=style.SMALL,
                             fill=style.MUTED, anchor="end")  # fmt: skip
        for one, span in _places(frame):
            _feeling(frame, one, span, at(one["target"]) if one["target"] is not None else None, at)

    return Lane("emotion", 120, 4, draw)


def _feeling(frame: Frame, one: Content, span: Span, target: float | None, at: Any) -> None:
    measure, x = one["emotion"], span.middle
    right = x + span.width / 8
    if target is not None:  # what is measured keeps the right of the column
        frame.sheet.line((span.start + 10, target), (right - 14, target), style.GOOD, stroke_width=2.4,
                         stroke_dasharray="7 4")  # fmt: skip
        text = frame.say("plan_target", value=frame.number(one["target"], 1, signed=True))
        frame.sheet.text(span.start + 12, target - 6, text, size=style.SMALL, fill=style.GOOD, halo=style.TILE,
                         width=span.width / 2 - 20)  # fmt: skip
    if measure is None or measure["emotion"] is None:
        why = frame.missing(measure) if measure else frame.say("no_answer")
        frame.sheet.text(x + span.width / 4, at(0) - 6, why, size=style.SMALL, fill=style.MUTED, anchor="middle",
                         halo=style.TILE, width=span.width / 2 - 12)  # fmt: skip
        return
    y = at(measure["emotion"])
    thin = measure["n"] < frame.conventions["emotion_threshold"]
    if measure["ci_low"] is not None:
        ends = [(right, at(measure[bound])) for bound in ("ci_low", "ci_high")]
        frame.sheet.line(ends[0], ends[1], style.FEELING_BAND, stroke_width=9)
    frame.sheet.circle(
        (right, y), 6, fill=style.PAPER if thin else style.FEELING, stroke=style.FEELING, stroke_width=2.2,
        stroke_dasharray="3 2" if thin else None,
    )  # fmt: skip
    interval = words.number_interval(measure["ci_low"], measure["ci_high"], frame.language, 2, signed=True)
    value, n = frame.number(measure["emotion"], 2, signed=True), frame.say("n_is", n=frame.number(measure["n"]))
    explained = f"{frame.say('plan_measured', value=value)} {interval} · {n}"
    room = span.end - right - 18
    for line, text in enumerate((value, interval, n)):
        weight = fonts.SEMIBOLD if line == 0 else fonts.REGULAR
        frame.sheet.text(right + 14, y + 14 + 16 * line, text, size=style.SMALL, weight=weight, halo=style.TILE,
                         title=explained, width=room)  # fmt: skip


def _deviation(frame: Frame, name: str) -> Lane:
    """Return a lane of bars: the share of journeys whose touchpoint came this way."""

    def draw(top: float, height: float) -> None:
        window = words.span(frame.content["window_days"], frame.language)
        unit = frame.say(f"lane_{name}_unit", n=frame.number(_journeys(frame)), window=window)
        frame.label(top, height, frame.say(f"lane_{name}"), unit)
        for one, span in _places(frame):
            frame.sheet.rectangle(span.start, top, span.width, height, fill=style.TILE)
            _share(frame, one[name], span, top, height, _COLOURS[name])

    return Lane(name, 74, 2, draw)


def _share(frame: Frame, measure: Content | None, span: Span, top: float, height: float, colour: str) -> None:
    sheet, x, y = frame.sheet, span.start + 12, top + height / 2
    if measure is None or measure["share"] is None:
        why = frame.missing(measure) if measure else frame.say("plan_none")
        sheet.text(x, y + 5, why, size=style.BODY, fill=style.MUTED, width=span.width - 24)
        return
    wide = sheet.text(x, y - 5, frame.percent(measure["share"]), size=18, weight=fonts.BOLD, fill=style.DEEPEST)
    counted = f"{frame.share_interval(measure, 'share')} · {frame.say('n_is', n=frame.number(measure['n']))}"
    sheet.text(x + wide + 8, y - 5, counted, size=style.SMALL, fill=style.MUTED, width=span.width - wide - 28)
    track = span.width - 24
    sheet.rectangle(x, y + 5, track, 9, rx=3, fill=style.FAINT)
    sheet.rectangle(x, y + 5, max(track * measure["share"], 1), 9, rx=3, fill=colour)
    if measure["ci_low"] is not None:
        ends = [(x + track * measure[bound], y + 9.5) for bound in ("ci_low", "ci_high")]
        sheet.line(ends[0], ends[1], style.INK, stroke_width=2)


def _ad_hoc(frame: Frame) -> Lane:
    """Return the touchpoints that nobody planned, those most journeys met first."""
    met = frame.content["ad_hoc"]
    if not met:
        return frame.quiet("ad_hoc")

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_ad_hoc"), frame.say("lane_ad_hoc_unit"))
        across = (len(met) + 1) // 2
        boxes, row = columns(across), (height - 18) / 2
        for index, one in enumerate(met):
            box, y = boxes[index % across], top + (index // across) * row
            frame.sheet.rectangle(box.start, y, box.width, row - 5, rx=6, fill=style.CARD, stroke=style.FAINT)
            frame.sheet.text(box.start + 10, y + 21, frame.name(one), size=style.BODY, width=box.width - 20)
            measure = one["measure"]
            if measure["share"] is None:
                frame.sheet.text(box.start + 10, y + 43, frame.missing(measure), size=style.SMALL, fill=style.MUTED)
                continue
            share = frame.percent(measure["share"])
            wide = frame.sheet.text(box.start + 10, y + 43, share, size=16, weight=fonts.BOLD, fill=style.DEEPEST)
            counted = f"{frame.share_interval(measure, 'share')} · {frame.say('n_is', n=frame.number(measure['n']))}"
            frame.sheet.text(box.start + 18 + wide, y + 43, counted, size=style.SMALL, fill=style.MUTED,
                             width=box.width - wide - 26)  # fmt: skip
        if frame.content["further_ad_hoc"]:
            more = frame.say("further_touchpoints", n=frame.number(frame.content["further_ad_hoc"]))
            frame.sheet.text(RIGHT, top + height - 5, more, size=style.SMALL, fill=style.MUTED, anchor="end")

    return Lane("ad_hoc", 138, 0, draw)


def describe(content: dict[str, Any], language: str) -> str:
    """Return the map in sentences: how many journeys met each planned touchpoint as planned."""
    sentences = [
        words.term("aria_planned", language, touchpoint=one["name"][language],
                   share=words.percent(one["as_planned"]["share"], language))
        for one in content["plan"]
        if one["as_planned"] and one["as_planned"]["share"] is not None
    ]  # fmt: skip
    return " ".join(sentences) or words.term("aria_day_nothing", language)
