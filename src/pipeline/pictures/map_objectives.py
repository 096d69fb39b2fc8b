"""The lane of objectives: what is measured against what is wanted, and by when."""

from __future__ import annotations

from typing import Any

from pipeline import words
from pipeline.pictures import fonts, style
from pipeline.pictures.map_frame import LEFT, RIGHT, Content, Frame, Lane, Span

_MOST, _GAP = 6, 10.0
_COLOURS = {"reached": style.GOOD, "not reached": style.BAD}


def objectives(frame: Frame) -> Lane:
    """Return a card per objective: its name, the measured value with interval and n, the target, the day."""
    listed = frame.content["objectives"]
    if not listed:
        return frame.quiet("objectives")
    shown = listed[:_MOST]
    more, high = len(listed) - len(shown), 84.0 if frame.is_tight else 100.0

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_objectives"), frame.say("lane_objectives_unit"))
        count = max(len(shown), 3)
        width = (RIGHT - LEFT - _GAP * (count - 1)) / count
        for index, one in enumerate(shown):
            start = LEFT + index * (width + _GAP)
            _card(frame, one, Span(start, start + width), top + 2, high)
        if more:
            text = frame.say("further_moments", n=frame.number(more))
            frame.sheet.text(RIGHT, top + high + 16, text, size=style.SMALL, fill=style.MUTED, anchor="end")

    return Lane("objectives", high + 4 + (16 if more else 0), 0, draw)


def _card(frame: Frame, one: Content, box: Span, top: float, high: float) -> None:
    sheet, x, inner = frame.sheet, box.start + 12, box.width - 20
    sheet.rectangle(box.start, top, box.width, high, rx=6, fill=style.CARD, stroke=style.RULE)
    sheet.lines(x, top + 18, frame.name(one), inner, most=1 if frame.is_tight else 2, leading=16,
                weight=fonts.SEMIBOLD, fill=style.MUTED)  # fmt: skip
    top += high - 84
    if one["measure"]["estimate"] is None:
        sheet.text(x, top + 41, frame.missing(one["measure"]), size=style.BODY, fill=style.MUTED, width=inner)
    else:
        value, interval = _written(frame, one, one["measure"]["estimate"]), _interval(frame, one)
        wide = sheet.text(x, top + 41, value, size=19, weight=fonts.BOLD, fill=style.DEEPEST)
        sheet.text(x + wide + 8, top + 41, interval, size=style.SMALL, fill=style.MUTED, width=inner - wide - 8)
    if one["wanted"] is not None:
        colour = status_sign(frame, one["status"], x, top + 62)
        status = frame.say("target_" + one["status"].replace(" ", "_"))
        text = f"{frame.say('target_is', value=_written(frame, one, one['wanted']))} · {status}"
        sheet.text(x + 18, top + 62, text, size=style.SMALL, weight=fonts.SEMIBOLD, fill=colour, width=inner - 18)
    sheet.text(x, top + 78, _rest(frame, one), size=style.SMALL, fill=style.MUTED, width=inner)


def _rest(frame: Frame, one: Content) -> str:
    parts = [frame.say("n_is", n=frame.number(one["measure"]["n"]))] if one["measure"]["n"] is not None else []
    if one["by"]:
        parts.append(frame.say("by_day", day=words.date(one["by"], frame.language)))
    return " · ".join([*parts, *([frame.say("everyone")] if one["group"] == "(all)" else [])])


def status_sign(frame: Frame, status: str, x: float, y: float) -> str:
    """Draw a tick, a cross, or a dot where nothing is shown, and return its colour; the shape says it by itself."""
    colour = _COLOURS.get(status, style.EVEN)
    look: dict[str, Any] = {"stroke": colour, "stroke_width": 2.4, "fill": "none", "stroke_linecap": "round"}
    if status == "reached":
        frame.sheet.path(["M", x + 1, y - 5, "L", x + 5, y - 1, "L", x + 12, y - 10], **look)
    elif status == "not reached":
        frame.sheet.path(["M", x + 2, y - 10, "L", x + 11, y - 1, "M", x + 11, y - 10, "L", x + 2, y - 1], **look)
    else:
        frame.sheet.circle((x + 6, y - 5), 5, fill=colour)
    return colour


def _written(frame: Frame, one: Content, value: float) -> str:
    if one["unit"] == "effect":
        return frame.number(value, 2, signed=True)
    return words.in_unit(value, one["unit"] or "count", frame.currency, frame.language)


def _interval(frame: Frame, one: Content) -> str:
    low, high = one["measure"]["ci_low"], one["measure"]["ci_high"]
    if low is None:
        return ""
    if one["unit"] == "effect":
        return words.number_interval(low, high, frame.language, 2, signed=True)
    if one["unit"] == "money":
        return frame.money_interval(low, high)
    return words.unit_interval(low, high, one["unit"] or "count", frame.currency, frame.language)
