"""Lanes of moments of truth (a diamond, its three scores) and of opportunities (action, gain, owner, date)."""

from __future__ import annotations

from pipeline import words
from pipeline.pictures import fonts, style
from pipeline.pictures.map_frame import LEFT, MARGIN, RIGHT, Content, Frame, Lane, Span

_MOST_MOMENTS, _MOST_CARDS, _GAP, _DIAMOND = 3, 4, 10.0, 32.0
RANKED = "ranked"


def moments(frame: Frame) -> Lane:
    """Return the lane of moments of truth: diamonds under their touchpoints and a line each; none found is said."""
    content = frame.content.get("moments_of_truth")
    if not content or not content["examined"]:
        return frame.quiet("moments")
    found = [*content["found"], *content["not_confirmed"]]
    if not found:
        return _no_moment(frame, content)
    shown = found[: 1 if frame.is_tight else _MOST_MOMENTS]

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_moments"), None if frame.is_tight else frame.say("lane_moments_unit"))
        frame.tiles(top + 1, 22)
        for number, (moment, x) in enumerate(zip(found, _places(frame, found), strict=True), start=1):
            _diamond(frame, x, top + 12, number, is_sure=moment in content["found"])
        for number, moment in enumerate(shown, start=1):
            y = top + 24 + 16 * number - 4
            text = _scores(frame, moment, content, is_sure=moment in content["found"])
            if number == len(shown) and len(found) > len(shown):
                text += f" · {frame.say('further_moments', n=frame.number(len(found) - len(shown)))}"
            head = f"{number} {frame.name(moment)}"
            wide = frame.sheet.text(LEFT, y, head, size=style.SMALL, weight=fonts.SEMIBOLD, fill=style.DEEPEST)
            room = RIGHT - LEFT - wide - 10
            frame.sheet.text(LEFT + wide + 8, y, text, size=style.SMALL, fill=style.MUTED, width=room)

    return Lane("moments", 26 + 16 * len(shown), 0, draw)


def _no_moment(frame: Frame, content: Content) -> Lane:
    rule = content["rule"]
    text = frame.say(
        "no_moment",
        n=frame.number(content["examined"]),
        reach=words.percent(rule["reach"], frame.language, 0),
        gap=words.effect(rule["smallest_effect"], "binary", frame.currency, frame.language).lstrip("+"),
        stability=words.percent(rule["stability"], frame.language, 0),
    )

    def draw(top: float, height: float) -> None:
        y = top + height / 2 + 4.5
        head = frame.say("lane_moments")
        frame.sheet.text(MARGIN, y, head, size=style.BODY, weight=fonts.SEMIBOLD, fill=style.MUTED)
        frame.sheet.text(LEFT + 8, y, text, size=style.SMALL, fill=style.MUTED, width=RIGHT - LEFT - 8)

    return Lane("moments", 19, 0.4, draw)


def _places(frame: Frame, found: list[Content]) -> list[float]:
    """Return where diamonds stand: under their touchpoints, side by side where two would meet."""
    places: list[float] = []
    for moment in found:
        x = _place(frame, moment)
        while any(abs(x - other) < _DIAMOND for other in places):
            x += _DIAMOND
        places.append(x)
    return places


def _place(frame: Frame, moment: Content) -> float:
    """Return where a moment's touchpoint stands, or the middle of its stage."""
    for stage, step, span in frame.steps():
        if (stage["id"], step["touchpoint"]) == (moment["stage"], moment["touchpoint"]):
            return span.middle
    spans = {stage["id"]: span for stage, span in zip(frame.stages, frame.spans, strict=True)}
    return spans[moment["stage"]].middle if moment["stage"] in spans else LEFT + 14


def _diamond(frame: Frame, x: float, y: float, number: int, is_sure: bool) -> None:
    """Draw the sign of a moment of truth; hollow where the other half of the customers does not show it."""
    points = [(x, y - 11), (x + 14, y), (x, y + 11), (x - 14, y)]
    ground, ink = (style.DEEPEST, "#ffffff") if is_sure else (style.PAPER, style.DEEPEST)
    dash = {} if is_sure else {"stroke_dasharray": "3 2"}
    frame.sheet.polygon(points, fill=ground, stroke=style.DEEPEST, stroke_width=1.6, stroke_linejoin="round", **dash)
    frame.sheet.text(x, y + 4.5, str(number), size=style.SMALL, weight=fonts.BOLD, fill=ink, anchor="middle")


def _scores(frame: Frame, moment: Content, content: Content, is_sure: bool) -> str:
    unit = ("binary", frame.currency, frame.language)
    reach = frame.share_interval(moment, "reach", "reach_low", "reach_high")
    parts = [frame.say("moment_reach", share=frame.percent(moment["reach"]), interval=reach)]
    if moment["gap"] is not None:
        gap = words.effect(moment["gap"], *unit)
        interval = words.effect_interval(moment["gap_low"], moment["gap_high"], *unit)
        window = words.span(content["rule"]["window_days"], frame.language)
        parts.append(frame.say("moment_gap", gap=gap, interval=interval, window=window))
    stability = words.percent(moment["stability"], frame.language, 0)
    parts.append(frame.say("moment_stability", share=stability))
    if not is_sure:
        parts.append(frame.say("moment_not_confirmed"))
    if moment["position"]:
        parts.append(frame.say(f"moment_{moment['position']}"))
    return " · ".join(parts)


# -- opportunities -----------------------------------------------------------------------------------------------------


def opportunities(frame: Frame) -> Lane:
    """Return the lane of opportunities: a card each, the surest gain first, and all of them together."""
    content = frame.content.get("opportunities")
    if not content:
        return frame.quiet("opportunities")
    if not content["listed"]:
        return frame.quiet("no_opportunities") if frame.content["pain_points"] else frame.quiet("opportunities")
    shown, remarks = content["listed"][:_MOST_CARDS], remarks_of(frame, content)
    count = max(len(shown), 2)
    width = (RIGHT - LEFT - _GAP * (count - 1)) / count
    most, high = (1, 44.0) if frame.is_tight else (2, 62.0)
    if any(_title(frame, one, width)[1] > 1 for one in shown):
        high += 5
    lines = [min(_lines_of(frame, head, text), most) for head, text in remarks]

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_opportunities"), frame.say("lane_opportunities_unit"))
        for index, one in enumerate(shown):
            start = LEFT + index * (width + _GAP)
            _card(frame, one, Span(start, start + width), top + 2, high)
        y = top + high + 4
        for (head, text), count in zip(remarks, lines, strict=True):
            wide = frame.sheet.text(LEFT, y + 13, head, size=style.SMALL, weight=fonts.SEMIBOLD, fill=style.MUTED)
            frame.sheet.lines(LEFT + wide + 6, y + 13, text, RIGHT - LEFT - wide - 8, most=most, leading=16,
                              size=style.SMALL, fill=style.MUTED)  # fmt: skip
            y += 16 * count

    return Lane("opportunities", high + 6 + 16 * sum(lines), 0, draw)


def _lines_of(frame: Frame, head: str, text: str) -> int:
    room = RIGHT - LEFT - fonts.text_width(head, style.SMALL, fonts.SEMIBOLD) - 8
    return len(fonts.wrap(text, room, style.SMALL, lines=2))


def _card(frame: Frame, one: Content, box: Span, top: float, high: float) -> None:
    sheet, left = frame.sheet, box.start + 12
    sheet.rectangle(box.start, top, box.width, high, rx=6, fill=style.CARD, stroke=style.RULE)
    if one["number"] is not None:
        x = box.end - 20
        sheet.polygon([(x - 10, top + 21), (x, top + 5), (x + 10, top + 21)], fill=style.PAIN)
        sheet.text(
            x, top + 19.5, str(one["number"]), size=style.SMALL, weight=fonts.BOLD, fill="#ffffff", anchor="middle"
        )
    title, lines = _title(frame, one, box.width)
    y, size = (top + 18, style.BODY) if lines == 1 else (top + 12, style.SMALL)
    sheet.lines(left, y, title, _room(one, box.width), most=lines, leading=14, size=size, weight=fonts.SEMIBOLD)
    amount, rest = gain_of(frame, one)
    everyone = frame.say("everyone") if one["group"] == "(all)" else ""
    tags = [text for text in (rest, everyone) if text]
    last = top + high - 7
    if frame.is_tight:  # owner and date share the line of the gain
        tags += reversed(_who(frame, one))
    else:
        sheet.text(left, last, " · ".join(_who(frame, one)), size=style.SMALL, width=box.end - left - 10)
        last -= 17
    wide = sheet.text(left, last, amount, size=style.LANE, weight=fonts.BOLD, fill=style.GOOD)
    room = box.end - left - wide - 16
    rest = fonts.joined(tags, room, style.SMALL)
    sheet.text(left + wide + 8, last, rest, size=style.SMALL, fill=style.MUTED, width=room, title=" · ".join(tags))


def _title(frame: Frame, one: Content, width: float) -> tuple[str, int]:
    """Return a card's title and its number of lines: what is done, or what for if nothing is planned yet.

    Where the claim is too long, the number of its pain point stands for it.
    """
    room, how = _room(one, width), (style.BODY, fonts.SEMIBOLD)
    title = frame.name(one, "action") if one["action"] else f"{frame.say('removes')} {frame.name(one, 'claim')}"
    if not one["action"] and one["number"] is not None and fonts.text_width(title, *how) > room:
        title = frame.say("removes_number", n=frame.number(one["number"]))
    return title, 1 if fonts.text_width(title, *how) <= room else 2


def _room(one: Content, width: float) -> float:
    return width - 24 - (26 if one["number"] is not None else 0)


def gain_of(frame: Frame, one: Content) -> tuple[str, str]:
    """Return the gain a month and its interval; per unit where no money is declared; else why there is none."""
    if one["gain"] is None and one["effect"] is None:
        return frame.say("gain_not_estimated"), frame.missing(one) if one["note"] else ""
    if one["gain"] is None:
        unit = (one["unit"], frame.currency, frame.language)
        interval = words.effect_interval(one["effect_low"], one["effect_high"], *unit)
        return words.effect(one["effect"], *unit), f"{interval} · {frame.say('gain_no_value')}"
    amount = _money(frame, one["gain"])
    if not frame.is_tight:  # else the lane's name alone says that it is by the month
        amount = frame.say("gain_a_month", money=amount)
    interval = words.number_interval(one["gain_low"], one["gain_high"], frame.language, _digits(one))
    doubt = "" if one["status"] == RANKED else frame.say("gain_not_selected")
    return amount, " · ".join(text for text in (interval, doubt) if text)


def _digits(one: Content) -> int:
    return 0 if max(abs(one["gain_low"]), abs(one["gain_high"])) >= 100 else 2


def _money(frame: Frame, amount: float) -> str:
    return words.money(amount, frame.currency, frame.language, 0 if abs(amount) >= 100 else 2)


def _who(frame: Frame, one: Content) -> list[str]:
    """Return who acts, and from when."""
    day = frame.say("from_day", day=words.date(one["date"], frame.language)) if one["date"] else frame.say("no_action")
    return [one["owner"][frame.language], day]


def remarks_of(frame: Frame, content: Content) -> list[tuple[str, str]]:
    """Return all of them together, then what has no card; where much has to fit, how many that are."""
    remarks, further, joint = [], content["listed"][_MOST_CARDS:], content["together"]
    more = frame.say("further_moments", n=frame.number(len(further))) if further and frame.is_tight else ""
    if joint is not None and joint["gain"] is not None:
        amount = frame.say("gain_a_month", money=_money(frame, joint["gain"]))
        interval = words.number_interval(joint["gain_low"], joint["gain_high"], frame.language, _digits(joint))
        who = frame.say("everyone") if joint["group"] == "(all)" else ""
        text = " · ".join(part for part in (f"{amount} {interval}", who, more) if part)
        remarks.append((frame.say("gains_together"), text))
    elif more:
        remarks.append((frame.say("further_gains"), more))
    if further and not frame.is_tight:
        remarks.append((frame.say("further_gains"), " · ".join(_remark(frame, one) for one in further)))
    return remarks


def _remark(frame: Frame, one: Content) -> str:
    title = frame.name(one, "action") if one["action"] else frame.name(one, "claim").rstrip(".")
    return f"{fonts.shorten(title, 300, style.SMALL)} ({' '.join(text for text in gain_of(frame, one) if text)})"
