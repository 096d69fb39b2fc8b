"""The groups that estimates are made for, and the order in which people read them."""

from __future__ import annotations

from typing import Any, cast

from sqlglot import exp

from pipeline.declarations import format_duration
from pipeline.params import Params
from pipeline.tables import ANYWHERE, EVERYBODY, GOAL, LOST, START, UNRESOLVED
from pipeline.typing_rules import to_local

_NUMBERS = [str(number) for number in range(1, 100)]  # of sources that see a customer
_BACK_TEST = [f"backtest_{what}" for what in ("predicted", "actual", "ratio")]


def reading_orders(params: Params) -> dict[str, list[Any]]:
    """Return the order in which people read groups, stages and KPIs: as declared."""
    personas = [persona.id for persona in params.personas]
    stages = [START, GOAL, *(stage.id for stage in params.stages), LOST, UNRESOLVED, ANYWHERE]
    return {
        "grouping": ["all", *params.estimate.group_by],
        "group": [EVERYBODY, *personas],
        "kpi": [kpi.id for kpi in params.kpis],
        "measure": ["seen_by", "overlap", "off_site"],
        "item": [*_NUMBERS, EVERYBODY, *personas],
        **dict.fromkeys(("stage", "from_stage", "to_stage"), stages),
        "measured_by": ["score", "text"],
        "statistic": ["incidence", "restricted_mean", "median"],
        "view": ["winsorised", "response_rate", "weighted", *_BACK_TEST],
        "months": [*range(1, 100)],
        "time": [format_duration(time) for time in params.estimate.duration_bins],
    }


def groupings(params: Params, channel: str, entered_at: str) -> dict[str, exp.Expr]:
    """Return SQL for the group of a row in each grouping: all, then those asked for.

    Parameters
    ----------
    params
        ``estimate.group_by`` and the brand's time zone.
    channel, entered_at
        Columns (``table.name``) that tell the channel and the month of a row.
    """
    known = {
        "persona": _persona(),
        "channel": exp.to_column(channel),
        "period": month_of(entered_at, params),
    }
    return {"all": exp.Literal.string(EVERYBODY)} | {name: known[name] for name in params.estimate.group_by}


def customer_groups(params: Params) -> dict[str, exp.Expr]:
    """Return SQL for the group of a customer in the groupings that customers have: all, and persona if asked for."""
    columns = {"all": cast(exp.Expr, exp.Literal.string(EVERYBODY))}
    return columns | ({"persona": _persona()} if "persona" in params.estimate.group_by else {})


def month_of(moment: str, params: Params) -> exp.Expr:
    """Return SQL for the month of a column (``table.name``, naive UTC) in the brand's time zone: 2026-11."""
    local = to_local(exp.to_column(moment), params.workspace.time_zone)
    return exp.func("strftime", local, exp.Literal.string("%Y-%m"), dialect="duckdb")


def _persona() -> exp.Expr:
    return exp.to_column("customer_personas.persona")
