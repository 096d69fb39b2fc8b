"""The lane of thoughts: what customers write about in each stage, as a theme with its share and n."""

from __future__ import annotations

from typing import Any

from pipeline.pictures import fonts, style
from pipeline.pictures.map_frame import Content, Frame, Lane, Span

_LINE = 16.0


def thoughts(frame: Frame) -> Lane:
    """Return the lane of thoughts: the theme that most customers write about in each stage."""
    if not any(stage["theme"] for stage in frame.stages):
        return frame.quiet("thoughts")
    lines = 1 if frame.is_tight else 2

    def draw(top: float, height: float) -> None:
        frame.tiles(top, height)
        frame.label(
            top, height, frame.say("lane_thoughts"), None if frame.is_tight else frame.say("lane_thoughts_unit")
        )
        for stage, span in zip(frame.stages, frame.spans, strict=True):
            _theme(
                frame, stage["theme"], Span(span.start + 8, span.end - 6), top + (height - _height(lines)) / 2, lines
            )

    return Lane("thoughts", _height(lines), 0.4, draw)


def _height(lines: int) -> float:
    return 8 + _LINE * (lines + 1)


def _theme(frame: Frame, theme: Content | None, span: Span, top: float, lines: int) -> None:
    sheet, first = frame.sheet, top + _LINE
    if theme is None:
        sheet.text(span.start, first, frame.say("no_theme"), size=style.SMALL, fill=style.MUTED, width=span.width)
        return
    look: dict[str, Any] = {"size": style.BODY, "weight": fonts.SEMIBOLD}
    said = theme["theme"].split(" · ")
    shortened = (frame.say("theme_quoted", theme=", ".join(said[:count])) for count in range(len(said), 0, -1))
    whole = [quoted for quoted in shortened if sheet.holds(quoted, span.width, most=lines, **look)]
    quoted = whole[0] if whole else frame.say("theme_quoted", theme=said[0])
    used = sheet.lines(span.start, first, quoted, span.width, most=lines, leading=_LINE, fill=style.DEEPEST, **look)
    share, n = frame.percent(theme["p"]), frame.number(theme["n_texts"])
    interval = "" if theme["p"] is None else frame.share_interval(theme)
    full = frame.say("theme_share", share=f"{share} {interval}".strip(), n=n)
    fits = fonts.text_width(full, style.SMALL) <= span.width
    explained = frame.say(
        "theme_explained", customers=frame.number(theme["n_customers"]), texts=frame.number(theme["n"]), n=n,
        interval=frame.share_interval(theme),
    )  # fmt: skip
    explained = f"{', '.join(said)} · {explained}"  # words that found no room are not lost
    text = full if fits else frame.starred(frame.say("theme_share_short", share=share, n=n))
    sheet.text(
        span.start, first + used * _LINE, text, size=style.SMALL, fill=style.INK, width=span.width, title=explained
    )
