"""The hypothesis sandbox: a form around `trial`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml
from ipywidgets import HTML, Button, Dropdown, FloatText, Layout, Text, ToggleButtons, VBox
from ipywidgets import Widget as AnyWidget
from markupsafe import Markup

from pipeline import words
from pipeline.errors import ParcoursError
from pipeline.lab.trial import trial
from pipeline.lab.view import View
from pipeline.params.declared import OUTCOME_KINDS

if TYPE_CHECKING:
    from pipeline.lab.opened import Opened

# The keys of a hypothesis that the form has; all others are kept as they were given.
TEXTS = ("index", "population", "exposure", "exposure_window", "outcome_window", "adjust_for")
STARTS_WITH = (*TEXTS, "outcome", "direction", "smallest_effect", "stage")


class HypothesisSandbox(View):
    """Try an exposure and an outcome on the screening half, and take the YAML from there.

    Parameters
    ----------
    lab
        The workspace.
    declared
        What the form begins with; default: the first hypothesis of params.yaml that is compared at an index.
    """

    def __init__(self, lab: Opened, declared: Mapping[str, Any]) -> None:
        self.lab = lab
        self.declared = dict(declared) or _first_declared(lab)

    def html(self) -> Markup:
        """Return the trial of what the form says, or what is wrong with it."""
        if "exposure" not in self.declared:
            return Markup("<p>lab.sandbox(index=…, exposure=…, outcome=…, outcome_window=…)</p>")
        try:
            return trial(self.lab, self.declared).html()
        except ParcoursError as error:
            return Markup('<p style="color:#a11">{}</p>').format(str(error))

    def __repr__(self) -> str:
        return yaml.safe_dump(self.declared, sort_keys=False, allow_unicode=True)

    @cached_property
    def widget(self) -> VBox:
        """The form, and below it what the last trial gave."""
        fields = self._fields()
        shown = HTML(str(self.html()))
        button = Button(description=words.term("sandbox_try", self.lab.language), button_style="primary")

        def tried(_: Button) -> None:
            self.declared = _read(fields, self.declared)
            shown.value = str(self.html())

        button.on_click(tried)
        return VBox([*fields.values(), button, shown])

    def _fields(self) -> dict[str, AnyWidget]:
        given = self.declared
        outcome = given.get("outcome", {})
        wide = {"style": {"description_width": "10em"}, "layout": Layout(width="44em")}
        lists = {name: ", ".join(value) for name, value in given.items() if isinstance(value, list | tuple)}
        texts = {name: Text(str(lists.get(name, given.get(name, ""))), description=name, **wide) for name in TEXTS}
        stages = [stage.id for stage in self.lab.params.stages]
        return {
            **texts,
            "outcome.kind": Dropdown(
                options=OUTCOME_KINDS, value=outcome.get("kind", "binary"), description="outcome.kind", **wide
            ),
            "outcome.when": Text(outcome.get("when", ""), description="outcome.when", **wide),
            "outcome.sum": Text(outcome.get("sum", ""), description="outcome.sum", **wide),
            "direction": ToggleButtons(
                options=["lower", "higher"], value=given.get("direction", "lower"), description="direction"
            ),
            "smallest_effect": FloatText(given.get("smallest_effect", 0.05), description="smallest_effect", **wide),
            "stage": Dropdown(options=stages, value=given.get("stage", stages[0]), description="stage", **wide),
        }


def _read(fields: Mapping[str, AnyWidget], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form says, as params.yaml would; empty fields are left out."""
    values = {name: field.value for name, field in fields.items() if field.value not in ("", None)}
    outcome = {name.partition(".")[2]: values.pop(name) for name in list(values) if name.startswith("outcome.")}
    if outcome["kind"] != "continuous":
        outcome.pop("sum", None)
    if "adjust_for" in values:
        values["adjust_for"] = [name.strip() for name in values["adjust_for"].split(",") if name.strip()]
    kept = {name: value for name, value in before.items() if name not in STARTS_WITH}
    return {**kept, **values, "outcome": outcome}


def _first_declared(lab: Opened) -> dict[str, Any]:
    content = yaml.safe_load(lab.params.path.read_text(encoding="utf-8")).get("hypotheses") or []
    for hypothesis in content:
        if isinstance(hypothesis["exposure"], str) and "assigned" not in hypothesis:
            return {name: hypothesis[name] for name in STARTS_WITH if name in hypothesis}
    return {}
