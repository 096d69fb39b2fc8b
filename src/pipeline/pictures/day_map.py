"""The day-in-the-life map of one persona: columns are the hours of the day, then the days of the week."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from pipeline import words
from pipeline.pictures import fonts, map_head, style
from pipeline.pictures.map_frame import LEFT, RIGHT, Content, Frame, Lane, Span
from pipeline.pictures.map_sheet import lay_out

_BETWEEN = 22.0  # from the last hour to Monday
_HOURS, _DAYS = 24, 7
_DAY = 1.45  # a weekday's column is so many times as wide as an hour's
_PARTS = (("night", 0, 6), ("morning", 6, 12), ("afternoon", 12, 18), ("evening", 18, 24))
_WRITE = Callable[[float], str]


def day_map(content: dict[str, Any], language: str) -> str:
    """Draw the day-in-the-life map of one persona.

    Parameters
    ----------
    content
        Of the map: `draw.maps_of(...)["day_in_the_life"]`.
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
        _clock(frame),
        _bars(frame, "activity", style.DEEP, grow=6),
        _channels(frame),
        _emotion(frame),
        _bars(frame, "contacts", style.BAND_EDGE, grow=3),
        _bars(frame, "lost", style.LOSS, grow=4),
        map_head.foot(frame, ("interval", "solid", "hollow"), frame.content["channels"]),
    ]


def columns() -> list[Span]:
    """Return the columns: 24 hours, a gap, 7 wider days."""
    width = (RIGHT - LEFT - _BETWEEN) / (_HOURS + _DAY * _DAYS)
    hours = [Span(LEFT + index * width, LEFT + (index + 1) * width) for index in range(_HOURS)]
    start, day = hours[-1].end + _BETWEEN, _DAY * width
    return hours + [Span(start + index * day, start + (index + 1) * day) for index in range(_DAYS)]


def _moments(frame: Frame) -> list[tuple[Content, Span]]:
    return list(zip(frame.content["moments"], columns(), strict=True))


def _tiles(frame: Frame, top: float, height: float) -> None:
    for span in columns():
        frame.sheet.rectangle(span.start + 1, top, span.width - 2, height, fill=style.TILE)


def _clock(frame: Frame) -> Lane:
    """Return the lane that names the columns: parts of the day above the hours, the week above its days."""

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_clock"), frame.say("lane_clock_unit"))
        spans = columns()
        groups = [(name, Span(spans[start].start, spans[end - 1].end)) for name, start, end in _PARTS]
        groups.append(("week", Span(spans[_HOURS].start, spans[-1].end)))
        for index, (name, span) in enumerate(groups):
            fill = style.mixed(style.DEEP, style.DEEPEST, index / (len(groups) - 1))
            frame.sheet.rectangle(span.start + 1, top, span.width - 2, 24, rx=3, fill=fill)
            frame.sheet.text(
                span.middle, top + 17, frame.say(f"part_{name}"), size=style.LANE, weight=fonts.SEMIBOLD,
                fill="#ffffff", anchor="middle",
            )  # fmt: skip
        for moment, span in _moments(frame):
            frame.sheet.text(
                span.middle, top + height - 6, name_of(moment, frame.language), size=style.BODY,
                weight=fonts.SEMIBOLD, anchor="middle", width=span.width,
            )  # fmt: skip

    return Lane("clock", 50, 0, draw)


def name_of(moment: Content, language: str) -> str:
    """Return how a moment is called: ``14 h`` in French, ``14:00`` in English, or the day's short name."""
    if moment["clock"] == "hour":
        return words.term("hour_is", language, hour=moment["at"])
    return words.term(f"day_{moment['at']}", language)


def _known(frame: Frame, name: str) -> list[Content]:
    return [one[name] for one in frame.content["moments"] if one[name] and one[name]["estimate"] is not None]


def _bars(frame: Frame, name: str, colour: str, grow: float) -> Lane:
    """Return a lane of shares as bars with their intervals; hours and days have a scale each, from zero."""
    if not _known(frame, name):
        return frame.quiet(f"day_{name}")

    def draw(top: float, height: float) -> None:
        _tiles(frame, top, height)
        unit = frame.say(f"lane_day_{name}_unit", horizon=frame.horizon)
        frame.label(top, height, frame.say(f"lane_day_{name}"), unit)
        floor, room = top + height - 6, height - 34
        for clock in ("hour", "weekday"):
            places = [(moment[name], span) for moment, span in _moments(frame) if moment["clock"] == clock]
            known = [one["ci_high"] or one["estimate"] for one, _ in places if one and one["estimate"] is not None]
            scale = room / max([*known, 1e-9])
            for measure, span in places:
                _bar(frame, measure, span, floor, scale, colour)

    return Lane(f"day_{name}", 84, grow, draw)


def _bar(frame: Frame, measure: Content | None, span: Span, floor: float, scale: float, colour: str) -> None:
    sheet = frame.sheet
    if measure is None or measure["estimate"] is None:
        why = _missing(frame, measure)
        sheet.text(
            span.middle, floor - 8, why, size=style.SMALL, fill=style.MUTED, anchor="middle", width=span.width - 2
        )
        return
    high = measure["estimate"] * scale
    interval = frame.share_interval(measure, "estimate")
    explained = f"{frame.percent(measure['estimate'])} {interval}, n {frame.number(measure['n'])}"
    sheet.rectangle(span.start + span.width * 0.2, floor - high, span.width * 0.6, high, rx=2, fill=colour,
                    title=explained)  # fmt: skip
    top = floor - high
    if measure["ci_low"] is not None:
        low, top = floor - measure["ci_low"] * scale, floor - measure["ci_high"] * scale
        sheet.line((span.middle, low), (span.middle, top), style.INK, stroke_width=1.5)
    share = frame.number(measure["estimate"] * 100, 1)
    sheet.text(span.middle, top - 5, share, size=style.SMALL, anchor="middle", halo=style.TILE, title=explained)


def _missing(frame: Frame, measure: Content | None) -> str:
    if measure is None:
        return words.MISSING
    return "…" if measure["note"] == "withheld" else frame.missing(measure)


def _channels(frame: Frame) -> Lane:
    """Return a row per channel, each share on a ground that is the darker the greater it is."""
    names = frame.content["channels"]
    if not names:
        return frame.quiet("channels")

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_channels"), frame.say("lane_day_channels_unit"), room=56)
        row = height / len(names)
        for index, name in enumerate(names):
            y = top + index * row
            frame.sheet.text(LEFT - 8, y + row / 2 + 4.5, frame.say(f"code_{name}"), size=style.SMALL,
                             weight=fonts.SEMIBOLD, anchor="end")  # fmt: skip
            for moment, span in _moments(frame):
                _cell(frame, moment["by_channel"][index], span, y, row - 2, frame.say(f"channel_{name}"))

    return Lane("channels", 26.0 * len(names), 2, draw)


def _cell(frame: Frame, measure: Content | None, span: Span, y: float, height: float, channel: str) -> None:
    share = measure["estimate"] if measure else None
    fill = style.TILE if share is None else style.mixed(style.TILE, style.BAND, min(share / 0.6, 1))
    explained = channel
    if measure and share is not None:
        interval = frame.share_interval(measure, "estimate")
        explained += f" · {frame.percent(share)} {interval}, n {frame.number(measure['n'])}"
    frame.sheet.rectangle(span.start + 1, y, span.width - 2, height, rx=2, fill=fill, title=explained)
    text = frame.number(share * 100, 0) if share is not None else _missing(frame, measure)
    frame.sheet.text(span.middle, y + height / 2 + 4.5, text, size=style.SMALL, anchor="middle", width=span.width - 2,
                     fill=style.MUTED if share is None else style.INK)  # fmt: skip


def _emotion(frame: Frame) -> Lane:
    """Return the mean of the scores given at each moment, -2 … +2, with its interval and n."""
    if not _known(frame, "emotion"):
        return frame.quiet("emotion")

    def draw(top: float, height: float) -> None:
        _tiles(frame, top, height)
        frame.label(top, height, frame.say("lane_emotion"), frame.say("lane_day_emotion_unit"), room=36)
        upper, lower = top + 8, top + height - 24

        def at(value: float) -> float:
            return upper + (lower - upper) * (2 - value) / 4

        for value in (-2, 0, 2):
            frame.sheet.line((LEFT, at(value)), (RIGHT, at(value)), style.RULE, stroke_width=1)
            frame.sheet.text(LEFT - 8, at(value) + 4.5, frame.number(value, signed=True), size=style.SMALL,
                             fill=style.MUTED, anchor="end")  # fmt: skip
        places = _moments(frame)
        for (one, here), (other, there) in pairwise(places):
            if one["clock"] == other["clock"] and _felt(one) is not None and _felt(other) is not None:
                thin = _is_thin(frame, one) or _is_thin(frame, other)
                ends = (here.middle, at(_felt(one) or 0)), (there.middle, at(_felt(other) or 0))
                frame.sheet.line(*ends, style.FEELING, stroke_width=2, stroke_dasharray="6 5" if thin else None)
        for moment, span in places:
            _feeling(frame, moment, span, at, top + height - 7)

    return Lane("emotion", 100, 6, draw)


def _felt(moment: Content) -> float | None:
    return moment["emotion"]["estimate"] if moment["emotion"] else None


def _is_thin(frame: Frame, moment: Content) -> bool:
    return bool((moment["emotion"]["n"] or 0) < frame.conventions["emotion_threshold"])


def _feeling(frame: Frame, moment: Content, span: Span, at: Callable[[float], float], base: float) -> None:
    measure, value = moment["emotion"], _felt(moment)
    if measure is None or value is None:
        frame.sheet.text(span.middle, base, _missing(frame, measure), size=style.SMALL, fill=style.MUTED,
                         anchor="middle", width=span.width - 2)  # fmt: skip
        return
    n = frame.number(measure["n"])
    explained = frame.number(value, 2, signed=True)
    if measure["ci_low"] is not None:
        ends = [(span.middle, at(measure[bound])) for bound in ("ci_low", "ci_high")]
        frame.sheet.line(ends[0], ends[1], style.FEELING_BAND, stroke_width=7)
        explained += f" {words.number_interval(measure['ci_low'], measure['ci_high'], frame.language, 2, signed=True)}"
    thin = _is_thin(frame, moment)
    frame.sheet.circle((span.middle, at(value)), 4.5, fill=style.PAPER if thin else style.FEELING, stroke=style.FEELING,
                       stroke_width=2, title=f"{explained}, n {n}")  # fmt: skip
    frame.sheet.text(span.middle, base, n, size=style.SMALL, fill=style.MUTED, anchor="middle", halo=style.TILE)


def describe(content: dict[str, Any], language: str) -> str:
    """Return the map in sentences: the busiest hour and day, and when most visits are lost."""
    sentences = []
    for name in ("activity", "lost"):
        for clock in ("hour", "weekday"):
            places = [
                (one[name]["estimate"], one)
                for one in content["moments"]
                if one["clock"] == clock and one[name] and one[name]["estimate"] is not None
            ]
            if places:
                share, moment = max(places, key=lambda place: place[0])
                sentences.append(
                    words.term(
                        f"aria_day_{name}",
                        language,
                        moment=name_of(moment, language),
                        share=words.percent(share, language),
                    )
                )
    return " ".join(sentences) or words.term("aria_day_nothing", language)
