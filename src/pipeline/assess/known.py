"""What was known of a unit at its index: the index step, traits seen by then, features measured before, the persona.

Nothing that came after time zero may be adjusted for or decide who is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlglot import exp

from pipeline.engine import Engine
from pipeline.errors import ParcoursError, nearest
from pipeline.expressions import expression
from pipeline.params import ALWAYS_KNOWN, Hypothesis, Params
from pipeline.params.time_order import PERSONA

NOW = timedelta(0)
INSTANT = timedelta(microseconds=1)
HINT = " All that a hypothesis may use: parcours features."
_KEYS = ("customer_id", "occurred_at", "position")


def make_units(
    engine: Engine, params: Params, hypothesis: Hypothesis, where: str, window: tuple[datetime, datetime]
) -> None:
    """Make ``units``: index steps of the population, each beside what was known of it at time zero.

    Parameters
    ----------
    engine
        With steps and personas readable.
    params, hypothesis
        What is declared.
    where
        The hypothesis' key, for errors.
    window
        Start and end of the observation window, naive UTC.

    Raises
    ------
    ParcoursError
        If a rule uses a column that does not exist.
    """
    step_columns = list(engine.columns("steps"))
    known = list(dict.fromkeys([*step_columns, *params.traits, *params.features, PERSONA]))
    population = expression(hypothesis.population or "true", f"{where}.population", known, hint=HINT)
    rules = [population]
    if hypothesis.exposure_window == NOW:
        rules.append(expression(hypothesis.exposure, f"{where}.exposure", known, hint=HINT))
    _refuse_unknown(hypothesis, where, [*known, *ALWAYS_KNOWN])
    used = {column.name for rule in rules for column in rule.find_all(exp.Column)} | set(hypothesis.adjust_for)
    personas = _persona_rules(params) if PERSONA in used else {}
    used |= {column.name for rule in personas.values() for column in rule.find_all(exp.Column)}
    traits = {
        name: trait_then(name, "index_steps") for name in params.traits if name in used and name not in params.features
    }
    own = [name for name in step_columns if name in {*used, *_KEYS} and name not in {*traits, *params.features}]
    _make_index_steps(engine, hypothesis, own)
    features = _make_features_before(engine, params, used, step_columns)
    make_trait_moments(engine, params)
    columns: list[exp.Expr] = [exp.column(name, table="index_steps") for name in own]
    columns += [exp.alias_(tree, name) for name, tree in {**traits, **features}.items()]
    if personas:
        columns.append(exp.alias_(_persona_then(personas, traits), PERSONA))
    is_survival = hypothesis.outcome.kind == "time_to_event"  # followed as long as it goes, not to the window's end
    engine.make(
        "units",
        columns=columns,
        population=population,
        exposure_after=max(hypothesis.exposure_window, NOW),
        exposure_before=max(-hypothesis.exposure_window, NOW),
        followed_for=INSTANT if is_survival else hypothesis.outcome_window,
        window_start=window[0],
        cut_off=window[1],
    )


def _make_index_steps(engine: Engine, hypothesis: Hypothesis, columns: list[str]) -> None:
    engine.make(
        "index_steps",
        columns=[exp.column(name) for name in columns],
        touchpoint=hypothesis.index_touchpoint,
        every=hypothesis.index_every,
    )


def _refuse_unknown(hypothesis: Hypothesis, where: str, known: list[str]) -> None:
    for i, name in enumerate(hypothesis.adjust_for):
        if name not in known:
            raise ParcoursError(f"{where}.adjust_for[{i}]: no column {name!r}.{nearest(name, known)}{HINT}")


def make_trait_moments(engine: Engine, params: Params) -> None:
    """Make ``trait_moments`` for all hypotheses at once: steps do not change while an engine is open."""
    if engine.has("trait_moments"):
        return
    moments = [exp.alias_(_first_seen(name), name) for name in params.traits if name not in params.features]
    if moments:
        engine.make("trait_moments", moments=moments)
    else:
        engine.make("trait_moments", exp.select("customer_id").from_("steps").where("false"))


def _first_seen(trait: str) -> exp.Expr:
    seen = exp.Case().when(exp.column(trait).is_(exp.null()).not_(), exp.column("occurred_at"))
    return exp.Min(this=seen)


def trait_then(name: str, table: str) -> exp.Expr:
    """Return SQL for a trait as it was known at the steps of a table: null where it was first seen later."""
    moment = exp.column(name, table="trait_moments")
    is_known = exp.LTE(this=moment, expression=exp.column("occurred_at", table=table))
    return exp.Case().when(is_known, exp.column(name, table="personas"))


def _make_features_before(
    engine: Engine, params: Params, used: set[str], step_columns: list[str]
) -> dict[str, exp.Expr]:
    """Make ``features_before`` for the features that are used, and return SQL for each."""
    trees = {
        name: expression(sql, f"params.yaml: features.{name}", step_columns, aggregate=True)
        for name, sql in params.features.items()
        if name in used
    }
    if not trees:  # nothing to measure, so no join of steps with steps
        engine.make("features_before", exp.select("position as index_position").from_("index_steps"))
        return {}
    engine.make("features_before", features=[exp.alias_(tree, name) for name, tree in trees.items()])
    return {name: _measured(name, tree) for name, tree in trees.items()}


def _measured(name: str, tree: exp.Expr) -> exp.Expr:
    # a customer without an earlier step has what the aggregate gives over nothing: a count of 0, a sum of null
    nothing = exp.select(tree.copy()).from_("steps").where("false").subquery()
    return exp.Coalesce(this=exp.column(name, table="features_before"), expressions=[nothing])


def _persona_rules(params: Params) -> dict[str, exp.Expr]:
    """Return persona → its rule over traits (anything else was refused when params.yaml was read)."""
    return {
        persona.id: expression(persona.when or "true", f"params.yaml: personas[{i}].when", params.traits)
        for i, persona in enumerate(params.personas)
    }


def _persona_then(rules: Mapping[str, exp.Expr], traits: Mapping[str, exp.Expr]) -> exp.Expr:
    """Return SQL for the persona as it was known at the index: its rules over the traits known by then."""
    case = exp.Case()
    for persona, rule in rules.items():
        then = rule.transform(lambda node: traits[node.name].copy() if isinstance(node, exp.Column) else node)
        case = case.when(then, exp.Literal.string(persona))
    return case
