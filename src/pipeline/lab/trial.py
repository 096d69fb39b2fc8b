"""A hypothesis tried on the screening half of the customers; the other half stays unseen, to test it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml
from markupsafe import Markup

from pipeline import words
from pipeline.assess import refuse_constant_exposure
from pipeline.assess.comparison import compare
from pipeline.assess.units import find_units
from pipeline.declarations import Section
from pipeline.lab.view import grid
from pipeline.params import Hypothesis
from pipeline.params.hypotheses import hypothesis_of
from pipeline.params.time_order import refuse_broken_order
from pipeline.privacy.small_cells import withhold_comparisons
from pipeline.stats.halves import SCREENING
from pipeline.stats.verdicts import NOT_TESTED
from pipeline.tables import EVERYBODY, HYPOTHESES

if TYPE_CHECKING:
    from pipeline.lab.opened import Opened

# What a person writes before the hypothesis is declared in earnest.
TO_WRITE = {
    "id": "tried_in_the_sandbox",
    "claim": {"fr": "À écrire avant de tester.", "en": "To be written before testing."},
    "owner": "to be named",
}


@dataclass(frozen=True)
class Trial:
    """What a trial found: not a finding.

    Parameters
    ----------
    hypothesis
        What was tried.
    declared
        As it was written.
    row
        Counts, means and effects under the columns of the table hypotheses, without verdict, p and q.
    notes
        What must be known beside them.
    lab
        Where it was tried.
    """

    hypothesis: Hypothesis
    declared: Mapping[str, Any]
    row: Mapping[str, Any]
    notes: tuple[str, ...]
    lab: Opened

    @property
    def table(self) -> pd.DataFrame:
        """Crude and adjusted effect with their intervals, and how many units they rest on."""
        names = ("effect", "low", "high")
        rows = [
            {"comparison": kind, **{name: self.row.get(f"{kind}_{name}") for name in names}}
            for kind in ("crude", "adjusted")
        ]
        counts = {name: self.row.get(name) for name in ("n_exposed", "n_unexposed")}
        return pd.DataFrame(rows).assign(**counts, half="screening half: not a finding")

    @property
    def yaml(self) -> str:
        """The hypothesis to paste under ``hypotheses:``; ``half: confirming`` keeps what was seen out of the test."""
        content = [{**TO_WRITE, **self.declared, "half": "confirming"}]
        return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)

    def html(self) -> Markup:
        """Return the trial as HTML, its label first."""
        language, hypothesis = self.lab.language, self.hypothesis
        say = partial(words.term, language=language)
        unit = "money" if hypothesis.outcome.sum == "value" else hypothesis.outcome.kind
        how = (unit, self.lab.params.workspace.currency, language)
        names = ", ".join(self.lab.params.named(name)[language] for name in hypothesis.adjust_for)
        kinds = {
            "crude": say("sandbox_crude"),
            "adjusted": say("sandbox_adjusted", names=names) if names else say("sandbox_not_adjusted"),
        }
        rows = [
            (
                text,
                words.effect(self.row.get(f"{kind}_effect"), *how),
                words.effect_interval(self.row.get(f"{kind}_low"), self.row.get(f"{kind}_high"), *how),
            )
            for kind, text in kinds.items()
        ]
        notes = "; ".join(words.note(note, language) for note in self.notes)
        found = self._arms() if "crude_effect" in self.row else say("sandbox_not_tested", why=notes)
        headings = [say(f"column_{name}") for name in ("comparison", "effect", "interval")]
        return Markup("<h4>{} — {}</h4><p>{}</p>{}<p>{}</p><p>{}</p><pre>{}</pre>").format(
            say("sandbox_title", exposure=hypothesis.exposure), say("sandbox_label"), found,
            grid(headings, rows) if "crude_effect" in self.row else "", notes, say("sandbox_paste"), self.yaml,
        )  # fmt: skip

    def _arms(self) -> str:
        language = self.lab.language
        is_share = self.hypothesis.outcome.kind in ("binary", "time_to_event")
        write = words.percent if is_share else partial(words.number, digits=2)
        means = {name: write(self.row.get(name), language) for name in ("mean_exposed", "mean_unexposed")}
        counts = {name: words.count(self.row.get(f"n_{name}"), language) for name in ("exposed", "unexposed")}
        return words.term("sandbox_arms", language, **means, **counts)

    def _repr_html_(self) -> str:
        return str(self.html())

    def __repr__(self) -> str:
        return f"{self.table.to_string(index=False)}\n{self.yaml}"


def trial(lab: Opened, declared: Mapping[str, Any]) -> Trial:
    """Try a hypothesis on the screening half.

    Parameters
    ----------
    lab
        The workspace.
    declared
        Keys of a hypothesis as in params.yaml; id, claim, stage and owner may be left for later.

    Raises
    ------
    ParcoursError
        If the declaration is not well formed, looks into the future, or there is nobody to compare.

    Notes
    -----
    Units, windows, crude and adjusted effect are those of `assess`, by its own code (METHODS: docs/methods.md); the
    half is that of `parcours screen`. No p, no q and no verdict: whoever tries twenty exposures finds one.
    """
    params = lab.params
    written = {"stage": params.stages[0].id, **declared}
    content = {**TO_WRITE, **written}
    content.pop("half", None)
    section = Section(content, "trial")
    stages, personas = [stage.id for stage in params.stages], [persona.id for persona in params.personas]
    hypothesis = replace(hypothesis_of(section, stages, personas), half=SCREENING)
    refuse_broken_order(replace(params, hypotheses=(hypothesis,)))
    with lab.engine(["steps", "personas"]) as engine:
        units = find_units(engine, params, hypothesis, "trial", lab.window)
    refuse_constant_exposure(units, hypothesis, "trial")
    comparison = compare(units, hypothesis, EVERYBODY, params)
    verdict = NOT_TESTED if comparison.used is None else ""
    row = {"id": hypothesis.id, "group": EVERYBODY, **comparison.row, "verdict": verdict}
    (shown,), _ = withhold_comparisons([row], HYPOTHESES, params.estimate.smallest_cell)
    row = {name: value for name, value in shown.items() if name != "verdict"}
    return Trial(hypothesis, written, row, tuple(comparison.notes), lab)
