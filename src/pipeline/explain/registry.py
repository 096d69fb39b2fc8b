"""For each table of results: which code made a number, by which formula, and which events are behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlglot import exp

from pipeline.assess.comparison import compare
from pipeline.assess.units import find_units
from pipeline.declarations import format_duration
from pipeline.engine import Engine
from pipeline.explain.ids import Number
from pipeline.expressions import expression
from pipeline.groups import groupings
from pipeline.params import Hypothesis, Kpi, Params
from pipeline.stats import proportions, ratios
from pipeline.stats.verdicts import verdict
from pipeline.tables import (
    ANYWHERE,
    EMOTIONS,
    EVERYBODY,
    FUNNEL,
    HYPOTHESES,
    KPIS,
    TOUCHPOINTS,
    TRANSITIONS,
)

Window = tuple[datetime, datetime]
Parameters = Mapping[str, Any]  # key of params.yaml → value
Formula = tuple[Callable[..., Any], ...]


@dataclass(frozen=True)
class Origin:
    """Where a number comes from.

    Parameters
    ----------
    code
        Files of this package, its Python first.
    formula
        Functions whose docstrings say how it is computed.
    parameters
        Keys of params.yaml it depends on, with their values.
    filter
        The declared rule that chooses its events.
    select
        Makes the table ``behind_events`` (role, position) on an engine.
    """

    code: tuple[str, ...]
    formula: Formula
    parameters: Parameters
    filter: str
    select: Callable[[Engine, Window], None]


def origin_of(number: Number, params: Params) -> Origin:
    """Return where a number comes from; its table is one of `EXPLAINED`."""
    return _ORIGINS[number.table.name](number, params)


def _of_kpi(number: Number, params: Params) -> Origin:
    index, kpi = next((i, one) for i, one in enumerate(params.kpis) if one.id == number.row["kpi"])
    where, when = f"params.yaml: kpis[{index}]", kpi.when or "is_goal"
    declared: dict[str, Any] = {f"kpis[{index}].when": when}
    if kpi.kind == "conversion":
        declared |= _horizon(params)
        sql, formula = ("kpi_conversion.sql", "behind_journeys.sql"), _SHARE
        select = _journeys(number, params, when, where)
    elif kpi.kind == "return":
        declared |= {f"kpis[{index}].within": format_duration(kpi.within)} if kpi.within else {}
        sql, formula = ("kpi_return.sql", "behind_return.sql"), _SHARE
        select = _returns(number, params, kpi, where)
    else:
        measured = "value" if kpi.kind == "mean_value" else "score"
        declared |= {f"kpis[{index}].top": kpi.top} if kpi.top is not None else {}
        sql, formula = ("kpi_steps.sql", "behind_steps.sql"), _KPI_FORMULAS[kpi.kind]
        select = _steps(number, params, f"({when}) and {measured} is not null", where)
    return Origin(("estimate/kpis.py", *_sql(sql)), formula, declared | _common(params), when, select)


_SHARE: Formula = (ratios.proportion_from_sums, proportions.korn_graubard)
_KPI_FORMULAS: dict[str, Formula] = {
    "mean_value": (ratios.clustered_ratio,),
    "mean_score": (ratios.clustered_ratio,),
    "top_box": _SHARE,
    "nps": (ratios.net_promoter_interval, ratios.clustered_ratio),
}


def _of_transition(number: Number, params: Params) -> Origin:
    row = number.row

    def select(engine: Engine, window: Window) -> None:
        engine.make(
            "behind_events",
            "behind_transition",
            from_stage=row["from_stage"],
            to_stage=row["to_stage"],
            horizon=params.estimate.horizon,
            cut_off=window[1],
            is_group=_is_group(number, params, "moves.channel", "moves.entered_at"),
        )

    return Origin(
        (
            "estimate/transitions.py",
            *_sql(("customer_transitions.sql", "transition_pairs.sql", "behind_transition.sql")),
        ),
        (proportions.proportion_from_pairs, proportions.korn_graubard),
        _horizon(params) | _stages(params, row["from_stage"], row["to_stage"]) | _common(params),
        f"visits to {row['from_stage']} entered at least {format_duration(params.estimate.horizon)} before the cut-off",
        select,
    )


def _of_funnel(number: Number, params: Params) -> Origin:
    stages = [stage.id for stage in params.stages]
    later = stages[stages.index(number.row["stage"]) :]
    rule = exp.column("stage").isin(*later).sql("duckdb")
    return Origin(
        ("estimate/funnel.py", *_sql(("followed_journeys.sql", "funnel_patterns.sql", "behind_journeys.sql"))),
        _SHARE,
        _horizon(params) | _stages(params, *later) | _common(params),
        rule,
        _journeys(number, params, rule, "params.yaml: stages"),
    )


def _of_touchpoint(number: Number, params: Params) -> Origin:
    columns = ("stage", "touchpoint", "channel", "actor")
    rule = " and ".join(exp.column(name).eq(str(number.row[name])).sql("duckdb") for name in columns)
    return Origin(
        ("estimate/touchpoints.py", *_sql(("touchpoint_counts.sql", "behind_steps.sql"))),
        (ratios.share_of_customers, proportions.korn_graubard),
        _stages(params, number.row["stage"]) | _common(params),
        rule,
        _steps(number, params, rule, "params.yaml: stages"),
    )


def _of_emotion(number: Number, params: Params) -> Origin:
    rule, counts = "emotion is not null", "emotion_of_customers.sql"
    if number.row["stage"] != ANYWHERE:
        rule = f"{exp.column('stage').eq(str(number.row['stage'])).sql('duckdb')} and {rule}"
        counts = "emotion_counts.sql"
    return Origin(
        ("estimate/emotions.py", *_sql((counts, "behind_steps.sql"))),
        (ratios.clustered_ratio,),
        _stages(params, number.row["stage"]) | _common(params),
        rule,
        _steps(number, params, rule, "params.yaml: stages"),
    )


def _of_hypothesis(number: Number, params: Params) -> Origin:
    index, one = next((i, one) for i, one in enumerate(params.hypotheses) if one.id == number.row["id"])
    where = f"hypotheses[{index}]"

    def select(engine: Engine, window: Window) -> None:
        find_units(engine, params, one, f"params.yaml: {where}", window)
        is_group = exp.true() if number.group == "all" else exp.column("belongs_to", table="units").eq(number.group)
        engine.make(
            "behind_events",
            "behind_hypothesis",
            is_at_risk=one.outcome.kind in ("binary", "time_to_event"),
            is_group=is_group,
        )

    files = ("units.sql", "exposed_at_index.sql", "exposed_in_window.sql", "outcomes.sql", "hypothesis_units.sql")
    return Origin(
        ("assess/comparison.py", "assess/units.py", *_sql((*files, "behind_hypothesis.sql"))),
        (compare, verdict),
        {f"{where}.{key}": value for key, value in _declared(one).items()} | {"estimate.level": params.estimate.level},
        f"index: {one.index_touchpoint}; exposure: {one.exposure}; population: {one.population or 'everybody'}",
        select,
    )


def _declared(one: Hypothesis) -> dict[str, Any]:
    return {
        "exposure_window": format_duration(one.exposure_window),
        "outcome": f"{one.outcome.kind}: {one.outcome.when}",
        "outcome_window": format_duration(one.outcome_window),
        "direction": one.direction,
        "smallest_effect": one.smallest_effect,
        "adjust_for": ", ".join(one.adjust_for) or "nothing",
    }


# -- which events --------------------------------------------------------------------------------------------------


def _steps(number: Number, params: Params, rule: str, where: str) -> Callable[[Engine, Window], None]:
    def select(engine: Engine, window: Window) -> None:
        del window
        when = expression(rule, where, engine.columns("steps"))
        is_group = _is_group(number, params, "measured.channel", "measured.occurred_at")
        engine.make("behind_events", "behind_steps", when=when, is_group=is_group)

    return select


def _journeys(number: Number, params: Params, rule: str, where: str) -> Callable[[Engine, Window], None]:
    def select(engine: Engine, window: Window) -> None:
        when = expression(rule, where, engine.columns("steps"))
        is_group = _is_group(number, params, "followed.first_channel", "followed.started_at")
        ends: dict[str, Any] = {"horizon": params.estimate.horizon, "cut_off": window[1]}
        engine.make("behind_events", "behind_journeys", when=when, is_group=is_group, **ends)

    return select


def _returns(number: Number, params: Params, kpi: Kpi, where: str) -> Callable[[Engine, Window], None]:
    def select(engine: Engine, window: Window) -> None:
        when = expression(kpi.when or "is_goal", where, engine.columns("steps"))
        is_group = _is_group(number, params, "matching.channel", "matching.occurred_at")
        ends: dict[str, Any] = {"within": kpi.within, "cut_off": window[1]}
        engine.make("behind_events", "behind_return", when=when, is_group=is_group, **ends)

    return select


def _is_group(number: Number, params: Params, channel: str, entered_at: str) -> exp.Expr:
    """Return SQL for whether a row is of the number's group."""
    if number.row["group"] == EVERYBODY:
        return exp.true()
    return groupings(params, channel, entered_at)[number.row["grouping"]].eq(number.group)


# -- parameters ----------------------------------------------------------------------------------------------------


def _common(params: Params) -> dict[str, Any]:
    return {"estimate.level": params.estimate.level, "journeys.silence": format_duration(params.silence)}


def _horizon(params: Params) -> dict[str, Any]:
    return {"estimate.horizon": format_duration(params.estimate.horizon)}


def _stages(params: Params, *names: str) -> dict[str, Any]:
    return {f"stages[{i}].when": stage.when for i, stage in enumerate(params.stages) if stage.id in names}


def _sql(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"sql/{name}" for name in names)


# -- the registry --------------------------------------------------------------------------------------------------

_ORIGINS: dict[str, Callable[[Number, Params], Origin]] = {
    KPIS.name: _of_kpi,
    TRANSITIONS.name: _of_transition,
    FUNNEL.name: _of_funnel,
    TOUCHPOINTS.name: _of_touchpoint,
    EMOTIONS.name: _of_emotion,
    HYPOTHESES.name: _of_hypothesis,
}
EXPLAINED = (KPIS, TRANSITIONS, FUNNEL, TOUCHPOINTS, EMOTIONS, HYPOTHESES)
