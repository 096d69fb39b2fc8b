"""Events of all sources beside their customers, as one view: on the graph that was found, and on graphs redrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow.parquet
from sqlglot import exp

from pipeline.engine import Engine, literal
from pipeline.errors import ParcoursError
from pipeline.expressions import expression
from pipeline.params import IdentifierKind, Params
from pipeline.tables import EVENTS, STEPS
from pipeline.typing_rules import to_utc

_CARRIED = [name for name in EVENTS.columns if name in STEPS.columns]
_ENGINE_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "bool": "BOOLEAN", "timestamp[us]": "TIMESTAMP"}
CUSTOMER_EVENTS = "customer_events"
_Joins = Callable[[exp.Select, Sequence[str], str], exp.Select]


def attribute_types(files: Iterable[Path]) -> dict[str, str]:
    """Return the declared attributes of the event files and their types, in a fixed order."""
    found: dict[str, str] = {}
    for path in files:
        for field in pyarrow.parquet.read_schema(path):
            if field.name not in EVENTS.columns and not field.name.startswith("id_"):
                found[field.name] = _ENGINE_TYPES.get(str(field.type), "DECIMAL(18,6)")
    return dict(sorted(found.items()))


def observation_window(engine: Engine, params: Params, events: Path) -> tuple[datetime, datetime]:
    """Return (window_start, cut_off) in naive UTC: as declared, or the first and the latest event – never now."""
    engine.view("all_events", events / "*.parquet")
    seen = engine.row(exp.select("min(occurred_at) as first", "max(occurred_at) as last").from_("all_events"))
    if seen["first"] is None:
        raise ParcoursError(
            f"{EVENTS.path}: no event at all. Look into data/clean/conservation.csv for what became of the rows."
        )

    def moment(declared: str | None, otherwise: datetime) -> datetime:
        if declared is None:
            return otherwise
        local = literal(datetime.fromisoformat(declared))
        return engine.row(exp.select(exp.alias_(to_utc(local, params.workspace.time_zone), "moment")))["moment"]

    start, cut_off = moment(params.window_start, seen["first"]), moment(params.cut_off, seen["last"])
    if start >= cut_off or start > seen["last"] or cut_off < seen["first"]:
        raise ParcoursError(
            f"params.yaml: window: no event lies in {start} … {cut_off} (UTC); "
            f"events run from {seen['first']} to {seen['last']}."
        )
    return start, cut_off


def gather_events(
    engine: Engine,
    params: Params,
    files: Mapping[str, Path],
    attributes: Mapping[str, str],
    window: tuple[datetime, datetime],
) -> None:
    """Make the view ``customer_events``: all sources in the window, each event beside its customer."""
    _know(engine, params)
    _gather(engine, params, files, attributes, window, _found, CUSTOMER_EVENTS)


def gather_followed_events(
    engine: Engine,
    params: Params,
    files: Mapping[str, Path],
    attributes: Mapping[str, str],
    window: tuple[datetime, datetime],
) -> None:
    """Make the view ``followed_events``: each event beside the identifier it follows, under the name customer_id.

    Its columns ``node_<kind>`` are all identifiers that the event bears.
    """
    _know(engine, params)
    borne = [f"node_{kind}" for kind, rule in params.identifiers.items() if rule.links]

    def followed(joined: exp.Select, kinds: Sequence[str], events: str) -> exp.Select:
        own = _first_known("known", _own_first(engine, kinds, events), "node")
        nodes = {f"node_{kind}": exp.column("node", table=f"known_{kind}") for kind in kinds}
        nothing = exp.cast(exp.null(), "bigint")
        return joined.select(exp.alias_(own, "code"), *(exp.alias_(nodes.get(name, nothing), name) for name in borne))

    _gather(engine, params, files, attributes, window, followed, "followed_events", borne)


def _know(engine: Engine, params: Params) -> None:
    """Make a table of known identifiers for each kind: one is looked for among its own kind only."""
    for kind, rule in params.identifiers.items():
        if rule.links:
            known = exp.select("node", "value_hash", "customer_id", "first_seen_at", "last_seen_at").from_("identities")
            engine.make(f"known_{kind}", known.where(exp.column("kind").eq(kind), "not is_hub"))


def gather_redrawn_events(
    engine: Engine,
    params: Params,
    files: Mapping[str, Path],
    attributes: Mapping[str, str],
    window: tuple[datetime, datetime],
) -> None:
    """Make the view ``customer_events`` anew: events of customers that a redrawn graph changes, once per such graph.

    Needs ``gather_events`` before, and ``redrawn`` readable. An event whose identifiers fell apart is that customer's
    who has the identifier that most rows of the source bear: a visit stays with the device, an order with its number.
    """
    engine.make("replaced", exp.select("graph", "replaces as customer_id").distinct().from_("redrawn"))
    _gather(engine, params, files, attributes, window, lambda *parts: _redrawn(engine, *parts), CUSTOMER_EVENTS)


def _found(joined: exp.Select, kinds: Sequence[str], events: str) -> exp.Select:
    del events
    return joined.select(exp.alias_(_first_known("known", kinds), "code"))


def _redrawn(engine: Engine, joined: exp.Select, kinds: Sequence[str], events: str) -> exp.Select:
    own_first = _own_first(engine, kinds, events)
    found = exp.EQ(this=exp.column("customer_id", table="replaced"), expression=_first_known("known", kinds))
    joined = joined.join("replaced", on=found)
    for kind in own_first:
        on = f"redrawn_{kind}.graph = replaced.graph and redrawn_{kind}.node = known_{kind}.node"
        joined = joined.join(f"redrawn as redrawn_{kind}", on=on, join_type="left")
    return joined.select(exp.alias_(_first_known("redrawn", own_first), "code"))


def _own_first(engine: Engine, kinds: Sequence[str], events: str) -> list[str]:
    """Return the kinds in the order in which events of a source follow them: that which most of its rows bear first."""
    counts = engine.row(exp.select(*(f"count(id_{kind}) as {kind}" for kind in kinds)).from_(events)) if kinds else {}
    return sorted(kinds, key=lambda kind: -counts[kind])


def _first_known(prefix: str, kinds: Sequence[str], column: str = "customer_id") -> exp.Expr:
    codes = [exp.column(column, table=f"{prefix}_{kind}") for kind in kinds]
    return exp.Coalesce(this=codes[0], expressions=codes[1:]) if codes else exp.cast(exp.null(), "bigint")


def _gather(
    engine: Engine,
    params: Params,
    files: Mapping[str, Path],
    attributes: Mapping[str, str],
    window: tuple[datetime, datetime],
    with_code: _Joins,
    name: str,
    further: Sequence[str] = (),
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
        columns: list[exp.Expr] = [exp.column(name) for name in (*_CARRIED, *further)]
        columns += [
            exp.column(name) if name in names else exp.alias_(exp.cast(exp.null(), kind), name)
            for name, kind in attributes.items()
        ]
        part = engine.bound(
            "customer_events",
            customer=exp.column("code"), goal=goal, columns=columns, window_start=window[0], cut_off=window[1],
        )  # fmt: skip
        parts.append(part.transform(_read_from(with_code(joined, kinds, f"events_{i}"))))
    engine.make(name, parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False), lazily=True)


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
