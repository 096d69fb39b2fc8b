"""actions.yaml: what is to be done about pain points, by whom and from when. The file is optional."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.declarations import Section
from pipeline.errors import nearest
from pipeline.params.declared import Names
from pipeline.params.parts import names_of

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
        What it should change per exposed unit, outcome's own unit, above 0 is better; None: nobody said.
    """

    id: str
    opportunity: str
    name: Names
    owner: str
    date: date
    expected_effect: float | None


def read_actions(root: Path, hypotheses: Iterable[str]) -> tuple[Action, ...]:
    """Return the actions of a workspace, in the file's order; none where there is no actions.yaml.

    Parameters
    ----------
    root
        Folder of the workspace.
    hypotheses
        Ids that an action may be for.

    Raises
    ------
    ParcoursError
        At the first key that is missing, unknown or not what was expected; the message names it.
    """
    path = root / FILE
    if not path.is_file():
        return ()
    top, known = Section.read(path, FILE), list(hypotheses)
    actions = tuple(_action(section, known) for section in top.sections("actions", ()))
    top.close()
    for place, action in enumerate(actions):
        if action.id in [one.id for one in actions[:place]]:
            raise top.fail(f"actions[{place}].id", f"{action.id!r} stands twice; each id is used once.")
    return actions


def next_action(actions: Iterable[Action], opportunity: str) -> Action | None:
    """Return the earliest action for an opportunity, the first in the file where days tie; None: nothing is planned."""
    mine = [action for action in actions if action.opportunity == opportunity]
    return min(mine, key=lambda action: action.date, default=None)


def _action(section: Section, hypotheses: list[str]) -> Action:
    opportunity = section.text("opportunity")
    if opportunity not in hypotheses:
        raise section.fail(
            "opportunity", f"no hypothesis {opportunity!r} in params.yaml.{nearest(opportunity, hypotheses)}"
        )
    expected = section.number("expected_effect", None)
    action = Action(
        id=section.identifier("id"),
        opportunity=opportunity,
        name=names_of(section, "action"),
        owner=section.text("owner"),
        date=_day(section, "date"),
        expected_effect=None if expected is None else float(expected),
    )
    section.close()
    return action


def _day(section: Section, name: str) -> date:
    value = section.get(name)
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise section.fail(name, f"expected a day such as 2026-11-03, got {value!r}.") from None
