"""Checks of the matrix: does the order of steps matter, do months differ, do personas differ."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import sqlglot
from sqlglot import exp
from statsmodels.stats.multitest import multipletests

from pipeline.engine import Engine
from pipeline.estimate.cells import Row
from pipeline.estimate.outcomes import coded_stage, codes_of
from pipeline.estimate.ranges import MOST_ROWS, frame_by_ranges, make_by_ranges
from pipeline.expressions import DIALECT
from pipeline.params import Params, Persona
from pipeline.stats.checks import NOTHING, Check, homogeneity_check, order_check, stationarity_check
from pipeline.tables import EVERYBODY
from pipeline.typing_rules import to_local

LEVEL = 0.05
PASSED, FAILED, NOT_APPLICABLE = "passed", "failed", "not applicable"
MOST_WALKS, MOST_CUSTOMERS = 5_000, 20_000  # sampled by customer code; a check of that many misses nothing that matters
LONGEST_WALK = 60  # steps; what comes after is left out
NOTHING_TO_TEST = "nothing to test: too few visits"
BEHAVIOUR_IN_RULE = "personas defined by behaviour differ in it by definition"


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield the checks of all customers' matrix: order; stationarity and homogeneity of each stage and of all."""
    del cut_off  # visit_outcomes already knows which visits were followed
    yield _row("order", EVERYBODY, _order(engine, params))
    yield from stationarity(engine, params)
    yield from _homogeneity(engine, params)


def _row(check: str, stage: str, found: Check, p_adjusted: float | None = None, note: str | None = None) -> Row:
    p = found.p if p_adjusted is None else p_adjusted
    row = {"check": check, "group": EVERYBODY, "from_stage": stage, "n_customers": found.customers}
    if math.isnan(p):
        return {**row, "verdict": NOT_APPLICABLE, "note": note or NOTHING_TO_TEST}
    numbers = {"statistic": found.statistic, "degrees": found.degrees, "p": found.p, "p_adjusted": p}
    return {**row, **numbers, "verdict": PASSED if p > LEVEL else FAILED}


# -- order -------------------------------------------------------------------------------------------------------


def _order(engine: Engine, params: Params) -> Check:
    visits = engine.frame("sampled_walks", stage_code=coded_stage("visits.stage", params), most=MOST_WALKS)
    boundary = len(params.stages)
    return order_check(_walks(visits, boundary), boundary)


def _walks(visits: pd.DataFrame, boundary: int) -> np.ndarray:
    """Return each customer's stages in order, journeys between boundaries, one row each, -1 after the last."""
    if visits.empty:
        return np.full((0, LONGEST_WALK), -1)
    customer, journey = visits["customer_id"].to_numpy(), visits["journey"].to_numpy()
    opens_customer = np.r_[True, customer[1:] != customer[:-1]]
    opens_journey = opens_customer | np.r_[True, journey[1:] != journey[:-1]]
    closes_customer = np.r_[opens_customer[1:], True]
    # a journey whose start nobody saw begins in the middle; one that may go on has no end
    before = opens_journey & (~opens_customer | visits["is_entry_seen"].to_numpy())
    after = closes_customer & visits["is_lost"].to_numpy()
    written = np.cumsum(1 + before + after)
    row = np.cumsum(opens_customer) - 1
    begins = np.r_[0, written[:-1]][opens_customer]
    at = written - 1 - after - begins[row]
    walks = np.full((row[-1] + 1, int((at + after).max()) + 1), -1)
    walks[row, at] = visits["stage_code"].to_numpy()
    walks[row[before], at[before] - 1] = boundary
    walks[row[after], at[after] + 1] = boundary
    return walks[:, :LONGEST_WALK]


# -- stationarity ------------------------------------------------------------------------------------------------


def stationarity(engine: Engine, params: Params) -> Iterator[Row]:
    """Yield the check of all stages together, then of each: whether cohorts of entry move alike."""
    since = engine.row(exp.select("min(started_at) as since").from_("journeys"))["since"]
    month = _month("visit_outcomes.entered_at", params)
    if since is not None:
        cells = {"month": exp.cast(month, "int"), "since": since + params.silence}
        make_by_ranges(engine, "cohort_cells", ["visit_outcomes"], MOST_ROWS, **cells)
        totals, products = engine.frame("cohort_totals"), _products(engine)
        codes = sorted(totals["stage_code"].unique())
        parts = ((code, *(frame[frame["stage_code"] == code] for frame in (totals, products))) for code in codes)
        found = {params.stages[code].id: _stationarity_of(own, pairs) for code, own, pairs in parts}
    else:
        found = {}
    tested = {stage: check for stage, check in found.items() if not math.isnan(check.p)}
    if not tested:
        yield _row("stationarity", EVERYBODY, NOTHING)
        return
    adjusted = multipletests([check.p for check in tested.values()], method="holm")[1]
    least = int(np.argmin(adjusted))
    worst = list(tested.values())[least]
    together = Check(worst.statistic, worst.p, worst.degrees, max(check.customers for check in tested.values()))
    yield _row("stationarity", EVERYBODY, together, float(adjusted[least]))
    for stage, check in found.items():
        place = list(tested).index(stage) if stage in tested else None
        yield _row("stationarity", stage, check, None if place is None else float(adjusted[place]))


def _products(engine: Engine) -> pd.DataFrame:
    found = frame_by_ranges(engine, "cohort_products", ["cohort_cells"], ["product"], MOST_ROWS)
    return found.sort_values(["stage_code", "cell", "other_cell"], ignore_index=True)


def _stationarity_of(totals: pd.DataFrame, products: pd.DataFrame) -> Check:
    cells = totals["cell"].to_numpy()
    matrix = np.zeros((len(cells), len(cells)))
    places = (np.searchsorted(cells, products[name].to_numpy()) for name in ("cell", "other_cell"))
    matrix[tuple(places)] = products["product"].to_numpy()
    months, month = np.unique(cells // 1000, return_inverse=True)
    customers = np.array([totals["customers"].to_numpy()[month == code][0] for code in range(len(months))])
    codes = np.column_stack([month, cells // 100 % 10 - 1, cells % 100])
    everybody = int(totals["all_customers"].iloc[0])
    return stationarity_check(totals["visits"].to_numpy(), matrix, codes, customers, everybody)


def _month(column: str, params: Params) -> exp.Expr:
    local = to_local(exp.to_column(column), params.workspace.time_zone)
    return exp.func("strftime", local, exp.Literal.string("%Y%m"), dialect="duckdb")


# -- homogeneity ---------------------------------------------------------------------------------------------------


def _homogeneity(engine: Engine, params: Params) -> Iterator[Row]:
    personas = comparable_personas(params)
    if len(personas) < 2:
        yield _row("homogeneity", EVERYBODY, NOTHING, note=BEHAVIOUR_IN_RULE)
        return
    month = _month("journeys.started_at", params)
    moves = engine.frame("sampled_moves", personas=personas, month=month, most=MOST_CUSTOMERS)
    if moves.empty:
        yield _row("homogeneity", EVERYBODY, NOTHING)
        return
    columns = len(codes_of(params))
    customer = pd.factorize(moves["customer_id"])[0]
    cell = moves["stage_code"].to_numpy() * columns + moves["next_code"].to_numpy()
    seen, place = np.unique(cell, return_inverse=True)
    counts = np.zeros((customer[-1] + 1, len(seen)))
    np.add.at(counts, (customer, place), moves["n"].to_numpy())
    first = np.r_[True, customer[1:] != customer[:-1]]
    entry = moves["month"].astype(str) + moves["is_left_truncated"].astype(str)
    persona, stratum = pd.factorize(moves["persona"], sort=True)[0], pd.factorize(entry, sort=True)[0]
    found = homogeneity_check(counts, seen // columns, persona[first], stratum[first])
    yield _row("homogeneity", EVERYBODY, found.together)
    for code, check in found.by_stage.items():
        yield _row("homogeneity", params.stages[code].id, check, found.adjusted[code])


def comparable_personas(params: Params) -> list[str]:
    """Return the personas whose rule, and every rule before it, looks at traits alone: the first match wins.

    A rule on features, money or dates is itself about what customers did, so personas would differ by definition.
    """
    if params.clusters is not None:
        return [persona.id for persona in params.personas] if set(params.clusters.by) <= set(params.traits) else []
    found = []
    for persona in params.personas:
        if not _columns_of(persona) <= set(params.traits):
            break
        found.append(persona.id)
    return found


def _columns_of(persona: Persona) -> set[str]:
    tree: Any = sqlglot.parse_one(persona.when, read=DIALECT) if persona.when else exp.true()
    return {column.name for column in tree.find_all(exp.Column)}
