"""Section hypotheses of params.yaml: claims declared before looking."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from pipeline.declarations import Section, parse_duration
from pipeline.errors import nearest
from pipeline.params.declared import HYPOTHESIS_KINDS, OUTCOME_KINDS, PAIN, Hypothesis, Outcome
from pipeline.params.parts import names_of, needs_complete, one_or_both


def hypothesis_of(section: Section, stages: list[str], personas: list[str]) -> Hypothesis:
    """Return one declared hypothesis.

    Parameters
    ----------
    section
        What was written.
    stages, personas
        Ids it may name.

    Raises
    ------
    ParcoursError
        If a key is missing, unknown or not what was expected.
    """
    touchpoint, is_every = _index(section)
    exposure_window = _exposure_window(section)
    exposure, exposed_if_none = _exposure(section, exposure_window)
    hypothesis = Hypothesis(
        id=section.identifier("id"),
        kind=section.choice("kind", HYPOTHESIS_KINDS, PAIN),
        claim=names_of(section, "claim"),
        population=section.text("population", None),
        index_touchpoint=touchpoint,
        index_every=is_every,
        exposure=exposure,
        exposure_window=exposure_window,
        exposed_if_none=exposed_if_none,
        assigned=_assigned(section, exposure_window),
        outcome=_outcome(section.section("outcome")),
        outcome_window=section.duration("outcome_window"),
        direction=section.choice("direction", ("higher", "lower")),
        smallest_effect=float(section.number("smallest_effect")),
        adjust_for=section.names("adjust_for", ()),
        personas=_personas(section, "personas", (), personas),
        concerns=_personas(section, "concerns", personas, personas),
        value_per_outcome=section.number("value_per_outcome", None),
        stage=section.choice("stage", stages),
        owner=one_or_both(section, "owner"),
        pattern=names_of(section, "pattern") if section.get("pattern", None) is not None else None,
        needs_complete=needs_complete(section),
        half=_half(section),
    )
    if hypothesis.smallest_effect <= 0:
        raise section.fail("smallest_effect", "must be above 0: the least effect worth acting on, without a sign.")
    if hypothesis.outcome_window <= timedelta(0):
        raise section.fail(
            "outcome_window", "must be longer than 0: outcomes count strictly after the exposure window."
        )
    section.close()
    return hypothesis


def _index(section: Section) -> tuple[str, bool]:
    """Return the touchpoint of time zero, and whether every one counts or only the first."""
    index = re.fullmatch(r"(first|every) ([a-z][a-z0-9_]*)", section.text("index"))
    if not index:
        raise section.fail(
            "index", f"expected 'first <touchpoint>' or 'every <touchpoint>', got {section.get('index')!r}."
        )
    return index[2], index[1] == "every"


def _exposure_window(section: Section) -> timedelta:
    """Return how long after the index steps are looked at; below zero: before it."""
    window = section.text("exposure_window", "0 d")
    try:
        length = parse_duration(window.removesuffix(" before"))
    except ValueError:
        raise section.fail(
            "exposure_window", f"expected '0 d', '14 d' (after the index) or '14 d before', got {window!r}."
        ) from None
    return -length if window.endswith(" before") else length


def _exposure(section: Section, window: timedelta) -> tuple[str, bool]:
    """Return the rule, and whether it is its absence in the window that exposes."""
    if not isinstance(section.get("exposure"), dict):
        return section.text("exposure"), False
    inner = section.section("exposure")
    rule = inner.text("none")
    inner.close()
    if not window:
        raise section.fail(
            "exposure_window",
            "exposure.none means that no step of a window satisfies the rule: give the window, such as '2 d'.",
        )
    return rule, True


def _assigned(section: Section, window: timedelta) -> float | None:
    """Return the share of units that a draw was to expose; None: nobody drew."""
    if section.get("assigned", None) is None:
        return None
    if window:
        raise section.fail(
            "assigned", "what is drawn at random is known at the index: leave exposure_window out, or make it 0 d."
        )
    return float(section.number("assigned", low=0.001, high=0.999))


def _outcome(section: Section) -> Outcome:
    kind = section.choice("kind", OUTCOME_KINDS)
    outcome = Outcome(
        kind,
        section.text("when"),
        section.text("sum") if kind == "continuous" else None,
        section.text("competing", None) if kind == "time_to_event" else None,
        section.number("winsorise", None, low=0.0001, high=0.25) if kind == "continuous" else None,
    )
    section.close()
    return outcome


def _personas(section: Section, key: str, default: Sequence[str], personas: list[str]) -> tuple[str, ...]:
    named = section.texts(key, default)
    for persona in named:
        if persona not in personas:
            raise section.fail(key, f"no persona {persona!r}.{nearest(persona, personas)}")
    return named


def _half(section: Section) -> int | None:
    if section.choice("half", ("confirming",), None) is None:
        return None
    from pipeline.stats.halves import CONFIRMING  # with it NumPy, which no other part of params.yaml waits for

    return CONFIRMING
