"""actions.yaml: what is to be done about pain points, by whom and from when. The file is optional."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.declarations import Section
from pipeline.errors import nearest
from pipeline.params.declared import FROM_FIRST_SEEN, Hypothesis, Measure, Names, Params
from pipeline.params.parts import names_of, one_or_both

FILE = "actions.yaml"


@dataclass(frozen=True)
class Action:
    """One line of the backlog.

    Parameters
    ----------
    id
        Its own name, used once.
    opportunity
        Id of the opportunity, which is that of its hypothesis.
    name
        What is to be done, in both languages.
    owner, date
        Who does it, and the day from which it is in force.
    expected_effect
        What it should change, above 0 is better; None: nobody said. In the unit of what measures it; where nothing
        does, per exposed unit in the outcome's own unit.
    measure
        What its effect is measured by, a key figure or a hypothesis with a random draw; None: nothing.
    """

    id: str
    opportunity: str
    name: Names
    owner: Names
    date: date
    expected_effect: float | None
    measure: Measure | None = None


def read_actions(root: Path, params: Params) -> tuple[Action, ...]:
    """Return the actions of a workspace, in the file's order; none where there is no actions.yaml.

    Parameters
    ----------
    root
        Folder of the workspace.
    params
        What an action may be for, and measured by.

    Raises
    ------
    ParcoursError
        At the first key that is missing, unknown or not what was expected; the message names it.
    """
    path = root / FILE
    if not path.is_file():
        return ()
    top = Section.read(path, FILE)
    actions = tuple(_action(section, params) for section in top.sections("actions", ()))
    top.close()
    for place, action in enumerate(actions):
        if action.id in [one.id for one in actions[:place]]:
            raise top.fail(f"actions[{place}].id", f"{action.id!r} stands twice; each id is used once.")
    return actions


def next_action(actions: Iterable[Action], opportunity: str) -> Action | None:
    """Return the earliest action for an opportunity, the first in the file where days tie; None: nothing is planned."""
    mine = [action for action in actions if action.opportunity == opportunity]
    return min(mine, key=lambda action: action.date, default=None)


def _action(section: Section, params: Params) -> Action:
    opportunity, hypotheses = section.text("opportunity"), [one.id for one in params.hypotheses]
    if opportunity not in hypotheses:
        raise section.fail(
            "opportunity", f"no hypothesis {opportunity!r} in params.yaml.{nearest(opportunity, hypotheses)}"
        )
    expected = section.number("expected_effect", None)
    action = Action(
        id=section.identifier("id"),
        opportunity=opportunity,
        name=names_of(section, "action"),
        owner=one_or_both(section, "owner"),
        date=_day(section, "date"),
        expected_effect=None if expected is None else float(expected),
        measure=_measure(section.section("measured_by"), params) if "measured_by" in section.content else None,
    )
    section.close()
    return action


def _measure(section: Section, params: Params) -> Measure:
    named = [name for name in ("kpi", "hypothesis") if name in section.content]
    if len(named) != 1:
        raise section.fail("kpi", f"expected either kpi or hypothesis, got {named or 'none'}.")
    measure = Measure(
        kpi=_by_month(section, params) if named == ["kpi"] else None,
        hypothesis=_drawn(section, params.hypotheses) if named == ["hypothesis"] else None,
        group=section.choice("persona", [persona.id for persona in params.personas], None),
    )
    section.close()
    return measure


def _by_month(section: Section, params: Params) -> str:
    name = str(section.choice("kpi", [kpi.id for kpi in params.kpis]))
    kind = next(kpi.kind for kpi in params.kpis if kpi.id == name)
    if kind in FROM_FIRST_SEEN:
        raise section.fail("kpi", f"{name!r} is of kind {kind}, which no two months of equal maturity are kept of.")
    return name


def _drawn(section: Section, hypotheses: Sequence[Hypothesis]) -> str:
    name = str(section.choice("hypothesis", [one.id for one in hypotheses]))
    if next(one.assigned for one in hypotheses if one.id == name) is None:
        raise section.fail(
            "hypothesis", f"{name!r} declares no random draw (assigned:), so it does not measure an action. Name a kpi."
        )
    return name


def _day(section: Section, name: str) -> date:
    value = section.get(name)
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise section.fail(name, f"expected a day such as 2026-11-03, got {value!r}.") from None
