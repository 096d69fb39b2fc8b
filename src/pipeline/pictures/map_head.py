"""The head of the map (what it is, whose, from when, on how much) and its foot (how to read it)."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline import words
from pipeline.pictures import fonts, style
from pipeline.pictures.map_emotion import diamond
from pipeline.pictures.map_findings import badge, triangle
from pipeline.pictures.map_frame import LEFT, MARGIN, RIGHT, Content, Frame, Lane, Span
from pipeline.pictures.map_projection import hatched
from pipeline.pictures.map_steps import symbol


def title(frame: Frame) -> Lane:
    """Return the title: map type, persona, goal, and at the right the facts about the data."""

    def draw(top: float, height: float) -> None:
        facts = _facts(frame)
        widths = [
            max(fonts.text_width(name, style.SMALL), fonts.text_width(value, 19, fonts.SEMIBOLD))
            for name, value in facts
        ]
        start = RIGHT - sum(widths) - 30 * (len(widths) - 1)
        room = start - MARGIN - 40
        kind = f"{frame.say(frame.content['map_type'] + '_map').upper()}   ·   {frame.name(frame.content['workspace'])}"
        frame.sheet.text(MARGIN, top + 14, kind, size=style.BODY, weight=fonts.SEMIBOLD, fill=style.DEEP, width=room)
        persona = frame.content["persona"]
        name = frame.name(persona)
        size = next((one for one in (38, 34, 30, 27) if fonts.text_width(name, one, fonts.BOLD) <= room), 27)
        frame.sheet.text(MARGIN, top + 51, name, size=size, weight=fonts.BOLD, fill=style.DEEPEST, width=room)
        goal = f"{frame.say('goal')}{_colon(frame)} {frame.name(persona, 'goal')}"
        frame.sheet.text(MARGIN, top + 77, goal, size=17, fill=style.MUTED, width=RIGHT - MARGIN)
        for (name, value), width in zip(facts, widths, strict=True):
            frame.sheet.line((start - 14, top + 10), (start - 14, top + 54), style.RULE, stroke_width=1.5)
            frame.sheet.text(start, top + 22, name, size=style.SMALL, fill=style.MUTED)
            frame.sheet.text(start, top + 48, value, size=19, weight=fonts.SEMIBOLD)
            start += width + 30

    return Lane("title", 84, 0, draw)


def _colon(frame: Frame) -> str:
    return "\u00a0:" if frame.language == "fr" else ":"


def _facts(frame: Frame) -> list[tuple[str, str]]:
    content = frame.content
    card, journeys, period = content["persona"]["card"], content["journeys"], content["period"]
    customers = (
        frame.missing(card) if card is None or card["n_customers"] is None else frame.number(card["n_customers"])
    )
    followed = (
        frame.missing(journeys)
        if journeys is None or journeys["n_journeys"] is None
        else frame.number(journeys["n_journeys"])
    )
    days = [words.date(day, frame.language) if day else words.MISSING for day in (period["start"], period["end"])]
    facts = [
        (frame.say("customers"), customers),
        (frame.say("journeys_followed", horizon=frame.horizon), followed),
        (frame.say("period"), " – ".join(days)),
    ]
    if "evidence" in content:
        mix = " · ".join(f"{frame.number(count)} {grade}" for grade, count in content["evidence"].items())
        facts.append((frame.say("evidence_mix"), mix or frame.say("evidence_none")))
    return [*facts, (frame.say("snapshot"), content["snapshot"])]


def persona(frame: Frame) -> Lane:
    """Return the persona's lane: shares with intervals, and up to three traits."""
    card, traits = frame.content["persona"]["card"], frame.content["persona"]["traits"]

    def draw(top: float, height: float) -> None:
        frame.label(top, height, frame.say("lane_persona"))
        if card is None or card["n_customers"] == 0:
            frame.sheet.text(LEFT, top + height / 2 + 5, frame.say("no_customer"), size=style.LANE,
                             weight=fonts.SEMIBOLD, fill=style.PAIN)  # fmt: skip
            return
        cells = [("share", "share_of_customers"), ("value_share", "share_of_value")]
        count = len(cells) + max(len(traits), 1)
        width = (RIGHT - LEFT - 10 * (count - 1)) / count
        boxes = [Span(LEFT + index * (width + 10), LEFT + index * (width + 10) + width) for index in range(count)]
        for box in boxes[: len(cells) + len(traits)]:
            frame.sheet.rectangle(box.start, top, box.width, height, rx=6, fill=style.CARD, stroke=style.FAINT)
        for (name, label), box in zip(cells, boxes, strict=False):
            _share(frame, name, frame.say(label), box, top)
        for trait, box in zip(traits, boxes[len(cells) :], strict=False):
            _trait(frame, trait, box, top)

    return Lane("persona", 46, 0, draw)


def _share(frame: Frame, name: str, label: str, box: Span, top: float) -> None:
    card = frame.content["persona"]["card"]
    x, room = box.start + 12, box.width - 22
    if card[name] is None:
        note = frame.missing(card) if card["note"] else frame.say("not_estimated")
        frame.sheet.text(x, top + 20, note, size=style.BODY, fill=style.MUTED, width=room)
    else:
        wide = frame.sheet.text(x, top + 21, frame.percent(card[name]), size=18, weight=fonts.BOLD, fill=style.DEEPEST)
        interval = frame.share_interval(card, name, f"{name}_low", f"{name}_high")
        frame.sheet.text(x + wide + 8, top + 21, interval, size=style.SMALL, fill=style.MUTED, width=room - wide - 8)
    frame.sheet.text(x, top + 39, label, size=style.SMALL, fill=style.MUTED, width=room)


def _trait(frame: Frame, trait: Content, box: Span, top: float) -> None:
    x, room = box.start + 12, box.width - 22
    if trait["kind"] == "text":
        frame.sheet.lines(x, top + 20, trait["text"], room, most=2, leading=18)
        return
    name = frame.name(trait, "called")
    if trait["kind"] == "range":
        digits = 0 if all(trait[part] == int(trait[part]) for part in ("quartile_1", "median", "quartile_3")) else 2

        def write(value: float) -> str:
            is_money = trait["name"] == "value"
            return words.money(value, frame.currency, frame.language) if is_money else frame.number(value, digits)

        low, middle, high = write(trait["quartile_1"]), write(trait["median"]), write(trait["quartile_3"])
        text = frame.say("trait_range", trait=name, low=low, middle=middle, high=high)
    else:
        share = frame.percent(trait["p"])
        text = frame.say("trait_share", trait=name, value=trait["value"], share=share)
    frame.sheet.text(x, top + 20, text, size=15, weight=fonts.SEMIBOLD, fill=style.DEEPEST, width=room)
    frame.sheet.text(
        x, top + 39, frame.say(f"trait_{trait['kind']}_what"), size=style.SMALL, fill=style.MUTED, width=room
    )


_ENTRIES = ("action", "sent", "received", "loss", "solid", "hollow", "words", "declared", "pain")


def foot(frame: Frame, entries: Iterable[str] = _ENTRIES, channels: Iterable[str] | None = None) -> Lane:
    """Return the foot: legend, scale of evidence, suppression, method, data; `channels`: those whose codes are used."""
    has_findings = "pain_points" in frame.content

    def draw(top: float, height: float) -> None:
        frame.sheet.line((MARGIN, top + 2), (RIGHT, top + 2), style.RULE)
        _legend(frame, top + 22, entries)
        if has_findings:
            _evidence(frame, top + 22)
        conventions = frame.conventions
        cell = words.suppressed(conventions["smallest_cell"])
        left = " ".join([
            frame.say("intervals_are", level=frame.level),
            frame.say("pain_intervals_are") if has_findings and frame.content["pain_points"] else "",
            frame.say("suppression", cell=cell, n=frame.number(conventions["smallest_cell"])),
            frame.say("legend_cjml") if "action" in entries else "",
            frame.say("stars") if frame.has_stars() else "",
        ])  # fmt: skip
        rows = frame.content["rows"]
        right = " · ".join([
            frame.say("rows_read", n=frame.number(rows["raw"]), refused=frame.number(rows["refused"])),
            frame.say("method"), frame.say("snapshot_is", hash=frame.content["snapshot"]),
        ])  # fmt: skip
        wide = frame.sheet.text(RIGHT, top + 65, right, size=style.SMALL, fill=style.MUTED, anchor="end")
        codes = _codes(frame, _channels_used(frame) if channels is None else channels)
        if codes:
            head = frame.sheet.text(
                MARGIN, top + 65, frame.say("lane_channels"), size=style.SMALL, weight=fonts.SEMIBOLD
            )
            room = RIGHT - MARGIN - wide - head - 40
            frame.sheet.text(MARGIN + head + 10, top + 65, codes, size=style.SMALL, fill=style.MUTED, width=room)
        frame.sheet.text(MARGIN, top + 46, left, size=style.SMALL, fill=style.MUTED, width=RIGHT - MARGIN)

    return Lane("foot", 68, 0, draw)


def _channels_used(frame: Frame) -> set[str]:
    return {way["channel"] for _, step, _ in frame.steps() for way in step["ways"]}


def _codes(frame: Frame, used: Iterable[str]) -> str:
    names = {channel: (frame.say(f"code_{channel}"), frame.say(f"channel_{channel}")) for channel in sorted(used)}
    return " · ".join(f"{code} {name}" for code, name in names.values() if code != name.upper())


def _legend(frame: Frame, y: float, entries: Iterable[str]) -> None:
    x, sheet, n = MARGIN, frame.sheet, frame.number(frame.conventions["emotion_threshold"])
    x += sheet.text(x, y + 4.5, frame.say("legend"), size=style.SMALL, weight=fonts.SEMIBOLD) + 16
    for entry in entries:
        if entry in ("action", "sent", "received"):
            symbol(sheet, entry, x + 8, y, radius=8)
        elif entry == "loss":
            sheet.polygon([(x, y - 7), (x + 16, y - 7), (x + 8, y + 8)], fill=style.LOSS)
        elif entry == "solid":
            sheet.circle((x + 8, y), 6, fill=style.FEELING)
        elif entry == "hollow":
            sheet.circle(
                (x + 8, y), 6, fill=style.PAPER, stroke=style.FEELING, stroke_width=2.2, stroke_dasharray="3 2"
            )
        elif entry == "pain":
            triangle(frame, x + 8, y, None, size=0.65)
        elif entry == "target":
            sheet.line((x, y), (x + 20, y), style.GOOD, stroke_width=2.4, stroke_dasharray="7 4")
        elif entry == "words":
            diamond(frame, x + 8, y, is_hollow=False)
        elif entry == "declared":
            sheet.rectangle(x + 3, y - 5, 10, 10, rx=2, fill=style.WORDS)
        elif entry == "projection":
            hatched(sheet, Span(x, x + 20), y - 6, 12)
        elif entry == "interval":
            sheet.line((x + 8, y - 8), (x + 8, y + 8), style.INK, stroke_width=1.5)
        x += {"target": 30, "projection": 30}.get(entry, 24)
        x += sheet.text(x, y + 4.5, frame.say(f"legend_{entry}", n=n), size=style.SMALL, fill=style.MUTED) + 13


def _evidence(frame: Frame, y: float) -> None:
    x = RIGHT
    for grade in "EDCBA":
        text = frame.say(f"grade_{grade}")
        wide = fonts.text_width(text, style.SMALL)
        frame.sheet.text(x, y + 4.5, text, size=style.SMALL, fill=style.MUTED, anchor="end")
        badge(frame, x - wide - 28, y - 11, grade)
        x -= wide + 44
    frame.sheet.text(x, y + 4.5, frame.say("evidence_scale"), size=style.SMALL, weight=fonts.SEMIBOLD, anchor="end")
