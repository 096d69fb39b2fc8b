"""`parcours check` and `parcours features`: every declaration tried on the first records of each file, in seconds."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from sqlglot import exp

from pipeline.clean import agree_on_types, load_sources
from pipeline.engine import Engine
from pipeline.errors import ParcoursError, nearest
from pipeline.expressions import expression, literals_compared_with
from pipeline.keys import key_bytes
from pipeline.matching.model import refuse_without_splink
from pipeline.matching.records import person_records
from pipeline.params import ALWAYS_KNOWN, Params
from pipeline.params.actions import read_actions
from pipeline.params.time_order import PERSONA
from pipeline.reconstruct import JOURNEY_COLUMNS
from pipeline.source.description import Source
from pipeline.source.events import make_source_events
from pipeline.tables import EVENTS, PERSONAS, STEPS
from pipeline.workspace import Workspace

FIRST_RECORDS = 2_000
HINT = " All features: parcours features"


@dataclass(frozen=True)
class Known:
    """What rules may speak of: attributes with their type and sources, and touchpoints."""

    attributes: dict[str, str]
    sources_of: dict[str, list[str]]
    touchpoints: frozenset[str]


def main(workspace: Workspace, params: Params) -> None:
    """Print that everything declared can be read, or fail at the first thing that cannot."""
    known = check(workspace, params)
    print(
        f"{workspace.root / 'params.yaml'}: {len(params.sources)} sources, {len(known.touchpoints)} touchpoints, "
        f"{len(params.stages)} stages, {len(params.personas)} personas, "
        f"{len(params.hypotheses)} hypotheses: all can be read."
    )


def check(workspace: Workspace, params: Params) -> Known:
    """Validate params.yaml, source descriptions and SQL together, on the first records of each raw file.

    Raises
    ------
    ParcoursError
        At the first mistake, with its key, what was expected and the nearest name there is.
    """
    if params.identity.probabilistic is not None:
        refuse_without_splink()
    sources = load_sources(workspace, params)
    read_actions(workspace.root, params)
    with workspace.temporary() as temporary:
        attributes = _attributes(workspace, params, sources, temporary)
        known = Known(
            {name: kind for name, (_, kind) in attributes.items()},
            {
                name: [source.name for source in sources if any(name in rule.attributes for rule in source.events)]
                for name in attributes
            },
            frozenset(rule.touchpoint for source in sources for rule in source.events),
        )
        with Engine(params.engine, temporary) as engine:
            _check_rules(engine, params, known)
    return known


def _attributes(
    workspace: Workspace, params: Params, sources: list[Source], temporary: Path
) -> dict[str, tuple[str, str]]:
    key = key_bytes(params.workspace.key, workspace)
    attributes: dict[str, tuple[str, str]] = {}
    for rank, source in enumerate(sources):
        with Engine(params.engine, temporary) as engine:
            result = make_source_events(engine, source, rank, params, key, temporary, FIRST_RECORDS)
            if source.person_fields:
                person_records(engine, source, params.identifiers)
        for line in result.stated:
            print(line, file=sys.stderr)
        agree_on_types(attributes, source, result.attributes)
    return attributes


def _check_rules(engine: Engine, params: Params, known: Known) -> None:
    """Parse every rule of params.yaml and let the engine bind it to an empty table of the right types."""
    _check_names(params, known)
    columns = {name: column.type for name, column in {**STEPS.columns, **EVENTS.columns}.items()} | known.attributes
    journey = {"is_goal": "BOOLEAN", "is_after_goal": "BOOLEAN", "goal_number": "INTEGER"}
    _empty_table(engine, "steps", columns | journey)
    try_on = _Trial(engine, known)
    events, steps = [*EVENTS.columns, *known.attributes], list(columns | journey)
    try_on("steps", params.goal, "journeys.goal", events)
    if params.starts_with is not None:
        try_on("steps", params.starts_with, "journeys.starts_with", steps)
    for i, stage in enumerate(params.stages):
        try_on("steps", stage.when, f"stages[{i}].when", [*events, *JOURNEY_COLUMNS])
    customer = _check_customers(engine, params, known, try_on, steps)
    try_on("steps", params.screening.support, "screening.support", steps)
    _check_moments(params, known, try_on, steps)
    for i, kpi in enumerate(params.kpis):
        if kpi.when is not None:
            try_on("steps", kpi.when, f"kpis[{i}].when", steps)
        if kpi.asked is not None:
            try_on("steps", kpi.asked, f"kpis[{i}].asked", steps)
    _check_plan(params, known, try_on, steps)
    described = {name: kind for name, kind in customer.items() if name not in columns}
    _empty_table(engine, "units", columns | journey | described | {PERSONA: "VARCHAR"})
    _check_hypotheses(params, known, try_on, steps, customer)


def _check_customers(engine: Engine, params: Params, known: Known, try_on: _Trial, steps: list[str]) -> dict[str, str]:
    """Return the columns that describe a customer, with their types, after trying the rules of personas on them."""
    customer = {"first_seen_at": "TIMESTAMP", "value": PERSONAS.columns["value"].type}
    for trait in params.traits:
        if trait not in known.attributes:
            raise ParcoursError(f"params.yaml: traits: no attribute {trait!r}.{nearest(trait, known.attributes)}{HINT}")
        customer[trait] = known.attributes[trait]
    for name, sql in params.features.items():
        if name in customer or name in steps:
            raise ParcoursError(
                f"params.yaml: features.{name}: the name is taken by a column of steps or a trait; choose another."
            )
        tree = try_on(
            "steps", sql, f"features.{name}", [one for one in steps if one != "is_after_goal"], aggregate=True
        )
        customer[name] = engine.connection.execute(
            f"describe select {tree.sql('duckdb')} as seen from steps"
        ).fetchall()[0][1]  # fmt: skip
    _empty_table(engine, "customers", customer)
    for i, persona in enumerate(params.personas):
        if persona.when is not None:
            try_on("customers", persona.when, f"personas[{i}].when", customer)
        key = ".clusters.by" if params.clusters else f"[{i}].describe_by"
        for name in params.clusters.by if params.clusters else persona.describe_by:
            if name not in customer:
                raise ParcoursError(
                    f"params.yaml: personas{key}: no trait or feature {name!r}.{nearest(name, customer)}"
                )
    return customer


def _check_moments(params: Params, known: Known, try_on: _Trial, steps: list[str]) -> None:
    try_on("steps", params.moments_of_truth.outcome, "moments_of_truth.outcome", steps)
    for name, experience in params.moments_of_truth.experience.items():
        key = f"moments_of_truth.experience.{name}"
        if name not in known.touchpoints:
            raise ParcoursError(
                f"params.yaml: {key}: no source gives this touchpoint.{nearest(name, known.touchpoints)}"
            )
        try_on("steps", experience.measure, f"{key}.measure", steps)


def _check_plan(params: Params, known: Known, try_on: _Trial, steps: list[str]) -> None:
    for i, planned in enumerate(params.planned.touchpoints):
        key = f"planned.touchpoints[{i}]"
        if planned.touchpoint not in known.touchpoints:
            raise ParcoursError(
                f"params.yaml: {key}.touchpoint: no source gives the touchpoint {planned.touchpoint!r}."
                f"{nearest(planned.touchpoint, known.touchpoints)}"
            )
        if planned.failed is not None:
            try_on("steps", planned.failed, f"{key}.failed", steps)


def _check_hypotheses(params: Params, known: Known, try_on: _Trial, steps: list[str], customer: dict[str, str]) -> None:
    unit_columns = list(dict.fromkeys([*steps, *params.traits, *params.features, PERSONA]))
    for i, hypothesis in enumerate(params.hypotheses):
        key = f"hypotheses[{i}]"
        if hypothesis.index_touchpoint not in known.touchpoints:
            raise ParcoursError(
                f"params.yaml: {key}.index: no source gives the touchpoint {hypothesis.index_touchpoint!r}."
                f"{nearest(hypothesis.index_touchpoint, known.touchpoints)}"
            )
        if hypothesis.population is not None:
            try_on("units", hypothesis.population, f"{key}.population", unit_columns)
        exposure = f"{key}.exposure.none" if hypothesis.exposed_if_none else f"{key}.exposure"
        if hypothesis.exposure_window:
            try_on("steps", hypothesis.exposure, exposure, steps)
        else:
            try_on("units", hypothesis.exposure, exposure, unit_columns)
        try_on("steps", hypothesis.outcome.when, f"{key}.outcome.when", steps)
        for part, rule in (("sum", hypothesis.outcome.sum), ("competing", hypothesis.outcome.competing)):
            if rule is not None:
                try_on("steps", rule, f"{key}.outcome.{part}", steps)
        allowed = [*known.attributes, *params.traits, *params.features, *ALWAYS_KNOWN, PERSONA]
        for name in hypothesis.adjust_for:
            if name not in allowed:
                raise ParcoursError(
                    f"params.yaml: {key}.adjust_for: {name!r} is not known before the index."
                    f"{nearest(name, allowed)}{HINT}"
                )


def _check_names(params: Params, known: Known) -> None:
    for name in params.touchpoints:
        if name not in known.touchpoints:
            raise ParcoursError(
                f"params.yaml: touchpoints.{name}: no source gives this touchpoint.{nearest(name, known.touchpoints)}"
            )
    described = {*known.attributes, *params.features}
    for name in params.names:
        if name not in described:
            raise ParcoursError(
                f"params.yaml: names.{name}: no attribute, trait or feature of this name.{nearest(name, described)}"
            )
    taken = {*PERSONAS.columns, *STEPS.columns, *JOURNEY_COLUMNS, *ALWAYS_KNOWN} & set(known.attributes)
    if taken:
        name = sorted(taken)[0]
        raise ParcoursError(
            f"attributes: {name!r} (from {', '.join(known.sources_of[name])}) is the name of a column "
            "of the pipeline; choose another."
        )


def _empty_table(engine: Engine, name: str, columns: dict[str, str]) -> None:
    listed = ", ".join(f'cast(null as {kind}) as "{column}"' for column, kind in columns.items())
    engine.connection.execute(f'create or replace temp table "{name}" as select {listed} where false')


class _Trial:
    """Parses a rule and lets the engine bind it, so that a wrong type is found before any work."""

    def __init__(self, engine: Engine, known: Known) -> None:
        self.engine, self.known = engine, known

    def __call__(self, table: str, sql: str, key: str, columns: Iterable[str], aggregate: bool = False) -> exp.Expr:
        where = f"params.yaml: {key}"
        tree = expression(sql, where, columns, aggregate, hint=HINT)
        unknown = literals_compared_with(tree, "touchpoint") - self.known.touchpoints
        if unknown:
            name = sorted(unknown)[0]
            raise ParcoursError(
                f"{where}: no source gives the touchpoint {name!r}.{nearest(name, self.known.touchpoints)}"
            )
        try:
            self.engine.connection.execute(f'select {tree.sql("duckdb")} as tried from "{table}"')
        except duckdb.Error as error:
            raise ParcoursError(f"{where}: {str(error).splitlines()[0]} In: {sql}") from None
        return tree


def features(workspace: Workspace, params: Params) -> None:
    """Print every column that a rule or a hypothesis may use: name, type, where it comes from, where it may stand."""
    known = check(workspace, params)
    rows = [(name, column.type, "every step", column.meaning) for name, column in STEPS.columns.items()]
    rows += [
        (name, kind, "attribute", f"from {', '.join(known.sources_of[name])}")
        for name, kind in known.attributes.items()
    ]
    rows += [(name, known.attributes[name], "trait", "the customer's earliest known value") for name in params.traits]
    rows += [(name, "", "feature", sql) for name, sql in params.features.items()]
    rows += [(name, "", "of the index", "always known in a hypothesis") for name in ALWAYS_KNOWN]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    for row in rows:
        print("  ".join([*(row[i].ljust(widths[i]) for i in range(3)), row[3]]).rstrip())
