"""DVC stage *assess*: the hypotheses declared in params.yaml, tested as one family, and what follows from them.

`units.py` finds the units of each, `comparison.py` compares exposed with other units, `judgement.py` corrects the
family together and gives each row its verdict. `opportunities.py` says what removing a pain point would bring,
`moments.py` which touchpoints are moments of truth.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from pipeline.assess import actions, objectives
from pipeline.assess.comparison import compare, untested
from pipeline.assess.judgement import judged
from pipeline.assess.moments import moments
from pipeline.assess.opportunities import Halved, in_halves, opportunities
from pipeline.assess.row import Comparison
from pipeline.assess.units import Units, find_units
from pipeline.engine import Engine, open_engine
from pipeline.errors import ParcoursError
from pipeline.files import whole_folder, write_json
from pipeline.params import PAIN, Hypothesis, Params
from pipeline.privacy.small_cells import withhold_comparisons
from pipeline.results import in_form, write_tables
from pipeline.screening import confirm
from pipeline.stats.verdicts import INCONCLUSIVE, NOT_TESTED, REFUTED, SUPPORTED
from pipeline.tables import (
    ACTIONS,
    EVERYBODY,
    HYPOTHESES,
    MOMENTS,
    OBJECTIVES,
    OPPORTUNITIES,
    PERSONAS,
    STEPS,
    SUPPRESSED_COMPARISONS,
)
from pipeline.workspace import Workspace

MANY_HYPOTHESES = 10  # each reads the steps some four times: from here on it pays to read the files once


def main(workspace: Workspace, params: Params) -> None:
    """Write data/assess: hypotheses.csv, objectives.csv, actions.csv …, and the counts of verdicts in assess.json."""
    facts_file = workspace.path("data/reconstruct/reconstruct.json")
    with workspace.temporary() as temporary, open_engine(params.engine, temporary) as engine:
        for table in (STEPS, PERSONAS):
            engine.read(table, workspace.path(table.path))
        if len(params.hypotheses) >= MANY_HYPOTHESES:
            engine.hold(STEPS.name)
        if not facts_file.exists():
            raise ParcoursError(f"{facts_file}: no such file; run the DVC stage reconstruct first.")
        facts = json.loads(facts_file.read_text(encoding="utf-8"))
        window = datetime.fromisoformat(facts["window_start"]), datetime.fromisoformat(facts["cut_off"])
        halved: list[Halved] = []
        found, log = assess_and_log(engine, params, window, facts["is_sample"], halved)
        screened, screened_log = confirm(engine, params, workspace, window)
        results = {
            HYPOTHESES.name: found,
            OPPORTUNITIES.name: opportunities(halved, found, params),
            MOMENTS.name: moments(engine, params, window),
            OBJECTIVES.name: objectives.main(workspace, params, found, window[1]),
            ACTIONS.name: actions.main(workspace, params, found, window[1]),
            SUPPRESSED_COMPARISONS.name: in_form([*log, *screened_log], SUPPRESSED_COMPARISONS),
        }
        with whole_folder(workspace.path("data/assess")) as folder:
            write_tables(engine, results | screened, folder)
            write_json(headline(found, params), folder / "assess.json")


def assess(engine: Engine, params: Params, window: tuple[datetime, datetime], is_sample: bool = False) -> pd.DataFrame:
    """Return one row per hypothesis and group: the first of what `assess_and_log` returns."""
    return assess_and_log(engine, params, window, is_sample)[0]


def assess_and_log(
    engine: Engine,
    params: Params,
    window: tuple[datetime, datetime],
    is_sample: bool = False,
    halved: list[Halved] | None = None,
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
    halved
        Takes what opportunities are computed from, of each pain point: the units are found once.

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
        for group in (EVERYBODY, *hypothesis.personas):
            mine = units if group == EVERYBODY else units.of_persona(group)
            comparisons.append(compare(mine, hypothesis, group, params))
            if halved is not None and hypothesis.kind == PAIN:
                halved.append(in_halves(mine, hypothesis, group, params, window))
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
