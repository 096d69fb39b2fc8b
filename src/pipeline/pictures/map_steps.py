"""Lanes of what happens: stages, touchpoints, channels, and who acts on which side of which line."""

from __future__ import annotations

from typing import Any

from pipeline import words
from pipeline.pictures import fonts, style
from pipeline.pictures.map_frame import MARGIN, RIGHT, Content, Frame, Lane, Span
from pipeline.pictures.svg import Sheet

_MOST_WAYS = 2
_WAY = 29.0  # height of one channel


def stages(frame: Frame) -> Lane:
    """Return the lane of chevrons, with the median time in each stage."""

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_stages"), None if frame.is_tight else frame.say("lane_stages_unit"))
        last = max(len(frame.stages) - 1, 1)
        for index, (stage, span) in enumerate(zip(frame.stages, frame.spans, strict=True)):
            fill = style.mixed(style.DEEP, style.DEEPEST, index / last)
            _chevron(frame.sheet, span, top, height, fill, index == 0, index == len(frame.stages) - 1)
            time = stage["time"]
            is_known = time and time["median"] is not None and not frame.is_tight  # the lane of time says it again
            median = words.duration(time["median"], frame.language) if is_known else ""
            place = Span(span.start + 5, span.end + 5)
            in_chevron(frame.sheet, frame.name(stage), place, top + height / 2, span.width - 28, median)

    return Lane("stages", 32 if frame.is_tight else 46, 0, draw)


def _chevron(sheet: Sheet, span: Span, top: float, height: float, fill: str, is_first: bool, is_last: bool) -> None:
    nose, middle = 12.0, top + height / 2
    start = [(span.start, top + height), (span.start, top)]
    notch = [] if is_first else [(span.start + nose, middle)]
    shoulder = span.end - (nose if is_last else 4)
    end = [(shoulder, top), (shoulder + nose, middle), (shoulder, top + height)]
    sheet.polygon([start[1], *end, start[0], *notch], fill=fill)


def in_chevron(sheet: Sheet, name: str, place: Span, middle: float, room: float, under: str = "") -> None:
    """Write a name into a chevron, smaller or on two lines where it is long, and a small text under it."""
    look: dict[str, Any] = {"weight": fonts.SEMIBOLD, "fill": "#ffffff", "anchor": "middle"}
    size = next((one for one in (17, 16, 15) if fonts.text_width(name, one, fonts.SEMIBOLD) <= room), None)
    leading, y = (17.0, middle + (-1 if under else 6)) if size else (14.3, middle + 4.5)
    if size is None:
        lines = len(fonts.wrap(name, room, style.SMALL, fonts.SEMIBOLD, 2, sheet.language)) + bool(under)
        y -= leading * (lines - 1) / 2
    taken = sheet.lines(place.middle, y, name, room, leading=leading, size=size or style.SMALL, **look)
    sheet.text(place.middle, y + leading * taken, under, size=style.SMALL, fill="#ffffff", anchor="middle", width=room)


def steps(frame: Frame) -> Lane:
    """Return the lane of touchpoints: squares for actions, circles for messages."""
    most_lines = 2 if frame.is_tight else 3

    def draw(top: float, height: float) -> None:
        frame.tiles(top, height)
        frame.label(top, height, frame.say("lane_steps"), frame.say("lane_steps_unit"))
        y = top + 26
        for stage, span in zip(frame.stages, frame.spans, strict=True):
            if stage["steps"]:
                frame.sheet.line((span.start, y), (span.end, y), style.RULE, stroke_width=2)
            else:
                frame.sheet.text(
                    span.middle, y + 5, frame.say("no_event"), size=style.SMALL, fill=style.MUTED, anchor="middle",
                    width=span.width - 8,
                )  # fmt: skip
            if stage["further_touchpoints"]:
                n = frame.number(stage["further_touchpoints"])
                more, at = frame.say("further_touchpoints", n=n), y - 8 if frame.is_tight else top + height - 6
                frame.sheet.text(span.end - 4, at, f"+{n}" if frame.is_tight else more, size=style.SMALL,
                                 fill=style.MUTED, anchor="end", title=more)  # fmt: skip
        for _, step, column in frame.steps():
            symbol(frame.sheet, step["symbol"], column.middle, y)
            name, look = frame.name(step), _name_look(frame, step, column, most_lines)
            taken = frame.sheet.lines(column.middle, y + 34, name, leading=16, anchor="middle", **look)
            way = step["ways"][0]
            # one customer may meet a touchpoint in several channels, so their numbers do not add up
            known = "n_is" if len(step["ways"]) == 1 else "n_is_at_least"
            met = frame.say(known, n=frame.number(way["n_customers"])) if way["n_customers"] else frame.missing(way)
            frame.sheet.text(
                column.middle, y + 34 + 16 * taken, met, size=style.SMALL, fill=style.MUTED, anchor="middle",
                title=frame.say("n_customers_is", n=frame.number(way["n_customers"])),
            )  # fmt: skip

    has_more = any(stage["further_touchpoints"] for stage in frame.stages) and not frame.is_tight
    lines = max(
        (_lines_of(frame, step, column, most_lines) for _, step, column in frame.steps()),
        default=0,
    )
    return Lane("steps", 67 + 16 * lines + (16 if has_more else 0), 1, draw)


def _lines_of(frame: Frame, step: Content, column: Span, most: int) -> int:
    look = _name_look(frame, step, column, most)
    return len(fonts.wrap(frame.name(step), look["width"], look["size"], lines=most, language=frame.language))


def _name_look(frame: Frame, step: Content, column: Span, most: int) -> dict[str, Any]:
    """Return how a touchpoint's name is written: as large as its column holds all of it."""
    name, width = frame.name(step), column.width - 10
    is_held = frame.sheet.holds(name, width, most=most, size=style.BODY)
    return {"width": width, "most": most, "size": style.BODY if is_held else style.SMALL}


def symbol(sheet: Sheet, kind: str, x: float, y: float, radius: float = 13) -> None:
    """Draw the symbol of a touchpoint, CJML-style; an arrow tells the two circles apart without colour."""
    if kind == "action":
        sheet.rectangle(
            x - radius, y - radius, 2 * radius, 2 * radius, rx=3, fill=style.PAPER, stroke=style.INK, stroke_width=2.5
        )
        sheet.circle((x, y), radius / 4, fill=style.INK)
        return
    colour = style.SENT if kind == "sent" else style.RECEIVED
    sheet.circle((x, y), radius, fill=style.PAPER, stroke=colour, stroke_width=3.5)
    reach = radius / 2.6
    way = 1 if kind == "sent" else -1
    tip = (x + way * reach, y - way * reach)
    sheet.path(
        ["M", x - way * reach, y + way * reach, "L", *tip, "M", tip[0] - way * reach * 1.2, tip[1], "L", *tip,
         "L", tip[0], tip[1] + way * reach * 1.2],
        fill="none", stroke=style.INK, stroke_width=2, stroke_linecap="round", stroke_linejoin="round",
    )  # fmt: skip


def channels(frame: Frame) -> Lane:
    """Return the lane of channels: code, name, and the share of customers met there with its interval."""
    most = 1 if frame.is_tight else _MOST_WAYS

    def draw(top: float, height: float) -> None:
        frame.tiles(top, height)
        frame.label(top, height, frame.say("lane_channels"), frame.say("lane_channels_unit"))
        for _, step, column in frame.steps():
            for index, way in enumerate(step["ways"][:most]):
                _way(frame, way, column, top + 5 + _WAY * index)
            more = len(step["ways"]) - most
            if more > 0 and not frame.is_tight:
                hidden = [frame.say(f"channel_{way['channel']}") for way in step["ways"][most:]]
                frame.sheet.text(
                    column.start + 6, top + 17 + _WAY * most, frame.say("further_channels", n=frame.number(more)),
                    size=style.SMALL, fill=style.MUTED, title=", ".join(hidden),
                )  # fmt: skip

    ways = max(len(step["ways"]) for _, step, _ in frame.steps())
    return Lane("channels", 6 + _WAY * min(ways, most) + (17 if ways > most and not frame.is_tight else 0), 0, draw)


def _way(frame: Frame, way: Content, column: Span, top: float) -> None:
    sheet, left, right = frame.sheet, column.start + 6, column.end - 6
    code = frame.say(f"code_{way['channel']}")
    sheet.rectangle(left, top, 36, 17, rx=3, fill=style.PAPER, stroke=style.MUTED)
    name = frame.say(f"channel_{way['channel']}")
    sheet.text(left + 18, top + 13, code, size=style.SMALL, weight=fonts.SEMIBOLD, anchor="middle", title=name)
    share = frame.percent(way["reach"]) if way["reach"] is not None else frame.missing(way)
    wide = fonts.text_width(share, style.SMALL, fonts.SEMIBOLD)
    title = (
        f"{share} {frame.share_interval(way, 'reach', 'reach_low', 'reach_high')}" if way["reach"] is not None else None
    )
    weight = fonts.SEMIBOLD if way["reach"] is not None else fonts.REGULAR  # a note is quieter than a number
    room = right - left - 42
    sheet.text(right, top + 13, share, size=style.SMALL, weight=weight, anchor="end", width=room, title=title)
    if fonts.text_width(name, style.SMALL) <= right - left - wide - 50:
        sheet.text(left + 42, top + 13, name, size=style.SMALL, fill=style.MUTED)
    track = right - left
    sheet.rectangle(left, top + 20, track, 5, rx=2, fill=style.FAINT)
    if way["reach"] is not None:
        sheet.rectangle(left, top + 20, max(track * way["reach"], 1), 5, rx=2, fill=style.BAND_EDGE)
    if way["reach_low"] is not None:
        low, high = left + track * way["reach_low"], left + track * way["reach_high"]
        sheet.line((low, top + 22.5), (high, top + 22.5), style.INK, stroke_width=1.5)


def actors(frame: Frame) -> list[Lane]:
    """Return the lanes below the line of interaction: frontstage, backstage, partners, and the lines between."""
    lanes = [_line(frame, "line_interaction"), _actor_lane(frame, "frontstage", "brand")]
    if frame.is_tight:  # what is between them is said on the line
        lanes += [_line(frame, "line_visibility", "quiet_backstage", "line_internal")]
    else:
        lanes += [_line(frame, "line_visibility"), frame.quiet("backstage"), _line(frame, "line_internal")]
    return [*lanes, _actor_lane(frame, "partners", "partner")]


def _line(frame: Frame, *names: str) -> Lane:
    def draw(top: float, height: float) -> None:
        y, text = top + height / 2, " · ".join(frame.say(name) for name in names)
        wide = fonts.text_width(text, style.SMALL)
        frame.sheet.text(RIGHT, y + 4.5, text, size=style.SMALL, fill=style.MUTED, anchor="end")
        frame.sheet.line((MARGIN, y), (RIGHT - wide - 8, y), style.MUTED, stroke_width=1.2, stroke_dasharray="7 4")

    return Lane(names[0], 14, 0, draw)


def _actor_lane(frame: Frame, name: str, actor: str) -> Lane:
    acted = [
        (step, column, way)
        for _, step, column in frame.steps()
        for way in [next((way for way in step["ways"] if way["actor"] == actor), None)]
        if way is not None
    ]
    if not acted:
        return frame.quiet(name)

    def draw(top: float, height: float) -> None:
        frame.tiles(top, height)
        frame.label(top, height, frame.say(f"lane_{name}"))
        for step, column, way in acted:
            box = Span(column.start + 6, column.end - 6)
            frame.sheet.rectangle(
                box.start, top + 3, box.width, height - 6, rx=4, fill=style.PAPER, stroke=style.BAND_EDGE
            )
            volume = (
                frame.missing(way) if way["n_events"] is None else frame.say("events", n=frame.number(way["n_events"]))
            )
            frame.sheet.text(
                box.middle, top + height / 2 + 4.5, volume, size=style.SMALL, anchor="middle", width=box.width - 6,
                title=f"{frame.name(step)} · {frame.say('channel_' + way['channel'])} · {volume}",
            )  # fmt: skip

    return Lane(name, 23 if frame.is_tight else 28, 0, draw)
