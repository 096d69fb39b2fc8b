"""DVC stage *assess*: the hypotheses declared in params.yaml, tested as one family.

`units.py` finds the units of each, `comparison.py` compares exposed with other units; here the family is
corrected together and each row gets its verdict.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from pipeline.assess.comparison import compare, untested
from pipeline.assess.row import Comparison, Row
from pipeline.assess.units import Units, find_units
from pipeline.engine import Engine
from pipeline.errors import ParcoursError
from pipeline.files import whole_folder, write_json
from pipeline.params import Hypothesis, Params
from pipeline.privacy.small_cells import withhold_comparisons
from pipeline.results import in_form, write_tables
from pipeline.screening import confirm
from pipeline.stats.multiplicity import false_coverage_level, false_discovery_q, level_of_next
from pipeline.stats.verdicts import (
    INCONCLUSIVE,
    NO_OVERLAP,
    NOT_TESTED,
    REFUTED,
    SELECTED_RESPONDENTS,
    SUPPORTED,
    customers_needed,
    verdict,
)
from pipeline.tables import EVERYBODY, HYPOTHESES, PERSONAS, STEPS, SUPPRESSED_COMPARISONS
from pipeline.workspace import Workspace

MANY_HYPOTHESES = 10  # each reads the steps some four times: from here on it pays to read the files once


def main(workspace: Workspace, params: Params) -> None:
    """Write data/assess: hypotheses.csv, and the counts of verdicts in assess.json."""
    facts_file = workspace.path("data/reconstruct/reconstruct.json")
    with workspace.temporary() as temporary, Engine(params.engine, temporary) as engine:
        for table in (STEPS, PERSONAS):
            engine.read(table, workspace.path(table.path))
        if len(params.hypotheses) >= MANY_HYPOTHESES:
            engine.hold(STEPS.name)
        if not facts_file.exists():
            raise ParcoursError(f"{facts_file}: no such file; run the DVC stage reconstruct first.")
        facts = json.loads(facts_file.read_text(encoding="utf-8"))
        window = datetime.fromisoformat(facts["window_start"]), datetime.fromisoformat(facts["cut_off"])
        found, log = assess_and_log(engine, params, window, facts["is_sample"])
        screened, screened_log = confirm(engine, params, workspace, window)
        suppressed = in_form([*log, *screened_log], SUPPRESSED_COMPARISONS)
        frames = {HYPOTHESES.name: found, **screened, SUPPRESSED_COMPARISONS.name: suppressed}
        with whole_folder(workspace.path("data/assess")) as folder:
            write_tables(engine, frames, folder)
            write_json(headline(found, params), folder / "assess.json")


def assess(engine: Engine, params: Params, window: tuple[datetime, datetime], is_sample: bool = False) -> pd.DataFrame:
    """Return one row per hypothesis and group: the first of what `assess_and_log` returns."""
    return assess_and_log(engine, params, window, is_sample)[0]


def assess_and_log(
    engine: Engine, params: Params, window: tuple[datetime, datetime], is_sample: bool = False
) -> tuple[pd.DataFrame, list[Mapping[str, Any]]]:
    """Return one row per hypothesis and group, in the form of its contract, and the log of what was withheld.

    Parameters
    ----------
    engine
        With steps and personas readable.
    params
        The hypotheses, the level of intervals, the false discovery rate, the smallest margin.
    window
        Start and end of the observation window, naive UTC.
    is_sample
        Whether the raw data are only part of what happened: hypotheses that are `known_only_if: complete` are then
        not tested.

    Raises
    ------
    ParcoursError
        If an exposure never or always occurs, or a declaration uses a column that does not exist.
    """
    comparisons: list[Comparison] = []
    for i, hypothesis in enumerate(params.hypotheses):
        if hypothesis.needs_complete and is_sample:
            comparisons += [untested(hypothesis, group) for group in (EVERYBODY, *hypothesis.personas)]
            continue
        units = find_units(engine, params, hypothesis, f"params.yaml: hypotheses[{i}]", window)
        refuse_constant_exposure(units, hypothesis, f"params.yaml: hypotheses[{i}]")
        comparisons.append(compare(units, hypothesis, EVERYBODY, params))
        comparisons += [
            compare(units.of_persona(persona), hypothesis, persona, params) for persona in hypothesis.personas
        ]
    orders = {
        "id": [hypothesis.id for hypothesis in params.hypotheses],
        "group": [EVERYBODY, *(persona.id for persona in params.personas)],
    }
    shown, log = withhold_comparisons(judged(comparisons, params), HYPOTHESES, params.estimate.smallest_cell)
    return in_form(shown, HYPOTHESES, orders), log


def refuse_constant_exposure(units: Units, hypothesis: Hypothesis, where: str) -> None:
    """Refuse a hypothesis that has no unit, or whose exposure never or always occurs."""
    frame = units.frame
    exposed, total = int(frame["is_exposed"].sum()), len(frame)
    if 0 < exposed < total:
        return
    if total == 0:
        raise ParcoursError(
            f"{where}: {hypothesis.id}: no unit to compare: {units.n_left_out} were not followed to the end of the "
            f"outcome window{''.join(f', {note}' for note in units.notes)}. Check that the touchpoint "
            f"{hypothesis.index_touchpoint!r} occurs, the population, and that the windows fit before the cut-off."
        )
    share = "none" if exposed == 0 else "all"
    raise ParcoursError(
        f"{where}.exposure: {hypothesis.id}: {hypothesis.exposure!r} holds for {share} of the {total} units; expected "
        "some with it and some without. Check the rule, the population and the exposure window, or remove it."
    )


def judged(comparisons: Sequence[Comparison], params: Params) -> list[Row]:
    """Return the rows of the table: q over the family, verdict, adjusted intervals of what is supported, cost.

    Parameters
    ----------
    comparisons
        Of one family, such as `compare` gives them for each hypothesis and group of one brand.
    params
        Level of intervals, false discovery rate, correction.
    """
    tested = [comparison for comparison in comparisons if comparison.used is not None]
    q_values = false_discovery_q(np.array([comparison.p for comparison in tested]), params.assess_correction)
    q_of = {id(comparison): float(q) for comparison, q in zip(tested, q_values, strict=True)}
    family = _Family(
        len(tested), int(np.sum(q_values <= params.assess_level)), params.assess_level, params.assess_correction
    )
    rows = [_row(comparison, q_of.get(id(comparison)), family, params) for comparison in comparisons]
    selected = sum(row["verdict"] == SUPPORTED for row in rows)
    for row, comparison in zip(rows, comparisons, strict=True):
        if row["verdict"] == SUPPORTED and comparison.used is not None:
            level = false_coverage_level(selected, len(tested), params.assess_level)
            row["fcr_low"], row["fcr_high"] = comparison.used.interval(level)
    return rows


@dataclass(frozen=True)
class _Family:
    size: int
    found: int
    rate: float
    correction: str

    def tested_at(self, q: float) -> float:
        """Return the p under which a row would be found, itself counted."""
        return level_of_next(self.found - (q <= self.rate), self.size, self.rate, self.correction)


def _row(comparison: Comparison, q: float | None, family: _Family, params: Params) -> Row:
    hypothesis, used, effect = comparison.hypothesis, comparison.used, comparison.effect
    row = {
        **comparison.row,
        "id": hypothesis.id,
        "group": comparison.group,
        "outcome_kind": hypothesis.outcome.kind,
        "direction": hypothesis.direction,
        "smallest_effect": hypothesis.smallest_effect,
        "family_size": family.size,
        "verdict": NOT_TESTED,
        "grade": comparison.grade,
        "note": "; ".join(comparison.notes) or None,
    }
    if comparison.is_overlap_failed:
        row |= {"verdict": INCONCLUSIVE, "sub_label": NO_OVERLAP}
    if used is None or effect is None or q is None:
        return row
    low, high = used.interval(params.estimate.level)
    row |= {"p": comparison.p, "q": q, "design_effect": effect.design_effect}
    if not comparison.is_overlap_failed:  # more customers would not mend that
        result, sub_label = verdict(low, high, hypothesis.direction, hypothesis.smallest_effect, q, family.rate)
        row |= {"verdict": result, "sub_label": sub_label}
        if result == INCONCLUSIVE and comparison.is_selected:  # nor that
            row["sub_label"] = SELECTED_RESPONDENTS
        elif result == INCONCLUSIVE:
            row["customers_needed"] = customers_needed(
                effect, hypothesis.smallest_effect, params.estimate.level, tested_at=family.tested_at(q)
            )
    if hypothesis.value_per_outcome is not None and math.isfinite(high - low):
        row |= cost(effect.estimate, low, high, hypothesis, row["n_exposed"])
    return row


def cost(estimate: float, low: float, high: float, hypothesis: Hypothesis, n_exposed: int) -> Row:
    """Return the money at stake: exposed units x effect in the claimed direction x value per outcome.

    Notes
    -----
    The effect is per unit, so it is units that count: with ``index: first …`` they are the customers hit, with
    ``index: every …`` a customer hit twice costs twice. Bounds are those of the effect; units are counted.
    """
    sign = 1 if hypothesis.direction == "higher" else -1
    factor = sign * n_exposed * (hypothesis.value_per_outcome or 0.0)
    bounds = sorted((low * factor, high * factor))
    return {"cost": estimate * factor, "cost_low": bounds[0], "cost_high": bounds[1]}


def headline(found: pd.DataFrame, params: Params) -> dict[str, Any]:
    """Return the numbers that `dvc metrics show` prints."""
    verdicts = Counter(found["verdict"])
    return {
        "hypotheses": len(params.hypotheses),
        "family_size": int(found["family_size"].max()) if len(found) else 0,
        "false_discovery_rate": params.assess_level,
        "verdicts": {name: verdicts[name] for name in (SUPPORTED, REFUTED, INCONCLUSIVE, NOT_TESTED)},
        "supported": found.loc[(found["verdict"] == SUPPORTED) & (found["group"] == EVERYBODY), "id"].tolist(),
    }
