"""The lane of effort: what a visit takes, counted, above what customers say that it took them."""

from __future__ import annotations

from pipeline import words
from pipeline.pictures import fonts, style
from pipeline.pictures.map_frame import Content, Frame, Lane, Span

_OBSERVED = ("steps", "channel_switches", "repeated_contacts")


def effort(frame: Frame) -> Lane:
    """Return the lane of effort: own steps of a visit with their interval, switches, repeated contacts, the score."""
    found = [stage.get("effort") or {} for stage in frame.stages]
    if not any(_known(one, name) for one in found for name in (*_OBSERVED, "declared")):
        return frame.quiet("effort")
    most = max(
        (one["steps"]["ci_high"] or one["steps"]["estimate"] for one in found if _known(one, "steps")), default=1
    )

    def draw(top: float, height: float) -> None:
        frame.tiles(top, height)
        unit = None if frame.is_tight else frame.say("lane_effort_unit")
        frame.label(top, height, frame.say("lane_effort"), unit)
        for one, span in zip(found, frame.spans, strict=True):
            _stage(frame, one, Span(span.start + 8, span.end - 6), top, float(most))

    return Lane("effort", 39 if frame.is_tight else 62, 0, draw)


def _known(one: Content, name: str) -> bool:
    return one.get(name) is not None and one[name]["estimate"] is not None


def _stage(frame: Frame, one: Content, span: Span, top: float, most: float) -> None:
    sheet, y = frame.sheet, top + 16
    if not _known(one, "steps"):
        why = frame.missing(one.get("steps"))
        sheet.text(span.start, y, why, size=style.SMALL, fill=style.MUTED, width=span.width)
    else:
        steps = one["steps"]
        value = frame.say("effort_steps", n=frame.number(steps["estimate"], 2))
        interval = "" if steps["ci_low"] is None else words.number_interval(
            steps["ci_low"], steps["ci_high"], frame.language, 2
        )  # fmt: skip
        n = frame.say("n_is", n=frame.number(steps["n"]))
        explained = f"{value} {interval}, {n}"
        wide = sheet.text(span.start, y, value, size=style.BODY, weight=fonts.SEMIBOLD, title=explained,
                          width=span.width)  # fmt: skip
        parts = [part for part in (interval, n) if part]
        texts = [" · ".join(parts[:count]) for count in range(len(parts), 0, -1)]
        rest = next((text for text in texts if _fits(text, span.width - wide - 7)), "")
        sheet.text(span.start + wide + 7, y, rest, size=style.SMALL, fill=style.MUTED)
    if not frame.is_tight:
        _bar(frame, one["steps"], span, top + 21, most)
        sheet.text(span.start, top + 39, _further(frame, one, span.width), size=style.SMALL, width=span.width)
    elif one.get("declared") is None:  # nobody was asked: the second line is free
        sheet.text(span.start, top + 33, _further(frame, one, span.width), size=style.SMALL, width=span.width)
    _declared(frame, one.get("declared"), span, top + (33 if frame.is_tight else 55))


def _bar(frame: Frame, steps: Content | None, span: Span, y: float, most: float) -> None:
    frame.sheet.rectangle(span.start, y, span.width, 4, rx=2, fill=style.FAINT)
    if steps is not None and steps["estimate"] is not None:
        share = min(steps["estimate"] / (most or 1), 1)
        frame.sheet.rectangle(span.start, y, max(span.width * share, 1), 4, rx=2, fill=style.BAND_EDGE)


def _fits(text: str, width: float) -> bool:
    return fonts.text_width(text, style.SMALL) <= width


def _further(frame: Frame, one: Content, width: float) -> str:
    """Return switches and repeated contacts of a visit, as many of them as there is room for."""
    parts = [
        frame.say(f"effort_{name}", n=frame.number(one[name]["estimate"], 2))
        for name in _OBSERVED[1:]
        if _known(one, name) and one[name]["estimate"] >= 0.005
    ]
    texts = [" · ".join(parts[:count]) for count in range(len(parts), 0, -1)]
    return next((text for text in texts if _fits(text, width)), "")


def _declared(frame: Frame, measure: Content | None, span: Span, y: float) -> None:
    """Write what customers say it took, after the square of an answer; nothing where nobody was asked."""
    if measure is None:
        return
    frame.sheet.rectangle(span.start, y - 10, 10, 10, rx=2, fill=style.WORDS)
    room = span.width - 16
    if measure["estimate"] is None:
        frame.sheet.text(span.start + 16, y, frame.missing(measure), size=style.SMALL, fill=style.MUTED, width=room)
        return
    number = frame.number(measure["estimate"], 2)
    value = frame.say("effort_declared", value=number)
    interval = words.number_interval(measure["ci_low"], measure["ci_high"], frame.language, 2)
    n = frame.say("n_is", n=frame.number(measure["n"]))
    full = f"{value} {interval} · {n}"
    # where room is short the word goes first: the square says it, too, and the legend what the square is
    texts = [full, f"{number} {interval} · {n}", f"{value} {interval}", f"{number} · {n}", number]
    text = next((one for one in texts if _fits(one, room)), number)
    frame.sheet.text(span.start + 16, y, text, size=style.SMALL, fill=style.WORDS, width=room, title=full)
