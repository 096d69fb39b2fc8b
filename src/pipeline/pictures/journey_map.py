"""The current-state journey map of one persona: lanes laid out on A3 landscape, as SVG."""

from __future__ import annotations

from typing import Any

from pipeline import words
from pipeline.pictures import (
    map_effort,
    map_emotion,
    map_findings,
    map_flow,
    map_gains,
    map_head,
    map_steps,
    map_thoughts,
)
from pipeline.pictures.map_frame import Frame, Lane
from pipeline.pictures.map_sheet import lay_out

_QUIET_ON_A_LINE = 4


def journey_map(content: dict[str, Any], language: str) -> str:
    """Draw the journey map of one persona.

    Parameters
    ----------
    content
        Of ``<persona>.map.json``, as `map_contents.current_state` gives it.
    language
        ``"fr"`` or ``"en"``.

    Returns
    -------
    str
        SVG, 1680 × 1188 px, with its font inside; the same content gives the same text.
    """
    return lay_out(content, language, _lanes, describe)


def _lanes(frame: Frame) -> list[Lane]:
    """Return the lanes from top to bottom; each falls silent by itself where its data are missing.

    Where room is short, those that fell silent share lines above the key figures.
    """
    has_steps = bool(frame.steps())
    lanes = [
        map_head.title(frame),
        map_head.persona(frame),
        map_steps.stages(frame),
        map_steps.steps(frame) if has_steps else frame.quiet("steps"),
        map_steps.channels(frame) if has_steps else frame.quiet("channels"),
        map_flow.volume(frame),
        map_flow.time(frame),
        map_thoughts.thoughts(frame),
        map_emotion.emotion(frame),
        map_effort.effort(frame),
        map_gains.moments(frame),
        map_findings.pains(frame),
        *map_steps.actors(frame),
        map_gains.opportunities(frame),
        map_findings.kpis(frame),
        map_head.foot(frame),
    ]
    return _gathered(frame, lanes) if frame.is_tight else lanes


def _gathered(frame: Frame, lanes: list[Lane]) -> list[Lane]:
    """Return the lanes with all quiet ones on as few lines as they need, above the key figures and the foot."""
    names = [name for lane in lanes for name in lane.quiet]
    speaking = [lane for lane in lanes if not lane.quiet]
    shared = [frame.quiet(*names[at : at + _QUIET_ON_A_LINE]) for at in range(0, len(names), _QUIET_ON_A_LINE)]
    last = -2 if speaking[-2].name == "kpis" else -1
    return [*speaking[:last], *shared, *speaking[last:]]


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
        if stage["theme"]:
            parts.append(words.term("aria_theme", language, theme=stage["theme"]["theme"]))
        sentences.append(", ".join(parts))
    sentences += [words.term("aria_pain", language, claim=pain["claim"][language]) for pain in content["pain_points"]]
    return ". ".join(sentence.rstrip(".") for sentence in sentences) + "."
