"""What followed each visit, as codes: made once, read by the tables that need visits apart from their counts."""

from __future__ import annotations

from datetime import datetime

from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.ranges import MOST_ROWS, make_by_ranges
from pipeline.params import Params
from pipeline.tables import LOST, UNRESOLVED

GOAL = "(goal)"  # a goal during the visit ends the chain


def make_visit_outcomes(engine: Engine, params: Params, cut_off: datetime) -> None:
    """Make the engine's table visit_outcomes; stages and what comes after them are codes (`codes_of`)."""
    codes = codes_of(params)
    make_by_ranges(
        engine,
        "visit_outcomes",
        ["visits", "steps"],
        MOST_ROWS,
        stage_code=_coded("stage", codes),
        next_code=_coded("placed.next_stage", codes),
        goal=codes[GOAL],
        unresolved=codes[UNRESOLVED],
        horizon=params.estimate.horizon,
        silence=params.silence,
        cut_off=cut_off,
    )


def codes_of(params: Params) -> dict[str, int]:
    """Return the codes: each stage from 0, then goal, lost and unresolved, as `markov.share_reaching` wants them."""
    names = [*(stage.id for stage in params.stages), GOAL, LOST, UNRESOLVED]
    return {name: code for code, name in enumerate(names)}


def coded_stage(column: str, params: Params) -> exp.Expr:
    """Return SQL for the code of a column (``table.name``) that holds stages."""
    return _coded(column, codes_of(params))


def _coded(column: str, codes: dict[str, int]) -> exp.Expr:
    case = exp.Case()
    for name, code in codes.items():
        case = case.when(exp.to_column(column).eq(exp.Literal.string(name)), exp.Literal.number(code))
    return case
