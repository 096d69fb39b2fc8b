"""The most typical real path of each persona: stages in the order of one journey that was really walked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.cells import Row, with_interval
from pipeline.estimate.outcomes import coded_stage
from pipeline.estimate.sums import sums_by_item
from pipeline.params import Params
from pipeline.stats.paths import most_typical
from pipeline.stats.ratios import Sums, proportion_from_sums
from pipeline.tables import EVERYBODY

LONGEST_PATH = 10  # visits; what comes after is left out
MOST_VARIANTS = 500  # the most walked; the rest are single journeys that nothing depends on
ARROW = " > "
NO_COMMON_PATH = "no path shared by enough customers"


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the typical path of everybody and of each persona, among complete journeys."""
    del cut_off  # complete journeys ended in a silence before it
    engine.make("walked_journeys", stage_code=coded_stage("visits.stage", params))
    variants = engine.frame("journey_variants")
    steps = [f"stage_{place}" for place in range(1, LONGEST_PATH + 1)]
    everybody = variants.groupby(steps, sort=True)[["journeys", "customers"]].sum().reset_index()
    groups = [("all", EVERYBODY, everybody)]
    if "persona" in params.estimate.group_by:
        groups += [("persona", str(group), own) for group, own in variants.groupby("persona", sort=True)]
    for grouping, group, own in groups:
        if not own.empty:
            yield _typical(engine, own, steps, params, {"grouping": grouping, "group": group})


def _typical(engine: Engine, variants: pd.DataFrame, steps: list[str], params: Params, key: Row) -> Row:
    walked = variants.sort_values(["journeys", *steps], ascending=[False] + [True] * len(steps)).head(MOST_VARIANTS)
    paths = [[code for code in path if code >= 0] for path in walked[steps].to_numpy().tolist()]
    journeys, customers = int(variants["journeys"].sum()), walked["customers"].to_numpy()
    row = {**key, "n_variants": len(variants), "n_journeys": journeys}
    try:
        best, distance = most_typical(
            paths, walked["journeys"].to_numpy(float), customers >= max(params.estimate.smallest_cell, 2)
        )
    except ValueError:
        return {**row, "n_customers": int(customers.max(initial=0)), "note": NO_COMMON_PATH}
    row |= {"n_customers": int(customers[best]), "n_walked": int(walked["journeys"].iloc[best]), "distance": distance}
    names = [stage.id for stage in params.stages]
    row["path"] = ARROW.join(names[code] for code in paths[best])
    is_path = exp.and_(*(exp.column(str(name)).eq(int(code)) for name, code in walked[steps].iloc[best].items()))
    is_own = exp.true() if key["grouping"] == "all" else exp.column("persona").eq(key["group"])
    _, _, sums = next(sums_by_item(engine, "path_walkers", is_path=is_path, is_own=is_own))
    return with_interval(row, params, int(customers[best]), _share, sums)


def _share(sums: Sums, level: float) -> Row:
    found = proportion_from_sums(sums, level)
    return {"share": found.estimate, "ci_low": found.low, "ci_high": found.high}
