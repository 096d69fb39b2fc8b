"""The frame of a journey map: the sheet, its columns, and how its measures are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline import words
from pipeline.pictures import fonts, style
from pipeline.pictures.svg import Sheet

WIDTH, HEIGHT = 1680.0, 1188.0  # A3 landscape, 4 px to the millimetre
MARGIN, GUTTER = 36.0, 8.0
LABELS = 150.0  # width of the column with the lanes' names
LEFT, RIGHT = MARGIN + LABELS, WIDTH - MARGIN
_STAR = "\u202f*"
_SINGLE, _LEAST_STEP = 132.0, 91.0  # width that a stage of one step wants, and that a step of other stages keeps

Content = dict[str, Any]


@dataclass(frozen=True)
class Span:
    """A horizontal stretch."""

    start: float
    end: float

    @property
    def middle(self) -> float:
        """Centre."""
        return (self.start + self.end) / 2

    @property
    def width(self) -> float:
        """Length."""
        return self.end - self.start


@dataclass(frozen=True)
class Lane:
    """One lane: how high it must be, how eagerly it takes spare height, and what draws it at (top, height).

    A quiet lane has no data and says why; `quiet` names what it speaks for.
    """

    name: str
    height: float
    grow: float
    draw: Callable[[float, float], None]
    quiet: tuple[str, ...] = ()


class Frame:
    """Everything that drawing a lane needs.

    Parameters
    ----------
    sheet
        What is drawn on.
    content
        The map's content, as `map_contents.current_state` gives it.
    language
        Of all text.
    is_tight
        Much has to fit: names take fewer lines, lists are cut sooner.
    """

    def __init__(self, sheet: Sheet, content: Content, language: str, is_tight: bool = False) -> None:
        self.is_tight = is_tight
        self.sheet, self.content, self.language = sheet, content, language
        self.conventions = content["conventions"]
        self.currency = content["conventions"]["currency"]
        self.level = words.percent(self.conventions["level"], language, 0)
        self.horizon = words.span(self.conventions["horizon_days"], language)
        self.stages: list[Content] = content.get("stages", [])
        self.spans, self.columns = _columns(self.stages)

    def say(self, name: str, **values: object) -> str:
        """Return a label in the map's language."""
        return words.term(name, self.language, **values)

    def name(self, thing: Content, key: str = "name") -> str:
        """Return the name of a thing of the map in the map's language."""
        return str(thing[key][self.language])

    def steps(self) -> list[tuple[Content, Content, Span]]:
        """Return every step with its stage and its column."""
        return [
            (stage, step, column)
            for stage, columns in zip(self.stages, self.columns, strict=True)
            for step, column in zip(stage["steps"], columns, strict=False)
        ]

    def narrowest(self) -> float:
        """Return the width of the narrowest stage."""
        return min(span.width for span in self.spans)

    def number(self, value: float | None, digits: int = 0, *, signed: bool = False) -> str:
        """Return a number as text."""
        return words.number(value, self.language, digits, signed=signed)

    def percent(self, value: float | None) -> str:
        """Return a share as text; rare ones with two digits."""
        return words.percent(value, self.language, _digits(value))

    def share_interval(self, measure: Content, share: str = "p", low: str = "ci_low", high: str = "ci_high") -> str:
        """Return the interval of a share as text, without a second percent sign."""
        digits = _digits(measure[share])
        return words.interval(
            measure[low], measure[high], self.language, lambda bound: words.number(bound * 100, self.language, digits)
        )

    def money_interval(self, low: float | None, high: float | None) -> str:
        """Return the interval of an amount as text, without the currency that stands beside it."""
        if low is None or high is None:
            return words.MISSING
        digits = 0 if max(abs(low), abs(high)) >= 1000 else 2
        return words.number_interval(low, high, self.language, digits)

    def starred(self, text: str) -> str:
        """Return text with a star: its interval or n has no room here; the foot says where they stand."""
        return f"{text}{_STAR}"

    def has_stars(self) -> bool:
        """Return whether any text drawn so far has a star."""
        return any((element.text or "").endswith(_STAR) for element in self.sheet.root.iter("text"))

    def missing(self, measure: Content | None) -> str:
        """Return why a measure has no number: its note, or a dash where there is no row at all."""
        return words.note(measure["note"], self.language) if measure else words.MISSING

    def label(self, top: float, height: float, name: str, unit: str | None = None, room: float = 14) -> None:
        """Write a lane's name, and below it what is measured, in the column at the left."""
        lines = fonts.wrap(unit, LABELS - room, style.SMALL, lines=4) if unit else []
        block = 16 + 15.5 * len(lines)
        y = top + max((height - block) / 2, 3) + 13
        self.sheet.text(MARGIN, y, name, size=style.LANE, weight=fonts.SEMIBOLD, fill=style.DEEPEST, width=LABELS - 8)
        for index, line in enumerate(lines):
            self.sheet.text(MARGIN, y + 16.5 + 15.5 * index, line, size=style.SMALL, fill=style.MUTED)

    def tiles(self, top: float, height: float) -> None:
        """Draw the ground of a lane that is aligned to the stages."""
        for span in self.spans:
            self.sheet.rectangle(span.start, top, span.width, height, fill=style.TILE)

    def quiet(self, *names: str) -> Lane:
        """Return a lane that says in one line that it has no data, and why; neighbours may share the line."""

        def draw(top: float, height: float) -> None:
            y, x, room = top + height / 2 + 4.5, MARGIN, RIGHT - LEFT
            for index, name in enumerate(names):
                head, why = self.say(f"lane_{name}"), self.say(f"quiet_{name}")
                wide = self.sheet.text(x, y, head, size=style.BODY, weight=fonts.SEMIBOLD, fill=style.MUTED)
                x = LEFT + 8 if index == 0 else x + wide + 14
                self.sheet.text(x, y, why, size=style.SMALL, fill=style.MUTED)
                x = LEFT + 8 + room * (index + 1) / len(names)

        return Lane("-".join(names), 19, 0.4, draw, names)


def _digits(share: float | None) -> int:
    return 2 if share is not None and 0 < share < 0.01 else 1


def has_numbers(measures: list[Content | None], key: str) -> bool:
    """Return whether any of the measures has a row, even a suppressed one."""
    return any(measure is not None and (measure[key] is not None or measure["note"]) for measure in measures)


def _columns(stages: list[Content]) -> tuple[list[Span], list[list[Span]]]:
    """Return the span of each stage and of each of its steps.

    Steps are equally wide, but a stage of one step takes more where others can give it: its numbers need the room.
    """
    counts = [max(len(stage["steps"]), 1) for stage in stages]
    room = RIGHT - LEFT - GUTTER * (len(stages) - 1)
    step = room / max(sum(counts), 1)
    singles = counts.count(1)
    if 0 < singles < len(counts):
        others = sum(counts) - singles
        step = min(step, max((room - singles * _SINGLE) / others, _LEAST_STEP))
        single = (room - step * others) / singles
    else:
        single = step
    spans, columns, x = [], [], LEFT
    for count in counts:
        width = single if count == 1 else step
        spans.append(Span(x, x + count * width))
        columns.append([Span(x + index * width, x + (index + 1) * width) for index in range(count)])
        x += count * width + GUTTER
    return spans, columns
