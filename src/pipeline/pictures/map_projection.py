"""Lanes of what is projected: each outcome now and with its pain point removed, and the actions that are to do it.

What is measured is filled, what is projected is hatched inside a dashed outline: in grey, too, nobody takes one for the
other.
"""

from __future__ import annotations

from pipeline import words
from pipeline.pictures import fonts, style
from pipeline.pictures.map_findings import triangle
from pipeline.pictures.map_frame import LEFT, RIGHT, Content, Frame, Lane, Span
from pipeline.pictures.map_gains import gain_of, remarks_of
from pipeline.pictures.svg import Sheet

_CASE, _BAR = 122.0, 9.0  # height of one case, of one bar
_MOST_CASES, _MOST_CARDS, _GAP = 3, 4, 10.0
_SHARES = ("binary", "time_to_event")


def cases(frame: Frame) -> Lane:
    """Return the lane of projections: under each stage its outcomes, as they are and once the pain point is gone."""
    listed = [one for one in frame.content["opportunities"]["listed"] if one["mean_removed"] is not None]
    if not listed:
        return frame.quiet("projection")
    here = {stage["id"]: [one for one in listed if one["stage"] == stage["id"]] for stage in frame.stages}
    most = min(max(map(len, here.values())), _MOST_CASES)
    has_more = any(len(found) > most for found in here.values())

    def draw(top: float, height: float) -> None:
        frame.tiles(top, height)
        frame.label(top, height, frame.say("lane_projection"), frame.say("lane_projection_unit", level=frame.level))
        for stage, span in zip(frame.stages, frame.spans, strict=True):
            found = here[stage["id"]]
            if not found:
                frame.sheet.text(span.start + 8, top + 20, frame.say("no_projection"), size=style.SMALL,
                                 fill=style.MUTED, width=span.width - 12)  # fmt: skip
            for place, one in enumerate(found[:most]):
                _case(frame, one, Span(span.start + 8, span.end - 8), top + 4 + _CASE * place)
            if len(found) > most:
                more = frame.say("further_moments", n=frame.number(len(found) - most))
                frame.sheet.text(span.end - 8, top + height - 6, more, size=style.SMALL, fill=style.MUTED, anchor="end")

    return Lane("projection", 4 + _CASE * max(most, 1) + (16 if has_more else 0), 1, draw)


def _case(frame: Frame, one: Content, box: Span, top: float) -> None:
    """Draw one outcome: whose pain it suffers from, its mean now, its mean with the pain removed, its n."""
    sheet, x = frame.sheet, box.start
    if one["number"] is not None:
        triangle(frame, x + 12, top + 12, str(one["number"]))
        x += 32
    name = frame.name(one, "pattern") if one["pattern"] else frame.name(one, "claim")
    sheet.text(x, top + 17, name[:1].upper() + name[1:], size=style.BODY, weight=fonts.SEMIBOLD,
               width=box.end - x, title=frame.name(one, "claim"))  # fmt: skip
    sheet.text(
        box.start, top + 35, _outcome(frame, one, box.width), size=style.SMALL, fill=style.MUTED, width=box.width
    )
    most = 1.0 if one["outcome_unit"] in _SHARES else _end(one)
    for name, y, colour in (("mean_now", top + 54, style.INK), ("mean_removed", top + 85, style.GOOD)):
        value, interval = _level(frame, one, name)
        wide = sheet.text(box.start, y, value, size=style.LANE, weight=fonts.BOLD, fill=colour)
        text = interval if name == "mean_now" else f"{interval} {frame.say('if_removed')}"
        room = box.width - wide - 7
        text = text if fonts.text_width(text, style.SMALL) <= room else interval
        sheet.text(box.start + wide + 7, y, text, size=style.SMALL, fill=style.MUTED, width=room)
        _bar(frame, one, name, box, y + 5, most)
    who = frame.say("everyone") if one["group"] == "(all)" else ""
    n = frame.say("n_is", n=frame.number(one["n_compared"]))
    text = " · ".join(part for part in (n, who) if part)
    sheet.text(box.start, top + 114, text, size=style.SMALL, fill=style.MUTED, width=box.width)


def _end(one: Content) -> float:
    """Return where the scale of a mean ends that is no share: its own highest bound."""
    ends = [one[f"{name}{end}"] for name in ("mean_now", "mean_removed") for end in ("", "_high")]
    return max((abs(end) for end in ends if end is not None), default=1.0) or 1.0


def _outcome(frame: Frame, one: Content, width: float) -> str:
    """Return what is measured: the outcome's touchpoints and how long they are waited for, as far as there is room."""
    names = [str(name[frame.language]) for name in one["outcome"]] or [frame.say("outcome")]
    outcome, time = " / ".join(names), words.span(one["outcome_days"], frame.language)
    full = frame.say("outcome_within" if one["outcome_unit"] in _SHARES else "outcome_mean", outcome=outcome, time=time)
    texts = [full, f"{outcome}, {time}", outcome]
    return next((text for text in texts if fonts.text_width(text, style.SMALL) <= width), outcome)


def _level(frame: Frame, one: Content, name: str) -> tuple[str, str]:
    unit = (one["outcome_unit"], frame.currency, frame.language)
    low, high = one[f"{name}_low"], one[f"{name}_high"]
    if low is None:
        interval = ""
    elif one["outcome_unit"] in _SHARES:
        interval = words.number_interval(low * 100, high * 100, frame.language, 1)
    else:
        interval = frame.money_interval(low, high) if unit[0] == "money" else words.level_interval(low, high, *unit)
    return words.level(one[name], *unit), interval


def _bar(frame: Frame, one: Content, name: str, box: Span, y: float, most: float) -> None:
    sheet, wide = frame.sheet, box.width
    sheet.rectangle(box.start, y, wide, _BAR, rx=2, fill=style.FAINT)

    def at(value: float) -> float:
        return box.start + wide * min(max(value / most, 0.0), 1.0)

    end = at(one[name])
    if name == "mean_now":
        sheet.rectangle(box.start, y, max(end - box.start, 1), _BAR, rx=2, fill=style.DEEP)
    else:
        hatched(sheet, Span(box.start, max(end, box.start + 2)), y, _BAR)
    if one[f"{name}_low"] is not None:
        ends = [(at(one[f"{name}_{bound}"]), y + _BAR / 2) for bound in ("low", "high")]
        sheet.line(ends[0], ends[1], style.INK, stroke_width=2)


def hatched(sheet: Sheet, span: Span, y: float, height: float) -> None:
    """Draw a bar that is a projection: hatched, its outline dashed."""
    sheet.rectangle(span.start, y, span.width, height, fill=style.PAPER)
    steps: list[str | float] = []
    x = span.start - height + 4
    while x < span.end:
        low, high = max(x, span.start), min(x + height, span.end)
        steps += ["M", low, y + height - (low - x), "L", high, y + height - (high - x)]
        x += 5
    sheet.path(steps, stroke=style.GOOD, stroke_width=1.3, fill="none")
    sheet.rectangle(span.start, y, span.width, height, fill="none", stroke=style.GOOD, stroke_width=1.4,
                    stroke_dasharray="4 2")  # fmt: skip


def actions(frame: Frame) -> Lane:
    """Return the lane of actions, by their date: what, who, from when, and the gain that is projected."""
    content = frame.content["opportunities"]
    if not content["listed"]:
        return frame.quiet("actions")
    shown, remarks = content["listed"][:_MOST_CARDS], remarks_of(frame, content)
    high = 84.0 if frame.is_tight else 100.0

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_actions"), frame.say("lane_actions_unit"))
        count = max(len(shown), 2)
        width = (RIGHT - LEFT - _GAP * (count - 1)) / count
        for index, one in enumerate(shown):
            start = LEFT + index * (width + _GAP)
            _card(frame, one, Span(start, start + width), top + 2, high)
        y = top + high + 4
        for head, text in remarks:
            wide = frame.sheet.text(LEFT, y + 13, head, size=style.SMALL, weight=fonts.SEMIBOLD, fill=style.MUTED)
            frame.sheet.text(LEFT + wide + 6, y + 13, text, size=style.SMALL, fill=style.MUTED,
                             width=RIGHT - LEFT - wide - 8)  # fmt: skip
            y += 16

    return Lane("actions", high + 6 + 16 * len(remarks), 0.5, draw)


def _card(frame: Frame, one: Content, box: Span, top: float, high: float) -> None:
    sheet, left, is_planned = frame.sheet, box.start + 12, one["date"] is not None
    sheet.rectangle(
        box.start, top, box.width, high, rx=6, fill=style.CARD if is_planned else style.PAPER, stroke=style.RULE,
        stroke_dasharray=None if is_planned else "4 3",
    )  # fmt: skip
    room = box.width - 24
    if one["number"] is not None:
        triangle(frame, box.end - 20, top + 17, str(one["number"]))
        room -= 30
    day = frame.say("from_day", day=words.date(one["date"], frame.language)) if is_planned else frame.say("no_action")
    who = " · ".join((day, frame.name(one, "owner")))
    sheet.text(left, top + 18, who, size=style.SMALL, weight=fonts.SEMIBOLD if is_planned else fonts.REGULAR,
               fill=style.DEEP if is_planned else style.MUTED, width=room)  # fmt: skip
    title = frame.name(one, "action") if one["action"] else f"{frame.say('removes')} {frame.name(one, 'claim')}"
    sheet.lines(left, top + 36, title, room, most=1 if frame.is_tight else 2, leading=16, weight=fonts.SEMIBOLD)
    amount, rest = gain_of(frame, one)
    x = left
    if one["gain"] is not None or one["effect"] is not None:
        hatched(sheet, Span(x, x + 14), top + high - 40, _BAR + 1)
        x += 20
    wide = sheet.text(x, top + high - 30, amount, size=style.LANE, weight=fonts.BOLD, fill=style.GOOD)
    everyone = frame.say("everyone") if one["group"] == "(all)" else ""
    tags = " · ".join(text for text in (rest, everyone) if text)
    sheet.text(x + wide + 8, top + high - 30, tags, size=style.SMALL, fill=style.MUTED, width=box.end - x - wide - 16)
    sheet.text(left, top + high - 10, _effects(frame, one), size=style.SMALL, width=box.end - left - 10)


def _effects(frame: Frame, one: Content) -> str:
    """Return what the action is expected to change per case, beside what the comparison says."""
    unit = (one["outcome_unit"], frame.currency, frame.language)
    parts = []
    if one["expected_effect"] is not None:
        parts.append(frame.say("effect_expected", effect=words.effect(one["expected_effect"], *unit)))
    if one["effect"] is not None:
        interval = words.effect_interval(one["effect_low"], one["effect_high"], *unit)
        parts.append(frame.say("effect_per_case", effect=words.effect(one["effect"], *unit), interval=interval))
    return " · ".join(parts)
