"""The emotion lane: straight segments between scores, a gap where there is none, and beside them what words say.

Scores are circles on a line with its band; the emotion read from texts is a diamond with its interval, on no line: the
two measure different people in different ways and are never joined.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from pipeline import words
from pipeline.pictures import fonts, style
from pipeline.pictures.map_frame import LEFT, RIGHT, Content, Frame, Lane, Span, has_numbers

_LINE = 16.0  # from one line of small text to the next
_FOOT = 20.0  # under the scale, for the numbers of the diamonds
_DIAMOND, _NARROW = 6.5, 150.0  # half a diamond; in a narrower stage it keeps to the edge, clear of the score's numbers
_ROOM, _LEAST_ROOM, _END = 21.0, 11.0, 1.2  # above +2 and below -2: more where a point is beyond _END, for its label
_Scale = Callable[[float], float]
_Place = tuple[Content, Span, float, float]


def emotion(frame: Frame) -> Lane:
    """Return the emotion lane, -2 … +2: scores with their band, texts as diamonds, the n of each under it."""
    has_scores = has_numbers([stage["emotion"] for stage in frame.stages], "emotion")
    has_texts = has_numbers([stage["emotion_by_text"] for stage in frame.stages], "emotion")
    if not has_scores and not has_texts:
        return frame.quiet("emotion")
    foot = _FOOT if has_texts else 0.0
    scores = [stage["emotion"]["emotion"] or 0 for stage in frame.stages if stage["emotion"]]
    above = _ROOM if max(scores, default=0) > _END else _LEAST_ROOM
    below = _ROOM if min(scores, default=0) < -_END else _LEAST_ROOM

    def draw(top: float, height: float) -> None:
        frame.tiles(top, height)
        unit = "lane_emotion_unit_both" if has_texts else "lane_emotion_unit"
        frame.label(top, height, frame.say("lane_emotion"), frame.say(unit, level=frame.level), room=36)
        scale = height - foot

        def at(value: float) -> float:
            return top + above + (scale - above - below) * (2 - value) / 4

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
        if has_texts:
            for stage, span in zip(frame.stages, frame.spans, strict=True):
                _words(frame, stage["emotion_by_text"], span, at, top + height - 6)
        for run in runs:
            for place in run:
                _point(frame, place, top, scale)

    return Lane("emotion", (80 if frame.is_tight else 96) + foot, 8, draw)


def _words(frame: Frame, measure: Content | None, span: Span, at: _Scale, y: float) -> None:
    """Draw the emotion read from texts as a diamond with its interval, and its numbers at the foot."""
    if measure is None or measure["emotion"] is None:
        if measure is not None:
            _foot(frame, [frame.missing(measure)], span, y, is_hollow=True)
        return
    x, thin = span.start + (14 if span.width > _NARROW else 7), _is_thin(frame, measure)
    if measure["ci_low"] is not None:
        frame.sheet.line((x, at(measure["ci_low"])), (x, at(measure["ci_high"])), style.WORDS, stroke_width=1.8)
    diamond(frame, x, at(measure["emotion"]), is_hollow=thin)
    value = frame.number(measure["emotion"], 2, signed=True)
    interval = words.number_interval(measure["ci_low"], measure["ci_high"], frame.language, 2, signed=True)
    n = frame.say("n_is", n=frame.number(measure["n"]))
    texts = [f"{value} {interval} · {n}", frame.starred(f"{value} · {n}"), f"{value}, n {frame.number(measure['n'])}"]
    title = f"{frame.say('emotion_by_text')}: {value} {interval}, {n}"
    _foot(frame, texts, span, y, is_hollow=thin, title=title)


def _foot(frame: Frame, texts: list[str], span: Span, y: float, *, is_hollow: bool, title: str | None = None) -> None:
    """Write the longest of the texts that fits, after a small diamond."""
    room = span.width - 24
    text = next((one for one in texts if fonts.text_width(one, style.SMALL) <= room), texts[-1])
    diamond(frame, span.start + 12, y - 4.5, is_hollow=is_hollow, size=4.5)
    frame.sheet.text(span.start + 21, y, text, size=style.SMALL, fill=style.WORDS, width=room, title=title)


def diamond(frame: Frame, x: float, y: float, *, is_hollow: bool, size: float = _DIAMOND) -> None:
    """Draw the mark of what is read from texts."""
    corners = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
    frame.sheet.polygon(
        corners, fill=style.PAPER if is_hollow else style.WORDS, stroke=style.WORDS, stroke_width=1.8,
        stroke_dasharray="3 2" if is_hollow else None,
    )  # fmt: skip


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
