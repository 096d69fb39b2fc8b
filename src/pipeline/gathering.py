"""Events of all sources beside their customers, as one view: on the graph that was found, and on graphs redrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow.parquet
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.expressions import expression
from pipeline.params import IdentifierKind, Params
from pipeline.tables import EVENTS, STEPS

_CARRIED = [name for name in EVENTS.columns if name in STEPS.columns]
_ENGINE_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "bool": "BOOLEAN", "timestamp[us]": "TIMESTAMP"}
_Joins = Callable[[exp.Select, Sequence[str], str], exp.Select]


def attribute_types(files: Iterable[Path]) -> dict[str, str]:
    """Return the declared attributes of the event files and their types, in a fixed order."""
    found: dict[str, str] = {}
    for path in files:
        for field in pyarrow.parquet.read_schema(path):
            if field.name not in EVENTS.columns and not field.name.startswith("id_"):
                found[field.name] = _ENGINE_TYPES.get(str(field.type), "DECIMAL(18,6)")
    return dict(sorted(found.items()))


def gather_events(
    engine: Engine,
    params: Params,
    files: Mapping[str, Path],
    attributes: Mapping[str, str],
    window: tuple[datetime, datetime],
) -> None:
    """Make the view ``customer_events``: all sources in the window, each event beside its customer."""
    for kind, rule in params.identifiers.items():  # a table each: an identifier is looked for among its own kind only
        if rule.links:
            known = exp.select("node", "value_hash", "customer_id", "first_seen_at", "last_seen_at").from_("identities")
            engine.make(f"known_{kind}", known.where(exp.column("kind").eq(kind), "not is_hub"))
    _gather(engine, params, files, attributes, window, _found)


def gather_redrawn_events(
    engine: Engine,
    params: Params,
    files: Mapping[str, Path],
    attributes: Mapping[str, str],
    window: tuple[datetime, datetime],
) -> None:
    """Make the view ``customer_events`` anew: events of customers that a redrawn graph changes, once per such graph.

    Needs ``gather_events`` before, and ``redrawn`` readable. An event whose identifiers fell apart is its customer's who
    has the identifier that most rows of the source bear: a visit stays with the device, an order with its number.
    """
    engine.make("replaced", exp.select("graph", "replaces as customer_id").distinct().from_("redrawn"))
    _gather(engine, params, files, attributes, window, lambda *parts: _redrawn(engine, *parts))


def _found(joined: exp.Select, kinds: Sequence[str], events: str) -> exp.Select:
    del events
    return joined.select(exp.alias_(_first_known("known", kinds), "code"))


def _redrawn(engine: Engine, joined: exp.Select, kinds: Sequence[str], events: str) -> exp.Select:
    counts = engine.row(exp.select(*(f"count(id_{kind}) as {kind}" for kind in kinds)).from_(events)) if kinds else {}
    own_first = sorted(kinds, key=lambda kind: -counts[kind])
    found = exp.EQ(this=exp.column("customer_id", table="replaced"), expression=_first_known("known", kinds))
    joined = joined.join("replaced", on=found)
    for kind in own_first:
        on = f"redrawn_{kind}.graph = replaced.graph and redrawn_{kind}.node = known_{kind}.node"
        joined = joined.join(f"redrawn as redrawn_{kind}", on=on, join_type="left")
    return joined.select(exp.alias_(_first_known("redrawn", own_first), "code"))


def _first_known(prefix: str, kinds: Sequence[str]) -> exp.Expr:
    codes = [exp.column("customer_id", table=f"{prefix}_{kind}") for kind in kinds]
    return exp.Coalesce(this=codes[0], expressions=codes[1:]) if codes else exp.cast(exp.null(), "bigint")


def _gather(
    engine: Engine,
    params: Params,
    files: Mapping[str, Path],
    attributes: Mapping[str, str],
    window: tuple[datetime, datetime],
    with_code: _Joins,
) -> None:
    goal = expression(params.goal, "params.yaml: journeys.goal", [*EVENTS.columns, *attributes])
    parts = []
    for i, path in enumerate(files.values()):
        names = set(pyarrow.parquet.read_schema(path).names)
        kinds = [kind for kind, rule in params.identifiers.items() if rule.links and f"id_{kind}" in names]
        engine.view(f"events_{i}", path)
        joined = exp.select("e.*").from_(f"events_{i} as e")
        for kind in kinds:
            joined = joined.join(f"known_{kind}", on=_is_known(params.identifiers[kind]), join_type="left")
        columns: list[exp.Expr] = [exp.column(name) for name in _CARRIED]
        columns += [
            exp.column(name) if name in names else exp.alias_(exp.cast(exp.null(), kind), name)
            for name, kind in attributes.items()
        ]
        part = engine.bound(
            "customer_events",
            customer=exp.column("code"), goal=goal, columns=columns, window_start=window[0], cut_off=window[1],
        )  # fmt: skip
        parts.append(part.transform(_read_from(with_code(joined, kinds, f"events_{i}"))))
    engine.make("customer_events", parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False), lazily=True)


def _is_known(kind: IdentifierKind) -> str:
    """Return the condition that an event's identifier is that of a row of ``known_<kind>``."""
    condition = f"e.id_{kind.kind} = known_{kind.kind}.value_hash"
    if kind.reassigned_after is not None:  # the value may be another customer's at another time
        condition += f" and e.occurred_at between known_{kind.kind}.first_seen_at and known_{kind.kind}.last_seen_at"
    return condition


def _read_from(query: exp.Select) -> Callable[[exp.Expr], exp.Expr]:
    """Return a rewriting that puts a query in the place of the table ``source_events``."""

    def replace(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Table) and node.name == "source_events":
            return query.subquery("source_events")
        return node

    return replace
