"""The lane of effort: what a visit takes, counted, above what customers say that it took them."""

from __future__ import annotations

from pipeline import words
from pipeline.pictures import fonts, style
from pipeline.pictures.map_frame import Content, Frame, Lane, Span

_LINE, _BAR = 16.0, 7.0  # from one line of text to the next; height of the bar, with the air around it
_OBSERVED = ("steps", "channel_switches", "repeated_contacts")


def effort(frame: Frame) -> Lane:
    """Return the lane of effort: own steps of a visit with their interval, switches, repeated contacts, the score."""
    found = [stage.get("effort") or {} for stage in frame.stages]
    if not any(_known(one, name) for one in found for name in (*_OBSERVED, "declared")):
        return frame.quiet("effort")
    most = max(
        (one["steps"]["ci_high"] or one["steps"]["estimate"] for one in found if _known(one, "steps")), default=1
    )

    spans = [Span(span.start + 8, span.end - 6) for span in frame.spans]
    lines = max(_lines(frame, one, span) for one, span in zip(found, spans, strict=True))

    def draw(top: float, height: float) -> None:
        frame.tiles(top, height)
        unit = None if frame.is_tight else frame.say("lane_effort_unit")
        frame.label(top, height, frame.say("lane_effort"), unit)
        for one, span in zip(found, spans, strict=True):
            _stage(frame, one, span, top, float(most))

    return Lane("effort", 7 + _LINE * lines + (0 if frame.is_tight else _BAR), 0, draw)


def _known(one: Content, name: str) -> bool:
    return one.get(name) is not None and one[name]["estimate"] is not None


def _lines(frame: Frame, one: Content, span: Span) -> int:
    """Return how many lines a stage needs: what is counted, what goes under it, what is declared."""
    return 1 + len(_counted(frame, one, span.width)[1]) + (one.get("declared") is not None)


def _stage(frame: Frame, one: Content, span: Span, top: float, most: float) -> None:
    sheet, y = frame.sheet, top + 16
    beside, under = _counted(frame, one, span.width)
    if not _known(one, "steps"):
        why = frame.missing(one.get("steps"))
        sheet.text(span.start, y, why, size=style.SMALL, fill=style.MUTED, width=span.width)
    else:
        value, interval, n = _steps(frame, one)
        wide = sheet.text(span.start, y, value, size=style.BODY, weight=fonts.SEMIBOLD, width=span.width,
                          title=f"{value} {interval}, {n}")  # fmt: skip
        sheet.text(span.start + wide + 7, y, beside, size=style.SMALL, fill=style.MUTED)
    if not frame.is_tight:
        _bar(frame, one["steps"], span, top + 21, most)
        y += _BAR
    for line in under:
        y += _LINE
        sheet.text(span.start, y, line, size=style.SMALL, width=span.width)
    _declared(frame, one.get("declared"), span, y + _LINE)


def _steps(frame: Frame, one: Content) -> tuple[str, str, str]:
    """Return the steps of a visit, their interval and their n as text."""
    steps = one["steps"]
    interval = "" if steps["ci_low"] is None else _interval(frame, steps)
    value = frame.say("effort_steps", n=frame.number(steps["estimate"], 2))
    return value, interval, frame.say("n_is", n=frame.number(steps["n"]))


def _interval(frame: Frame, measure: Content) -> str:
    return words.number_interval(measure["ci_low"], measure["ci_high"], frame.language, 2)


def _counted(frame: Frame, one: Content, width: float) -> tuple[str, list[str]]:
    """Return what stands beside the steps of a visit, and the lines under them: interval and n, then further counts."""
    if not _known(one, "steps"):
        return "", []
    value, interval, n = _steps(frame, one)
    full, further = " · ".join(part for part in (interval, n) if part), _further(frame, one, width)
    if _fits(full, width - fonts.text_width(value, style.BODY, fonts.SEMIBOLD) - 7):
        return full, [further] if further else []
    under = full if _fits(full, width) else frame.starred(interval or n)
    # a stage whose customers were asked has no third line to give
    return "", [under, further] if further and one.get("declared") is None else [under]


def _bar(frame: Frame, steps: Content | None, span: Span, y: float, most: float) -> None:
    frame.sheet.rectangle(span.start, y, span.width, 4, rx=2, fill=style.FAINT)
    if steps is not None and steps["estimate"] is not None:
        share = min(steps["estimate"] / (most or 1), 1)
        frame.sheet.rectangle(span.start, y, max(span.width * share, 1), 4, rx=2, fill=style.BAND_EDGE)


def _fits(text: str, width: float) -> bool:
    return fonts.text_width(text, style.SMALL) <= width


def _further(frame: Frame, one: Content, width: float) -> str:
    """Return switches and repeated contacts of a visit, as many of them as there is room for."""
    known = [(name, one[name]) for name in _OBSERVED[1:] if _known(one, name) and one[name]["estimate"] >= 0.005]
    bare = [frame.say(f"effort_{name}", n=frame.number(measure["estimate"], 2)) for name, measure in known]
    full = [
        text if measure["ci_low"] is None else f"{text} {_interval(frame, measure)}"
        for text, (_, measure) in zip(bare, known, strict=True)
    ]
    texts = [(parts, count) for count in range(len(known), 0, -1) for parts in (full, bare)]
    for parts, count in texts:
        text = " · ".join(parts[:count])
        if parts is full and _fits(text, width):
            return text
        if parts is bare and _fits(f"{text} *", width):
            return frame.starred(text)
    return ""


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
    n = frame.say("n_is", n=frame.number(measure["n"]))
    full, short = f"{value} {_interval(frame, measure)} · {n}", f"{number} {_interval(frame, measure)} · {n}"
    # where room is short the word goes first: the square says it, too, and the legend what the square is
    text = next((one for one in (full, short) if _fits(one, room)), None)
    if text is None:
        text = frame.starred(next((one for one in (f"{number} · {n}", number) if _fits(f"{one} *", room)), number))
    frame.sheet.text(span.start + 16, y, text, size=style.SMALL, fill=style.WORDS, width=room, title=full)
