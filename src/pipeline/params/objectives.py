"""The sections `objectives` and `caps` of params.yaml: what the company wants, and how much it looks at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipeline.declarations import Section
from pipeline.errors import nearest
from pipeline.params.declared import HIGHER, LOWER, Caps, Kpi, Measure, Objective
from pipeline.params.parts import names_of
from pipeline.tables import ANYWHERE, BY_SCORE, BY_TEXT, LOST

MEASURES = ("kpi", "hypothesis", "transition", "emotion")
MOST_FELT = 2  # the scale of emotions goes from -2 to +2


def caps_of(section: Section) -> Caps:
    """Return how many personas and KPIs may be declared."""
    caps = Caps(section.whole("personas", Caps.personas, low=1), section.whole("kpis", Caps.kpis, low=1))
    section.close()
    return caps


def refuse_too_many(top: Section, caps: Caps, personas: int, kpis: int) -> None:
    """Refuse more personas or KPIs than the caps allow."""
    for name, n, most in (("personas", personas, caps.personas), ("kpis", kpis, caps.kpis)):
        if n > most:
            raise top.fail(
                name,
                f"{n} are declared, caps.{name} allows {most}. Few are acted on: keep those somebody decides by, "
                f"or raise caps.{name} on purpose.",
            )


def objectives_of(
    top: Section, kpis: Sequence[Kpi], hypotheses: Sequence[str], stages: Sequence[str], personas: Sequence[str]
) -> tuple[Objective, ...]:
    """Return the objectives, each parent before its children.

    Raises
    ------
    ParcoursError
        If an objective is measured by what is not declared, has neither a measure nor a child, or is its own ancestor.
    """
    verbatims = ["verbatims"] if "verbatims" in top.content else []
    known = {
        "verbatims": verbatims,
        "kpi": [kpi.id for kpi in kpis],
        "hypothesis": hypotheses,
        "stage": stages,
        "group": personas,
    }
    better_of = {kpi.id: kpi.better for kpi in kpis}
    sections = top.sections("objectives", ())
    found = [_objective(section, known, better_of) for section in sections]
    ids = [one.id for one in found]
    for section, one in zip(sections, found, strict=True):
        if ids.count(one.id) > 1:
            raise section.fail("id", f"{one.id!r} stands twice; each id is used once.")
        if one.parent is not None and one.parent not in ids[: ids.index(one.id)]:
            raise section.fail("parent", f"no objective {one.parent!r} before this one.{nearest(one.parent, ids)}")
        if one.measure is None and one.id not in [other.parent for other in found]:
            raise section.fail(
                "measured_by", "this key is missing; only an objective with others under it may lack it."
            )
    return tuple(found)


def _objective(section: Section, known: dict[str, Sequence[str]], better_of: dict[str, str]) -> Objective:
    is_measured = "measured_by" in section.content
    measure = _measure(section.section("measured_by"), known) if is_measured else None
    objective = Objective(
        section.identifier("id"),
        names_of(section, "name"),
        section.text("parent", None),
        measure,
        float(section.number("target", **_range(measure))) if measure else None,
        _better(section, measure, better_of),
        section.number("believed", None, **_range(measure)) if measure else None,
        _day(section, "by"),
    )
    section.close()
    return objective


def _range(measure: Measure | None) -> dict[str, float]:
    return {"low": -MOST_FELT, "high": MOST_FELT} if measure is not None and measure.emotion else {}


def _better(section: Section, measure: Measure | None, better_of: dict[str, str]) -> str:
    default = HIGHER
    if measure is not None and measure.kpi is not None:
        default = better_of[measure.kpi]
    elif measure is not None and measure.transition is not None and measure.transition[1] == LOST:
        default = LOWER
    elif measure is not None and measure.hypothesis is not None:
        # a pain that shrinks moves up or down as its outcome is counted
        return str(section.choice("better", (HIGHER, LOWER)))
    return str(section.choice("better", (HIGHER, LOWER), default))


def _measure(section: Section, known: dict[str, Sequence[str]]) -> Measure:
    named = [name for name in MEASURES if name in section.content]
    if len(named) != 1:
        raise section.fail("kpi", f"expected exactly one of {', '.join(MEASURES)}, got {named or 'none'}.")
    transition = None
    if named == ["transition"]:
        inner = section.section("transition")
        transition = (inner.choice("from", known["stage"]), inner.choice("to", [*known["stage"], LOST]))
        inner.close()
    measure = Measure(
        kpi=section.choice("kpi", known["kpi"], None),
        hypothesis=section.choice("hypothesis", known["hypothesis"], None),
        transition=transition,
        emotion=_felt(section, known["stage"], bool(known["verbatims"])) if named == ["emotion"] else None,
        group=section.choice("persona", known["group"], None),
    )
    section.close()
    return measure


def _felt(section: Section, stages: Sequence[str], has_verbatims: bool) -> tuple[str, str]:
    """Return how an emotion is measured, and in which stage; without one it is that of the journey as a whole."""
    by = str(section.choice("emotion", (BY_SCORE, BY_TEXT)))
    if by == BY_TEXT and not has_verbatims:
        raise section.fail("emotion", "words are read only where verbatims: is declared. Declare it, or write score.")
    return by, str(section.choice("stage", stages, ANYWHERE))


def _day(section: Section, name: str) -> date | None:
    value = section.get(name, None)
    if value is None:
        return None
    if isinstance(value, date):  # DVC, which watches the section, knows texts and numbers only
        raise section.fail(name, f'write the day in quotes: "{value:%Y-%m-%d}".')
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise section.fail(name, f'expected a day in quotes such as "2026-12-31", got {value!r}.') from None
