"""The sheet of any journey map: lanes laid out from top to bottom on A3 landscape, the last at the foot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline import words
from pipeline.pictures import style
from pipeline.pictures.map_frame import HEIGHT, WIDTH, Frame, Lane
from pipeline.pictures.svg import Sheet

_TOP, _BOTTOM, _BETWEEN, _CLOSE = 24.0, 12.0, 3.0, 2.0
# Of each type of map: what screen readers call it.
_TITLES = {
    "current_state": "aria_title", "day_in_the_life": "aria_title_day", "future_state": "aria_title_future",
    "planned": "aria_title_planned",
}  # fmt: skip


def lay_out(
    content: dict[str, Any],
    language: str,
    lanes_of: Callable[[Frame], list[Lane]],
    describe: Callable[[dict[str, Any], str], str],
) -> str:
    """Draw a map's lanes; where they do not fit they are asked again for less (`Frame.is_tight`).

    Parameters
    ----------
    content
        Of the map, as `draw.maps_of` gives it.
    language
        ``"fr"`` or ``"en"``.
    lanes_of
        Gives the lanes of a frame; what is left over goes to those that grow.
    describe
        Gives the map in sentences, in a language.

    Returns
    -------
    str
        SVG, 1680 × 1188 px, with its font inside; the same content gives the same text.
    """
    titles = {one: title(content, one) for one in words.LANGUAGES}
    descriptions = {one: describe(content, one) for one in words.LANGUAGES}
    identity = f"{content['map_type']}-{content['persona']['id']}"
    sheet = Sheet(WIDTH, HEIGHT, identity, language, titles, descriptions)
    sheet.rectangle(0, 0, WIDTH, HEIGHT, fill=style.PAPER)
    lanes, between = lanes_of(Frame(sheet, content, language)), _BETWEEN
    if _spare(lanes, between) < 0:
        lanes = lanes_of(Frame(sheet, content, language, is_tight=True))
        between = _CLOSE + min(_spare(lanes, _CLOSE), 0) / (len(lanes) - 1)
    spare = _spare(lanes, between)
    eager = sum(lane.grow for lane in lanes)
    if max(lane.grow for lane in lanes) <= 1:  # no lane would say more if it were higher: the air goes between them
        between += max(spare, 0) / (len(lanes) - 1)
        spare = 0.0
    top = _TOP
    for lane in lanes[:-1]:
        height = lane.height + (max(spare, 0) * lane.grow / eager if eager else 0)
        sheet.group(lane.name)
        lane.draw(top, height)
        top += height + between
    sheet.group(lanes[-1].name)
    lanes[-1].draw(HEIGHT - _BOTTOM - lanes[-1].height, lanes[-1].height)
    return sheet.svg()


def title(content: dict[str, Any], language: str) -> str:
    """Return what the map is called where it cannot be seen."""
    return words.term(_TITLES[content["map_type"]], language, persona=content["persona"]["name"][language])


def _spare(lanes: list[Lane], between: float) -> float:
    return HEIGHT - _TOP - _BOTTOM - sum(lane.height for lane in lanes) - between * (len(lanes) - 1)
