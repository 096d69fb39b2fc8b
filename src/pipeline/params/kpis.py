"""The section `kpis` of params.yaml: what is measured, against which target, and its second views."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pipeline.declarations import Section
from pipeline.errors import nearest
from pipeline.params.declared import HIGHER, KPI_KINDS, LOWER, SCORES, Kpi
from pipeline.params.parts import names_of, needs_complete

OVER_A_PERIOD = ("return", "value_per_customer", "predicted_value")
ANSWER_WITHIN = timedelta(days=30)


def kpi_of(section: Section, traits: Sequence[str]) -> Kpi:
    """Return one KPI.

    Parameters
    ----------
    section
        One item of the list.
    traits
        Those declared: what `weigh_by` may name, and what it is where nothing is said.
    """
    kind = section.choice("kind", KPI_KINDS)
    is_score = kind in SCORES
    asked = section.text("asked", None) if is_score else None
    kpi = Kpi(
        section.identifier("id"),
        kind,
        names_of(section, "name"),
        section.text("when", None) if kind == "conversion" else section.text("when"),
        section.duration("within") if kind in OVER_A_PERIOD else None,
        float(section.number("top")) if kind == "top_box" else None,
        section.number("target", None),
        needs_complete(section),
        better=section.choice("better", (HIGHER, LOWER), HIGHER),
        winsorise=section.number("winsorise", None, low=0.0001, high=0.2) if kind == "mean_value" else None,
        asked=asked,
        answer_within=section.duration("answer_within", ANSWER_WITHIN) if asked else None,
        weigh_by=_weigh_by(section, traits) if asked else (),
        tolerance=float(section.number("tolerance", 0.2, low=0.01, high=1)) if kind == "predicted_value" else None,
    )
    section.close()
    return kpi


def _weigh_by(section: Section, traits: Sequence[str]) -> tuple[str, ...]:
    chosen = section.names("weigh_by", tuple(traits))
    for name in chosen:
        if name not in traits:
            raise section.fail(
                "weigh_by", f"no trait {name!r}: what customers did would weigh them.{nearest(name, traits)}"
            )
    return chosen
