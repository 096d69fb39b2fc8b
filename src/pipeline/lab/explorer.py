"""The journey explorer: pick stage, touchpoint and persona; see what comes before and after, and real paths."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import pandas as pd
from ipywidgets import HTML, ToggleButtons, VBox
from markupsafe import Markup

from pipeline import words
from pipeline.errors import ParcoursError, nearest
from pipeline.lab.surroundings import AFTER, ANY, BEFORE, Surroundings
from pipeline.lab.view import View, grid, side_by_side
from pipeline.reporting.voice import Voice
from pipeline.tables import EVERYBODY, LOST, RESERVED, START

if TYPE_CHECKING:
    from pipeline.lab.opened import Opened

ROWS = 12  # of each table; the rest is counted below


class JourneyExplorer(View):
    """What comes before and after a touchpoint, for everybody or for a persona.

    Parameters
    ----------
    lab
        The workspace.
    stage, touchpoint
        Where to begin; default: the most frequent place.

    Raises
    ------
    ParcoursError
        If nobody was ever there, naming the nearest place.
    """

    def __init__(self, lab: Opened, stage: str | None = None, touchpoint: str | None = None) -> None:
        self.lab, self.voice = lab, Voice(lab.params, lab.language)
        self.say = partial(words.term, language=lab.language)
        self.place = _first_place(lab.surroundings, stage, touchpoint)
        self.group = EVERYBODY

    # -- what is shown -----------------------------------------------------------------------------------------

    def table(self, side: str = AFTER) -> pd.DataFrame:
        """Return what stands on one side of the chosen place, as `Surroundings.beside` gives it."""
        return self.lab.surroundings.beside(self.place, side, self.group)

    def html(self) -> Markup:
        """Return what is chosen at the moment, as a static page."""
        params = self.lab.params
        silence = words.span(params.silence.total_seconds() / 86400, self.lab.language)
        what = self.say("explorer_what", group=self.voice.group(self.group), level=self.voice.level, silence=silence)
        tables = side_by_side(self._side("explorer_before", BEFORE), self._side("explorer_after", AFTER))
        return Markup("<h4>{}</h4><p>{}</p>{}{}").format(
            self.say("explorer_title", place=self.named(self.place)), what, tables, self._paths()
        )

    def named(self, place: str) -> str:
        """Return a place in words: touchpoint and stage, or one of the reserved ones."""
        if place in RESERVED:
            return words.term(place, self.lab.language)
        stage, _, touchpoint = place.partition("/")
        return f"{self.voice.touchpoint(touchpoint)} · {self.voice.stage(stage)}"

    def _side(self, title: str, side: str) -> Markup:
        found = self.table(side)
        if found.empty:
            return Markup("<p><b>{}</b><br>{}</p>").format(self.say(title), self.say("explorer_nobody"))
        if found["other"].iloc[0] == ANY:
            return Markup("<p><b>{}</b><br>{}</p>").format(self.say(title), found["note"].iloc[0])
        shown = found[found["share"].notna()].head(ROWS)
        rows = [
            (
                self.named(row["other"]),
                self.voice.percent(row["share"]),
                self.voice.share_interval(row["ci_low"], row["ci_high"]),
                self.voice.count(row["n_customers"]),
            )
            for row in shown.to_dict("records")
        ]
        if len(shown) < len(found):
            rows.append((self.say("explorer_others"), "", "", ""))
        headings = [self.say(f"column_{name}") for name in ("touchpoint", "share", "interval", "customers")]
        n = words.term("n_is", self.lab.language, n=self.voice.count(found["n"].iloc[0]))
        return grid(headings, rows, f"{self.say(title)} ({n})")

    def _paths(self) -> Markup:
        ways = self.lab.surroundings.ways(self.place, self.group)
        if ways.empty:
            return Markup("<p>{}</p>").format(self.say("explorer_no_path"))
        rows = [(self._way(row), self.voice.count(row["customers"])) for row in ways.to_dict("records")]
        headings = [self.say("column_path"), self.say("column_customers")]
        what = self.say("explorer_paths_what", smallest=self.lab.surroundings.smallest)
        return Markup("{}<p>{}</p>").format(grid(headings, rows, self.say("explorer_paths")), what)

    def _way(self, row: Mapping[Any, Any]) -> str:
        before = [row["before_2"], row["before_1"]]
        after = [row["after_1"], row["after_2"]]
        start = [START] if not before[1] else [START, before[1]] if not before[0] else before
        end = [LOST] if not after[0] else [after[0], LOST] if not after[1] else after
        return " → ".join(self.named(one) for one in (*start, self.place, *end))

    def __repr__(self) -> str:
        return f"{self.place}, {self.group}: what comes after\n{self.table(AFTER).to_string(index=False)}"

    # -- what is clicked ---------------------------------------------------------------------------------------

    @cached_property
    def widget(self) -> VBox:
        """The buttons, and below them what they show."""
        self._shown = HTML(str(self.html()))
        stages = dict.fromkeys(place.partition("/")[0] for place in self.lab.surroundings.places)
        declared = [stage.id for stage in self.lab.params.stages if stage.id in stages]
        now = self.place.partition("/")[0]
        self._stage = ToggleButtons(
            options=[(self.voice.stage(one), one) for one in declared], value=now, description=self.say("choose_stage")
        )
        self._touchpoint = ToggleButtons(
            options=self._touchpoints(now), value=self.place, description=self.say("choose_touchpoint")
        )
        groups = [EVERYBODY, *(persona.id for persona in self.lab.params.personas)]
        self._persona = ToggleButtons(
            options=[(self.voice.group(one), one) for one in groups], description=self.say("choose_persona")
        )
        self._stage.observe(self._stage_chosen, "value")
        for buttons in (self._touchpoint, self._persona):
            buttons.observe(self._chosen, "value")
        return VBox([self._stage, self._touchpoint, self._persona, self._shown])

    def _touchpoints(self, stage: str) -> list[tuple[str, str]]:
        places = [place for place in self.lab.surroundings.places if place.partition("/")[0] == stage]
        return [(self.voice.touchpoint(place.partition("/")[2]), place) for place in places]

    def _stage_chosen(self, change: dict[str, str]) -> None:
        self._touchpoint.options = self._touchpoints(change["new"])  # chooses the first, which shows it

    def _chosen(self, _: object) -> None:
        if self._touchpoint.value is not None:
            self.place, self.group = self._touchpoint.value, self._persona.value
            self._shown.value = str(self.html())


def _first_place(surroundings: Surroundings, stage: str | None, touchpoint: str | None) -> str:
    """Return the most frequent place of a stage, of a touchpoint, of both, or of all."""
    places = [tuple(place.split("/", 1)) for place in surroundings.places]
    for place in places:
        if stage in (None, place[0]) and touchpoint in (None, place[1]):
            return "/".join(place)
    if stage is not None and stage not in {place[0] for place in places}:
        raise ParcoursError(f"no step in a stage {stage!r}.{nearest(stage, {place[0] for place in places})}")
    there = {place[1] for place in places if stage in (None, place[0])}
    where = "" if stage is None else f" in the stage {stage!r}"
    raise ParcoursError(f"no touchpoint {touchpoint!r}{where}.{nearest(str(touchpoint), there)}")
