"""Lanes of how much and how long: the flow band with its loss wedges, and the time in each stage."""

from __future__ import annotations

import math

from pipeline import words
from pipeline.pictures import fonts, style
from pipeline.pictures.map_frame import Content, Frame, Lane, Span, has_numbers

_BAND, _TIGHT_BAND = 32.0, 15.0  # height of the band where every journey still is
_WEDGE = 16.0  # how far a wedge falls below the band
_SHORTEST, _LONGEST = 1 / 24, 365.0  # days, ends of the time scale


def volume(frame: Frame) -> Lane:
    """Return the lane of the flow: share of journeys that reach each stage, share of visits lost there."""
    reached = [stage["reached"] for stage in frame.stages]
    if not has_numbers(reached, "p"):
        return frame.quiet("volume")
    is_narrow = frame.narrowest() < 200
    above = 38 if is_narrow else 22
    least = _TIGHT_BAND if frame.is_tight else _BAND

    def draw(top: float, height: float) -> None:
        frame.tiles(top, height)
        frame.label(top, height, frame.say("lane_volume"), frame.say("lane_volume_unit", horizon=frame.horizon))
        band = least + max(height - _volume_height(is_narrow, least), 0)
        heights = [band * (stage["reached"] or {}).get("p", 0) if _p(stage["reached"]) else 0 for stage in frame.stages]
        _band(frame, top + above, heights)
        for stage, span, high in zip(frame.stages, frame.spans, heights, strict=True):
            _reached(frame, stage["reached"], span, top, is_narrow)
            if _p(stage["lost"]) and high:
                _wedge(frame, span, top + above + high, high * stage["lost"]["p"])
            _lost(frame, stage, span, top + above + band + _WEDGE + 15, is_narrow)

    has_band = any(_p(one) is not None for one in reached)  # notes alone need no more height
    return Lane("volume", _volume_height(is_narrow, least), 3 if has_band else 0.4, draw)


def _volume_height(is_narrow: bool, band: float) -> float:
    return (38 if is_narrow else 22) + band + _WEDGE + (38 if is_narrow else 22)


def _p(measure: Content | None) -> float | None:
    return measure["p"] if measure else None


def _band(frame: Frame, top: float, heights: list[float]) -> None:
    """Draw the band: flat above, and below it narrows between two stages in a smooth step."""
    runs: list[list[tuple[Span, float]]] = [[]]
    for span, high in zip(frame.spans, heights, strict=True):
        if high > 0:
            runs[-1].append((span, high))
        else:
            runs.append([])
    for run in filter(None, runs):
        steps: list[str | float] = ["M", run[0][0].start, top, "L", run[-1][0].end, top]
        steps += ["L", run[-1][0].end, top + run[-1][1]]
        for (before, low), (after, high) in zip(run[::-1][1:], run[::-1], strict=False):
            turn = 14.0
            start, end = after.start + turn, before.end - turn
            steps += [
                "L",
                start,
                top + high,
                "C",
                (start + end) / 2,
                top + high,
                (start + end) / 2,
                top + low,
                end,
                top + low,
            ]
        steps += ["L", run[0][0].start, top + run[0][1], "Z"]
        frame.sheet.path(steps, fill=style.BAND, stroke=style.BAND_EDGE, stroke_width=1)


def _wedge(frame: Frame, span: Span, bottom: float, thick: float) -> None:
    """Draw the share that leaves: a wedge that grows along the band's lower edge and turns down."""
    thick = max(thick, 2.0)
    right = span.end - 18
    left, neck = right - thick, bottom + 5
    start = max(span.start + 10, left - 110)
    frame.sheet.path(
        ["M", start, bottom, "L", right - 8, bottom - thick, "Q", right, bottom - thick, right, bottom - thick + 8,
         "L", right, neck, "L", right + 4, neck, "L", (left + right) / 2, bottom + _WEDGE, "L", left - 4, neck,
         "L", left, neck, "L", left, bottom, "Z"],
        fill=style.LOSS,
    )  # fmt: skip


def _reached(frame: Frame, measure: Content | None, span: Span, top: float, is_narrow: bool) -> None:
    x, sheet = span.start + 8, frame.sheet
    if measure is None or measure["p"] is None:
        sheet.text(x, top + 16, frame.missing(measure), size=style.SMALL, fill=style.MUTED, width=span.width - 12)
        return
    share = frame.percent(measure["p"])
    interval = frame.share_interval(measure)
    explained = f"{share} {interval}, n {frame.number(measure['n_journeys'])}"
    wide = sheet.text(x, top + 17, share, size=17, weight=fonts.BOLD, fill=style.DEEPEST, title=explained)
    at = (x, top + 33) if is_narrow else (x + wide + 8, top + 17)
    sheet.text(*at, interval, size=style.SMALL, fill=style.MUTED, width=span.end - at[0] - 2)


def _lost(frame: Frame, stage: Content, span: Span, y: float, is_narrow: bool) -> None:
    lost, sheet = stage["lost"], frame.sheet
    if lost is None:
        return
    if lost["p"] is None:
        sheet.text(
            span.end - 8,
            y,
            frame.missing(lost),
            size=style.SMALL,
            fill=style.MUTED,
            anchor="end",
            width=span.width - 12,
        )
        return
    share, interval = frame.percent(lost["p"]), frame.share_interval(lost)
    text = frame.say("lost_share", share=share)
    explained = f"{text} {interval}, n {frame.number(lost['n_visits'])}"
    going = stage["unresolved"]
    if _p(going):
        explained += " · " + frame.say("unresolved_share", share=frame.percent(going["p"]))
    if is_narrow:
        sheet.text(span.end - 8, y, text, size=style.BODY, weight=fonts.SEMIBOLD, fill=style.LOSS_TEXT, anchor="end",
                   width=span.width - 12, title=explained)  # fmt: skip
        sheet.text(
            span.end - 8, y + 16, interval, size=style.SMALL, fill=style.MUTED, anchor="end", width=span.width - 12
        )
        return
    wide = sheet.text(span.end - 8, y, interval, size=style.SMALL, fill=style.MUTED, anchor="end")
    sheet.text(span.end - 14 - wide, y, text, size=style.BODY, weight=fonts.SEMIBOLD, fill=style.LOSS_TEXT,
               anchor="end", title=explained)  # fmt: skip


def time(frame: Frame) -> Lane:
    """Return the lane of time: median with its interval, box from quartile to quartile, one log scale for all."""
    if not has_numbers([stage["time"] for stage in frame.stages], "median"):
        return frame.quiet("time")
    is_narrow = frame.narrowest() < 200

    def draw(top: float, height: float) -> None:
        frame.tiles(top, height)
        frame.label(top, height, frame.say("lane_time"), frame.say("lane_time_unit"))
        for stage, span in zip(frame.stages, frame.spans, strict=True):
            _time_in_stage(frame, stage["time"], Span(span.start + 8, span.end - 8), top, is_narrow)

    return Lane("time", 58 if is_narrow else 42, 0, draw)


def _time_in_stage(frame: Frame, measure: Content | None, span: Span, top: float, is_narrow: bool) -> None:
    sheet, bar = frame.sheet, top + (45 if is_narrow else 29)
    if measure is None or measure["median"] is None:
        sheet.text(span.start, top + 17, frame.missing(measure), size=style.SMALL, fill=style.MUTED, width=span.width)
        return
    median = words.duration(measure["median"], frame.language)
    interval = words.duration_interval(
        measure["median_low"], measure["median_high"], frame.language, beside=measure["median"]
    )
    quartiles = frame.say(
        "quartiles_are", low=words.duration(measure["quartile_1"], frame.language),
        high=words.duration(measure["quartile_3"], frame.language),
    )  # fmt: skip
    explained = f"{frame.say('median_is', time=median)} {interval}; {quartiles}; n {frame.number(measure['n_visits'])}"
    wide = sheet.text(span.start, top + 17, median, size=style.LANE, weight=fonts.SEMIBOLD, title=explained)
    at = (span.start, top + 33) if is_narrow else (span.start + wide + 8, top + 17)
    sheet.text(*at, interval, size=style.SMALL, fill=style.MUTED, width=span.end - at[0] + 6)
    _box(frame, measure, span, bar)


def _box(frame: Frame, measure: Content, span: Span, y: float) -> None:
    def at(days: float) -> float:
        share = math.log(max(days, _SHORTEST) / _SHORTEST) / math.log(_LONGEST / _SHORTEST)
        return span.start + span.width * min(share, 1.0)

    frame.sheet.line((span.start, y + 4), (span.end, y + 4), style.RULE, stroke_width=1.5)
    for days in (1.0, 7.0, 30.0):
        frame.sheet.line((at(days), y), (at(days), y + 8), style.RULE, stroke_width=1.5)
    low, high = at(measure["quartile_1"]), at(measure["quartile_3"])
    frame.sheet.rectangle(low, y, max(high - low, 2), 8, rx=3, fill=style.BAND_EDGE)
    middle = at(measure["median"])
    frame.sheet.line((middle, y - 2), (middle, y + 10), style.INK, stroke_width=2.5)
