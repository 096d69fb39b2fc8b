"""The current-state journey map of one persona: lanes laid out on A3 landscape, as SVG."""

from __future__ import annotations

from typing import Any

from pipeline import words
from pipeline.pictures import map_emotion, map_findings, map_flow, map_gains, map_head, map_steps, style
from pipeline.pictures.map_frame import HEIGHT, WIDTH, Frame, Lane
from pipeline.pictures.svg import Sheet

_TOP, _BOTTOM, _BETWEEN, _CLOSE = 24.0, 12.0, 3.0, 2.0


def journey_map(content: dict[str, Any], language: str) -> str:
    """Draw the journey map of one persona.

    Parameters
    ----------
    content
        Of ``<persona>.map.json``, as `draw.build_map` gives it.
    language
        ``"fr"`` or ``"en"``.

    Returns
    -------
    str
        SVG, 1680 × 1188 px, with its font inside; the same content gives the same text.
    """
    titles = {one: _title(content, one) for one in words.LANGUAGES}
    descriptions = {one: describe(content, one) for one in words.LANGUAGES}
    sheet = Sheet(WIDTH, HEIGHT, f"map-{content['persona']['id']}", language, titles, descriptions)
    sheet.rectangle(0, 0, WIDTH, HEIGHT, fill=style.PAPER)
    lanes, between = _lanes(Frame(sheet, content, language)), _BETWEEN
    if _spare(lanes, between) < 0:
        lanes, between = _lanes(Frame(sheet, content, language, is_tight=True)), _CLOSE
    spare = _spare(lanes, between)
    eager = sum(lane.grow for lane in lanes)
    top = _TOP
    for lane in lanes[:-1]:
        height = lane.height + (max(spare, 0) * lane.grow / eager if eager else 0)
        sheet.group(lane.name)
        lane.draw(top, height)
        top += height + between
    sheet.group(lanes[-1].name)
    lanes[-1].draw(HEIGHT - _BOTTOM - lanes[-1].height, lanes[-1].height)
    return sheet.svg()


def _spare(lanes: list[Lane], between: float) -> float:
    return HEIGHT - _TOP - _BOTTOM - sum(lane.height for lane in lanes) - between * (len(lanes) - 1)


def _lanes(frame: Frame) -> list[Lane]:
    """Return the lanes from top to bottom; each falls silent by itself where its data are missing."""
    has_steps = bool(frame.steps())
    return [
        map_head.title(frame),
        map_head.persona(frame),
        map_steps.stages(frame),
        map_steps.steps(frame) if has_steps else frame.quiet("steps"),
        map_steps.channels(frame) if has_steps else frame.quiet("channels"),
        map_flow.volume(frame),
        map_flow.time(frame),
        frame.quiet("thoughts"),
        map_emotion.emotion(frame),
        frame.quiet("effort"),
        map_gains.moments(frame),
        map_findings.pains(frame),
        *map_steps.actors(frame),
        map_gains.opportunities(frame),
        map_findings.kpis(frame),
        map_head.foot(frame),
    ]


def _title(content: dict[str, Any], language: str) -> str:
    return words.term("aria_title", language, persona=content["persona"]["name"][language])


def describe(content: dict[str, Any], language: str) -> str:
    """Return the map in sentences, for those who hear it instead of seeing it."""
    sentences = []
    for stage in content["stages"]:
        name, reached = stage["name"][language], stage["reached"]
        if reached is None or reached["p"] is None:
            sentences.append(words.term("aria_no_data", language, stage=name))
            continue
        parts = [words.term("aria_reach", language, stage=name, share=words.percent(reached["p"], language))]
        if stage["lost"] and stage["lost"]["p"] is not None:
            parts.append(words.term("aria_lost", language, share=words.percent(stage["lost"]["p"], language)))
        if stage["emotion"] and stage["emotion"]["emotion"] is not None:
            value = words.number(stage["emotion"]["emotion"], language, 2, signed=True)
            parts.append(words.term("aria_emotion", language, value=value))
        sentences.append(", ".join(parts))
    sentences += [words.term("aria_pain", language, claim=pain["claim"][language]) for pain in content["pain_points"]]
    return ". ".join(sentence.rstrip(".") for sentence in sentences) + "."
