"""DVC stage *segment*: which persona each customer belongs to, by rules or clusters, and one card per persona."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import sqlglot
from sqlglot import exp

from pipeline.engine import Engine, bind, open_engine
from pipeline.expressions import DIALECT, expression
from pipeline.files import whole_folder, write_csv
from pipeline.params import Names, Params, Persona
from pipeline.params.clusters import persona_of
from pipeline.privacy.small_cells import NOBODY_THERE, SMALL, withhold
from pipeline.results import in_form, write_tables
from pipeline.segment.clusters import Found, find_clusters
from pipeline.stats.ratios import Sums, clipped, clustered_ratio, share_of_customers
from pipeline.tables import CLUSTER_NAMES, CLUSTERS, PERSONA_CARDS, PERSONAS, STEPS, SUPPRESSED_CARDS
from pipeline.workspace import Workspace

NOBODY = "(none)"
IN_ORDER = sqlglot.parse_one("select * from personas order by customer_id")


def main(workspace: Workspace, params: Params) -> None:
    """Write data/segment: personas, their cards, and the clusters they come from, where no rule declares them."""
    with workspace.temporary() as temporary, open_engine(params.engine, temporary) as engine:
        engine.read(STEPS, workspace.path(STEPS.path))
        found = make_personas(engine, params)
        personas = params.personas
        if params.clusters is not None and found is not None:
            named = {row["persona"]: Names(row["name_fr"], row["name_en"]) for row in found.names}
            personas = tuple(persona_of(params.clusters, name, names) for name, names in named.items())
        with whole_folder(workspace.path("data/segment")) as folder:
            engine.check(PERSONAS, "personas")
            engine.write(IN_ORDER, folder / "personas.parquet")
            columns = list(PERSONA_CARDS.columns)
            cards = [dict(zip(columns, persona_card(engine, params, one), strict=True)) for one in personas]
            shown, log = withhold(cards, PERSONA_CARDS, params.estimate.smallest_cell)
            written = pd.DataFrame(shown, columns=columns).astype({"n_customers": "Int64"})
            write_csv(written, folder / "persona_cards.csv")
            log += [row for card in shown for row in _traits_withheld(engine, params, card)]
            write_csv(in_form(log, SUPPRESSED_CARDS), folder / "suppressed_cards.csv")
            rows = ((CLUSTERS, found.tried if found else []), (CLUSTER_NAMES, found.names if found else []))
            write_tables(engine, {table.name: in_form(own, table) for table, own in rows}, folder)


def make_personas(engine: Engine, params: Params) -> Found | None:
    """Make ``personas``: the first persona whose rule holds, or the nearest cluster; nobody's customers are ``(none)``.

    Returns
    -------
    Found or None
        The clusters, where personas are found by them.
    """
    columns = list(engine.columns("steps"))
    features = [
        exp.alias_(expression(sql, f"params.yaml: features.{name}", columns, aggregate=True), name)
        for name, sql in params.features.items()
    ]
    known = ["first_seen_at", "value", *params.traits, *params.features]
    case = exp.Case()
    for i, persona in enumerate(params.personas if params.clusters is None else ()):
        rule = expression(persona.when, f"params.yaml: personas[{i}].when", known) if persona.when else exp.true()
        case = case.when(rule, exp.Literal.string(persona.id))
    customers = engine.bound(
        "customers",
        traits=[_earliest(name) for name in params.traits],
        features=features,
        persona=case.else_(exp.Literal.string(NOBODY)) if case.args.get("ifs") else exp.Literal.string(NOBODY),
    )
    wanted = ["customer_id", "persona", "first_seen_at", "value", *params.traits, *params.features]
    described = exp.select(*wanted).from_(exp.Subquery(this=customers, alias="customers"))
    if params.clusters is None:
        engine.make("personas", described)
        return None
    engine.make("described", described)
    found = find_clusters(engine, params, params.clusters)
    engine.load("cluster_of", found.personas)
    columns_of = [exp.column(name, "cluster_of" if name == "persona" else "described") for name in wanted]
    same = exp.column("customer_id", "described").eq(exp.column("customer_id", "cluster_of"))
    engine.make("personas", exp.select(*columns_of).from_("described").join("cluster_of", on=same))
    return found


def _earliest(trait: str) -> exp.Expr:
    """Return SQL for the earliest known value: the least (time, source rank, row) that has one, a total order."""
    # structs compare field by field, so ties in time fall to the step's position
    first = sqlglot.parse_one(
        "min({'at_time': occurred_at, 'at_position': position, 'seen': $trait}) filter (where $trait is not null)",
        read=DIALECT,
    )
    seen = exp.Dot(this=exp.Paren(this=bind(first, {"trait": exp.column(trait)})), expression=exp.to_identifier("seen"))
    return exp.alias_(seen, trait)


def persona_card(engine: Engine, params: Params, persona: Persona) -> tuple[object, ...]:
    """Return one row of persona_cards: size, money and up to three traits with their real ranges."""
    sums = engine.row("persona_sums", persona=persona.id)
    customers = int(sums["n_customers"])
    if customers < params.estimate.smallest_cell:
        return (persona.id, customers, *[None] * 9, NOBODY_THERE if customers == 0 else None)
    share = share_of_customers(customers, int(sums["n_everyone"]), params.estimate.level)
    money = _money_share(sums, params.estimate.level)
    traits = [_described(engine, persona.id, name, params.estimate.smallest_cell) for name in persona.describe_by]
    return (
        persona.id, customers, share.estimate, share.low, share.high, *money, *(traits + [None] * 3)[:3], None,
    )  # fmt: skip


def _money_share(sums: dict[str, Any], level: float) -> tuple[float | None, float | None, float | None]:
    """Return the persona's share of all money: Σ_c value_c 1(persona) / Σ_c value_c, clustered by customer."""
    if not sums["money"] or int(sums["n_everyone"]) < 2:
        return (None, None, None)
    own, own2 = (int(sums[name]) for name in ("own_money", "own_money2"))
    totals = Sums(int(sums["n_everyone"]), own, int(sums["money"]), own2, own2, int(sums["money2"]))
    share = clipped(clustered_ratio(totals, level), 0.0, 1.0)
    return (share.estimate, share.low, share.high)


def _traits_withheld(engine: Engine, params: Params, card: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return the log of the traits that a shown card does without, because few have them or few have not."""
    if card.get("note") is not None:
        return []
    declared = next(one for one in params.personas if one.id == card["persona"])
    told = {re.split("[:=]", str(card[f"trait_{i}"]))[0] for i in (1, 2, 3)}
    known = [name for name in declared.describe_by[:3] if name in engine.columns("personas")]
    where = {"table": PERSONA_CARDS.name, "grouping": "persona", "group": declared.id, "reason": SMALL, "rows": 1}
    return [{**where, "place": f"trait={name}"} for name in known if name not in told]


def _described(engine: Engine, persona: str, name: str, smallest_cell: int) -> str | None:
    """Return ``name: q1 | median | q3`` for numbers, ``name= value (share)`` for texts; the report words it."""
    column = engine.columns("personas").get(name, "")
    if not column:
        return None
    seen = exp.column(name, quoted=True)
    of_persona = exp.select(exp.alias_(seen, "seen"), "count(*) as n").from_("personas")
    of_persona = of_persona.where(exp.column("persona").eq(persona), seen.is_(exp.null()).not_())
    rows = engine.rows(of_persona.group_by("1").order_by("n desc", "seen"))
    total = sum(n for _, n in rows)
    if total < smallest_cell:
        return None
    if column == "VARCHAR" or column == "BOOLEAN":
        value, n = rows[0]
        if n < smallest_cell or 0 < total - n < smallest_cell:  # few have it, or few have not
            return None
        return f"{name}={value} ({n}/{total})"
    values = np.sort(np.repeat(np.array([float(value) for value, _ in rows]), [n for _, n in rows]))
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], method="inverted_cdf")
    return f"{name}: {low:.10g} | {middle:.10g} | {high:.10g}"
