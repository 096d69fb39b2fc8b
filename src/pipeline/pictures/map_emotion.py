"""The emotion lane: straight segments between what was measured, a gap where nothing was."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from pipeline import words
from pipeline.pictures import fonts, style
from pipeline.pictures.map_frame import LEFT, RIGHT, Content, Frame, Lane, Span, has_numbers

_LINE = 16.0  # from one line of small text to the next
_ROOM = 21.0  # above +2 and below -2, for the labels of points at the ends
_Scale = Callable[[float], float]
_Place = tuple[Content, Span, float, float]


def emotion(frame: Frame) -> Lane:
    """Return the emotion lane, -2 … +2, with its band, and the n under each point."""
    if not has_numbers([stage["emotion"] for stage in frame.stages], "emotion"):
        return frame.quiet("emotion")

    def draw(top: float, height: float) -> None:
        frame.tiles(top, height)
        frame.label(top, height, frame.say("lane_emotion"), frame.say("lane_emotion_unit", level=frame.level), room=36)

        def at(value: float) -> float:
            return top + _ROOM + (height - 2 * _ROOM) * (2 - value) / 4

        _scale(frame, at)
        runs: list[list[_Place]] = [[]]
        for stage, span in zip(frame.stages, frame.spans, strict=True):
            measure = stage["emotion"]
            if measure is None or measure["emotion"] is None:
                _gap(frame, measure, span, at(0))
                runs.append([])
            else:
                runs[-1].append((measure, span, span.middle, at(measure["emotion"])))
        for run in runs:
            _band(frame, run, at)
            _segments(frame, run)
        for run in runs:
            for place in run:
                _point(frame, place, top, height)

    return Lane("emotion", 80 if frame.is_tight else 96, 8, draw)


def _scale(frame: Frame, at: _Scale) -> None:
    for value in (-2, -1, 0, 1, 2):
        heavy = value == 0
        frame.sheet.line(
            (LEFT, at(value)), (RIGHT, at(value)), style.RULE, stroke_width=1.6 if heavy else 1,
            stroke_dasharray=None if heavy else "2 4",
        )  # fmt: skip
    for value in (-2, 0, 2):
        frame.sheet.text(
            LEFT - 8,
            at(value) + 4.5,
            frame.number(value, signed=True),
            size=style.SMALL,
            fill=style.MUTED,
            anchor="end",
        )


def _gap(frame: Frame, measure: Content | None, span: Span, y: float) -> None:
    why = frame.missing(measure) if measure else frame.say("no_answer")
    frame.sheet.text(
        span.middle,
        y - 7,
        why,
        size=style.SMALL,
        fill=style.MUTED,
        anchor="middle",
        halo=style.TILE,
        width=span.width - 8,
    )


def _band(frame: Frame, run: list[_Place], at: _Scale) -> None:
    known = [(x, measure) for measure, _, x, _ in run if measure["ci_low"] is not None]
    if not known or len(known) < len(run):  # a band across a point without one would invent it
        return
    # A point alone, or the end of a line, keeps a short piece of its band on either side.
    wide = [(known[0][0] - 10, known[0][1]), *known, (known[-1][0] + 10, known[-1][1])]
    upper = [(x, at(measure["ci_high"])) for x, measure in wide]
    lower = [(x, at(measure["ci_low"])) for x, measure in reversed(wide)]
    frame.sheet.polygon(upper + lower, fill=style.FEELING_BAND)


def _is_thin(frame: Frame, measure: Content) -> bool:
    return measure["n"] is None or measure["n"] < frame.conventions["emotion_threshold"]


def _segments(frame: Frame, run: list[_Place]) -> None:
    for (first, _, x, y), (second, _, next_x, next_y) in pairwise(run):
        dashed = _is_thin(frame, first) or _is_thin(frame, second)
        frame.sheet.line(
            (x, y), (next_x, next_y), style.FEELING, stroke_width=2.6, stroke_dasharray="6 5" if dashed else None
        )


def _point(frame: Frame, place: _Place, top: float, height: float) -> None:
    measure, span, x, y = place
    thin = _is_thin(frame, measure)
    frame.sheet.circle(
        (x, y), 6.5, fill=style.PAPER if thin else style.FEELING, stroke=style.FEELING, stroke_width=2.4,
        stroke_dasharray="3 2" if thin else None,
    )  # fmt: skip
    value = frame.number(measure["emotion"], 2, signed=True)
    interval = words.number_interval(measure["ci_low"], measure["ci_high"], frame.language, 2, signed=True)
    n = frame.say("n_is", n=frame.number(measure["n"]))
    above, below = _clear(y, top, height)
    frame.sheet.text(
        x, above, value, size=style.LANE, weight=fonts.BOLD, fill=style.FEELING, anchor="middle", halo=style.TILE,
        title=f"{value} {interval}, {n}",
    )  # fmt: skip
    for line, text in enumerate(_under(interval, n, span.width, top + height - below)):
        lower = below + line * _LINE
        frame.sheet.text(x, lower, text, size=style.SMALL, fill=style.INK, anchor="middle", halo=style.TILE)


def _under(interval: str, n: str, width: float, room: float) -> list[str]:
    """Return the lines under a point: interval and n on one, or on two; n alone where the point leaves no room."""
    full = f"{interval} · {n}"
    if fonts.text_width(full, style.SMALL) <= width - 8:
        return [full]
    return [interval, n] if room >= _LINE + 4 else [n]


def _clear(y: float, top: float, height: float) -> tuple[float, float]:
    """Return the base lines of the value above a point and of the n under it, clear of the point, inside the lane."""
    above = max(y - 13, top + 14)
    below = min(y + 23, top + height - 5)
    return above, max(below, above + 26 if y - above < 12 else below)
