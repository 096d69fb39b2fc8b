"""Lanes of what was found: pain points with their evidence, and the KPIs against their targets."""

from __future__ import annotations

from typing import Any

from pipeline import words
from pipeline.params import HIGHER
from pipeline.pictures import fonts, style
from pipeline.pictures.map_frame import LEFT, RIGHT, Content, Frame, Lane, Span, has_numbers

_MOST_CARDS, _CARD, _GAP = 4, 80.0, 10.0


def pains(frame: Frame) -> Lane:
    """Return the lane of pain points: triangles under their stages, a card each, and what was tested in vain."""
    found, others = frame.content["pain_points"], frame.content["tested_not_found"]
    if not found and not others:
        return frame.quiet("pain")
    most = 1 if frame.is_tight else 2
    remarks = _remarks(frame, [*found[_MOST_CARDS:], *frame.content.get("levers", [])], others, most)
    lines = sum(len(broken) for _, broken in remarks)
    height = (24 + _CARD + 4 if found else 24) + 16 * lines + 3

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_pain"), frame.say("lane_pain_unit"))
        y = top + 2
        if found:
            _triangles(frame, found, y)
            _cards(frame, found[:_MOST_CARDS], y + 24)
            y += 24 + _CARD + 4
        else:
            text = frame.say("no_pain", n=frame.number(len(others)))
            frame.sheet.text(LEFT, y + 15, text, size=style.BODY, weight=fonts.SEMIBOLD)
            y += 22
        for head, broken in remarks:
            x = LEFT + 6
            x += frame.sheet.text(LEFT, y + 13, head, size=style.SMALL, weight=fonts.SEMIBOLD, fill=style.MUTED)
            for text in broken:
                frame.sheet.text(x, y + 13, text, size=style.SMALL, fill=style.MUTED)
                y += 16

    return Lane("pain", height, 0, draw)


def _triangles(frame: Frame, found: list[Content], top: float) -> None:
    spans = {stage["id"]: span for stage, span in zip(frame.stages, frame.spans, strict=True)}
    frame.tiles(top, 22)
    for stage, span in spans.items():
        here = [pain for pain in found if pain["stage"] == stage]
        for index, pain in enumerate(here):
            x = span.middle + 32 * (index - (len(here) - 1) / 2)
            triangle(frame, x, top + 11, str(pain["number"]))


def triangle(frame: Frame, x: float, y: float, number: str | None, size: float = 1) -> None:
    """Draw the sign of a pain point."""
    corners = [(x - 13 * size, y + 10 * size), (x, y - 11 * size), (x + 13 * size, y + 10 * size)]
    frame.sheet.polygon(corners, fill=style.PAIN, stroke=style.PAIN,
                        stroke_width=2, stroke_linejoin="round")  # fmt: skip
    if number:
        frame.sheet.text(x, y + 8, number, size=style.SMALL, weight=fonts.BOLD, fill="#ffffff", anchor="middle")


def _cards(frame: Frame, found: list[Content], top: float) -> None:
    count = max(len(found), 2)
    width = (RIGHT - LEFT - _GAP * (count - 1)) / count
    for index, pain in enumerate(found):
        start = LEFT + index * (width + _GAP)
        _card(frame, pain, Span(start, start + width), top)


def _card(frame: Frame, pain: Content, box: Span, top: float) -> None:
    sheet, left = frame.sheet, box.start + 40
    sheet.rectangle(box.start, top, box.width, _CARD, rx=6, fill=style.CARD, stroke=style.RULE)
    triangle(frame, box.start + 20, top + 18, str(pain["number"]))
    badge(frame, box.end - 32, top + (4 if frame.is_tight else 8), pain["grade"])
    is_short = _claim(frame, frame.name(pain, "claim"), left, top, box.width - 84)
    pattern = frame.name(pain, "pattern") if pain["pattern"] else None
    tags = [frame.say("everyone") if pain["group"] == "(all)" else None, pattern]
    effect, interval = _effect(frame, pain)
    y, last = top + _CARD - (26 if is_short else 22.5), top + _CARD - (8 if is_short else 6.5)
    wide = sheet.text(left, y, effect, size=17, weight=fonts.BOLD, fill=style.PAIN)
    q = frame.say("q_is", q=words.probability(pain["q"], frame.language))
    parts, room = [text for text in (interval, q, *tags) if text], box.end - left - wide - 18
    rest = fonts.joined(parts, room, style.SMALL)
    sheet.text(left + wide + 8, y, rest, size=style.SMALL, fill=style.MUTED, width=room, title=" · ".join(parts))
    hit = frame.say("customers_hit", n=frame.number(pain["customers_hit"]))
    cost = frame.say("no_cost") if pain["cost"] is None else frame.say("costs", money=_cost(frame, pain))
    both = f"{hit} · {cost}"
    size = style.BODY if fonts.text_width(both, style.BODY) <= box.end - left - 10 else style.SMALL
    x = left if fonts.text_width(both, size) <= box.end - left - 10 else box.start + 10  # under the triangle
    sheet.text(x, last, both, size=size, width=box.end - x - 6)


def _claim(frame: Frame, claim: str, x: float, top: float, room: float) -> bool:
    """Write a claim on two lines, and return whether they hold it; on three where they do not."""
    for size in (style.BODY, style.SMALL):
        if frame.sheet.holds(claim, room, size=size, weight=fonts.SEMIBOLD):
            frame.sheet.lines(x, top + 18, claim, room, leading=16, size=size, weight=fonts.SEMIBOLD)
            return True
    frame.sheet.lines(x, top + 12, claim, room, most=3, leading=14, size=style.SMALL, weight=fonts.SEMIBOLD)
    return False


def _cost(frame: Frame, pain: Content) -> str:
    amount = words.money(pain["cost"], frame.currency, frame.language)
    if pain["cost_low"] is None:
        return amount
    return f"{amount} {frame.money_interval(pain['cost_low'], pain['cost_high'])}"


def badge(frame: Frame, x: float, y: float, grade: str) -> None:
    """Draw the letter of the evidence."""
    frame.sheet.rectangle(x, y, 22, 22, rx=5, fill=style.PAPER, stroke=style.DEEPEST, stroke_width=1.6)
    frame.sheet.text(x + 11, y + 16.5, grade, size=16, weight=fonts.BOLD, fill=style.DEEPEST, anchor="middle",
                     title=f"{frame.say('evidence_scale')} {grade} : {frame.say('grade_' + grade)}")  # fmt: skip


def _effect(frame: Frame, pain: Content) -> tuple[str, str]:
    """Return the effect and its interval; the note where there is none."""
    if pain["effect"] is None:
        return frame.missing(pain), ""
    how = (pain["unit"], frame.currency, frame.language)
    interval = words.effect_interval(pain["low"], pain["high"], *how) if pain["low"] is not None else ""
    return words.effect(pain["effect"], *how), interval


def _remarks(frame: Frame, further: list[Content], others: list[Content], most: int) -> list[tuple[str, list[str]]]:
    """Return heads with the lines under them: as many findings as fit whole, and how many others there are."""
    remarks = []
    for name, group in (("further_pains", further), ("tested_not_found", others)):
        if group:
            head, texts = frame.say(name), [_remark(frame, one) for one in group]
            room = RIGHT - LEFT - fonts.text_width(head, style.SMALL, fonts.SEMIBOLD) - 8
            remarks.append((head, _whole(frame, texts, room, most)))
    return remarks


def _whole(frame: Frame, texts: list[str], room: float, most: int) -> list[str]:
    """Return lines with the first of the texts, none of them cut if one fits at all."""
    for count in range(len(texts), 0, -1):
        left = len(texts) - count
        more = [frame.say("further_moments", n=frame.number(left))] if left else []
        text = " · ".join([*texts[:count], *more])
        broken = fonts.wrap(text, room, style.SMALL, lines=most)
        if " ".join(broken) == text:
            break
    return broken


def _remark(frame: Frame, one: Content) -> str:
    name = fonts.shorten(frame.name(one, "claim").rstrip("."), 430, style.SMALL)
    number = f"{one['number']} " if "number" in one else ""
    effect = " ".join(_effect(frame, one)).strip()
    return f"{number}{name} ({frame.say(one['verdict'])}, {effect})"


def kpis(frame: Frame) -> Lane:
    """Return the strip of KPIs: value, interval, and where it stands against its target."""
    measured = frame.content["kpis"]
    if not measured:
        return frame.quiet("kpis")
    if not has_numbers([kpi["measure"] for kpi in measured], "estimate"):
        return frame.quiet("kpis_values")

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_kpis"), frame.say("lane_kpis_unit"))
        count = max(len(measured), 4)
        width = (RIGHT - LEFT - _GAP * (count - 1)) / count
        for index, kpi in enumerate(measured):
            start = LEFT + index * (width + _GAP)
            _kpi(frame, kpi, Span(start, start + width), top + 2, height - 4)

    return Lane("kpis", 70 if frame.is_tight else 82, 0, draw)


def _kpi(frame: Frame, kpi: Content, box: Span, top: float, height: float) -> None:
    sheet, measure, x, inner = frame.sheet, kpi["measure"], box.start + 12, box.width - 20
    sheet.rectangle(box.start, top, box.width, height, rx=6, fill=style.CARD, stroke=style.RULE)
    squeeze = 82.0 - 4 - height  # lines move together where there is less room
    first, value_at, last = top + 18 - 0.2 * squeeze, top + 45 - 0.33 * squeeze, top + 67 - 0.5 * squeeze
    name = frame.name(kpi)
    look: dict[str, Any] = {"weight": fonts.SEMIBOLD, "fill": style.MUTED}
    size = style.BODY if fonts.text_width(name, style.BODY, fonts.SEMIBOLD) <= inner else style.SMALL
    if fonts.text_width(name, size, fonts.SEMIBOLD) <= inner:
        sheet.text(x, first, name, size=size, **look)
    else:
        sheet.lines(x, top + 12, name, inner, leading=14, size=style.SMALL, **look)
        value_at = max(value_at, top + (47 if frame.is_tight else 51))
        last = max(last, value_at + 16)
    if measure is None or measure["estimate"] is None:
        sheet.text(x, value_at + 1, frame.missing(measure), size=style.BODY, fill=style.MUTED, width=inner)
        return
    unit = (kpi["unit"], frame.currency, frame.language)
    value = words.in_unit(measure["estimate"], *unit)
    low, high = measure["ci_low"], measure["ci_high"]
    interval = frame.money_interval(low, high) if unit[0] == "money" else words.unit_interval(low, high, *unit)
    n = frame.say("n_is", n=frame.number(measure["n"]))
    beside = f"{interval} · {n}"
    left = inner - fonts.text_width(beside, style.SMALL) - 10
    sizes = (21.0, 18.0) if frame.is_tight else (style.LARGE, 21.0)
    size = next((one for one in sizes if fonts.text_width(value, one, fonts.BOLD) <= left), sizes[0])
    wide = sheet.text(x, value_at, value, size=size, weight=fonts.BOLD, fill=style.DEEPEST)
    if wide <= left:
        sheet.text(x + wide + 10, value_at - 2, beside, size=style.SMALL, fill=style.MUTED)
    else:
        sheet.text(x + wide + 10, value_at - 13, interval, size=style.SMALL, fill=style.MUTED, width=inner - wide - 8)
        sheet.text(x + wide + 10, value_at + 2, n, size=style.SMALL, fill=style.MUTED, width=inner - wide - 8)
    _against_target(frame, kpi, unit, x, last, inner)


def _against_target(frame: Frame, kpi: Content, unit: tuple[str, str, str], x: float, y: float, width: float) -> None:
    measure, is_higher_better = kpi["measure"], kpi["better"] == HIGHER
    target = measure["target"]
    if target is None:
        frame.sheet.text(x, y, frame.say("no_target"), size=style.SMALL, fill=style.MUTED)
        return
    if measure["ci_low"] is not None and measure["ci_low"] > target:
        word, is_good, shape = "above_target", is_higher_better, [(0, 0), (6, -11), (12, 0)]
    elif measure["ci_high"] is not None and measure["ci_high"] < target:
        word, is_good, shape = "below_target", not is_higher_better, [(0, -11), (6, 0), (12, -11)]
    else:
        word, is_good, shape = "near_target", None, []
    colour = {True: style.GOOD, False: style.BAD, None: style.EVEN}[is_good]
    if shape:
        frame.sheet.polygon([(x + right, y + down) for right, down in shape], fill=colour)
    else:
        frame.sheet.circle((x + 6, y - 5), 5.5, fill=colour)
    text = f"{frame.say(word)} ({words.in_unit(target, *unit)})"
    frame.sheet.text(x + 18, y, text, size=style.SMALL, weight=fonts.SEMIBOLD, fill=colour, width=width - 18)
