"""Monthly: of each KPI and transition by month of entry, the sums that compare months – within runs and between them.

Only full months are kept: begun after the data do, and followed as long as the number needs. So any two of them are
cohorts of equal maturity.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd
from sqlglot import exp

from pipeline.engine import Engine
from pipeline.estimate.cells import MONEY_SCALE, Row
from pipeline.estimate.kpi_questions import UNITS
from pipeline.estimate.kpis import question
from pipeline.estimate.ranges import MOST_ROWS, frame_by_ranges, make_by_ranges
from pipeline.groups import month_of
from pipeline.monthly.calendar import MONTHS_ON_CHART, earlier_months, full_months
from pipeline.params import FROM_FIRST_SEEN, Kpi, Params
from pipeline.tables import EVERYBODY, LOST, UNRESOLVED

NOT_FOLLOWED = timedelta(0)
KPI, TRANSITION = "kpi", "transition"
# In the table numerators are in the unit of the ratio: points of a net promoter score, euros, shares.
_SCALES = {"money": 1 / MONEY_SCALE, "score": 1 / MONEY_SCALE, "points": 100.0, "share": 1.0}


@dataclass(frozen=True)
class _Question:
    """One call of the engine: items that share a denominator per customer and month."""

    measure: str
    columns: dict[str, str]  # column of numerators → the item's name, {} standing for the engine's item
    unit: str
    definition: str


def rows(engine: Engine, params: Params, cut_off: datetime) -> Iterator[Row]:
    """Yield, per item, group and pair of months, the sums over the customers that both have.

    A pair is a full month and itself; of the last month also the one before and the same one a year before; of KPIs any
    two months of a control chart. KPIs that begin with the first such step *seen* have none: their cohorts depend on
    where the data begin.
    """
    first = engine.row(exp.select("min(started_at) as first").from_("journeys"))["first"]
    if first is None:
        return
    for i, kpi in enumerate(params.kpis):
        if kpi.kind in FROM_FIRST_SEEN:
            continue
        follow_up, wait = (params.estimate.horizon, params.silence) if kpi.kind == "conversion" else (NOT_FOLLOWED,) * 2
        months = full_months(first + wait, cut_off - follow_up, params.workspace.time_zone)
        asked = make_kpi_months(engine, params, kpi, f"params.yaml: kpis[{i}]", cut_off)
        pairs = list(dict.fromkeys([*pairs_of(months), *pairs_on_chart(months)]))
        yield from _rows_of(engine, params, asked, pairs)
    months = full_months(first + params.silence, cut_off - params.estimate.horizon, params.workspace.time_zone)
    yield from _rows_of(engine, params, make_transition_months(engine, params), pairs_of(months))


def pairs_of(months: Sequence[str]) -> list[tuple[str, str]]:
    """Return each month with itself, and the last one with the month before and a year before, where they are full.

    Examples
    --------
    >>> pairs_of(["2026-02", "2026-03"])
    [('2026-02', '2026-02'), ('2026-03', '2026-03'), ('2026-03', '2026-02')]
    """
    own = [(month, month) for month in months]
    return own + [(months[-1], other) for other in earlier_months(months[-1]) if other in months] if months else []


def pairs_on_chart(months: Sequence[str]) -> list[tuple[str, str]]:
    """Return any two months that stand on one control chart, the later one first.

    Examples
    --------
    >>> pairs_on_chart(["2026-02", "2026-03", "2026-04"])
    [('2026-03', '2026-02'), ('2026-04', '2026-02'), ('2026-04', '2026-03')]
    """
    shown = months[-MONTHS_ON_CHART:]
    return [(later, earlier) for i, later in enumerate(shown) for earlier in shown[:i]]


# -- what the engine counts ------------------------------------------------------------------------------------------


def make_kpi_months(engine: Engine, params: Params, kpi: Kpi, where: str, cut_off: datetime) -> _Question:
    """Make ``customer_months`` of one KPI."""
    counts, moment, bindings = question(engine, params, kpi, where, cut_off)
    engine.make("customer_counts", counts, group=month_of(moment[1], params), item=kpi.id, **bindings)
    named = {"group": "period", "item": "item", "customer_id": "customer_id", "a": "a_0", "b": "b"}
    columns = [exp.alias_(exp.column(name, quoted=True), new) for name, new in named.items()]
    engine.make("customer_months", exp.select(*columns).from_("customer_counts"))
    return _Question(KPI, {"a_0": "{}"}, UNITS[kpi.kind], _definition(params, kpi))


def make_transition_months(engine: Engine, params: Params) -> _Question:
    """Make ``customer_months`` of the transition matrix."""
    targets = [*(stage.id for stage in params.stages), LOST, UNRESOLVED]
    names = {f"a_{i}": target for i, target in enumerate(targets)}
    counts = []
    for name, target in names.items():
        moved = exp.Case().when(exp.column("to_stage").eq(target), exp.column("n")).else_(exp.Literal.number(0))
        counts.append(exp.alias_(exp.cast(exp.Sum(this=moved), "bigint"), name))
    horizon_bin = params.estimate.duration_bins.index(params.estimate.horizon)
    asked = {"counts": counts, "horizon_bin": horizon_bin}
    make_by_ranges(engine, "customer_months", ["customer_transitions"], MOST_ROWS, **asked)
    items = {name: f"{{}}→{target}" for name, target in names.items()}
    return _Question(TRANSITION, items, "share", _definition(params, None))


def products(engine: Engine, columns: Sequence[str], pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Return ``monthly_products`` of the `customer_months` made before, in numbers: one row per persona, item, pair."""
    engine.load("period_pairs", pd.DataFrame(list(pairs), columns=["period", "other_period"]))
    sums = []
    for name in columns:
        sums.append(_exact_sum(f"this_month.{name}", None, name))
        for one, other, short in ((name, name, "aa"), (name, "b", "ab"), ("b", name, "ba")):
            sums.append(_exact_sum(f"this_month.{one}", f"other_month.{other}", f"{short}_{name}"))
    own = ["customers", "b", "bb", *(one.alias for one in sums)]
    found = frame_by_ranges(engine, "monthly_products", ["customer_months"], own, MOST_ROWS, sums=sums)
    return found.astype(dict.fromkeys(found.columns[5:], "float64"))


def _exact_sum(one: str, other: str | None, name: str) -> exp.Expr:
    """Return SQL for a sum in whole numbers of any size, as text."""
    value: exp.Expr = exp.cast(exp.to_column(one), "decimal(38, 0)")
    if other:
        value = exp.cast(exp.Mul(this=value, expression=exp.to_column(other)), "decimal(38, 0)")
    return exp.alias_(exp.cast(exp.Sum(this=value), "varchar"), name)


# -- rows --------------------------------------------------------------------------------------------------------


def _rows_of(engine: Engine, params: Params, asked: _Question, pairs: Sequence[tuple[str, str]]) -> Iterator[Row]:
    if not pairs:
        return
    found = products(engine, list(asked.columns), pairs)
    keys = ["item", "period", "other_period"]
    everybody = found.drop(columns="persona").groupby(keys, as_index=False).sum()
    yield from _items(everybody, asked, {"grouping": "all", "group": EVERYBODY})
    if "persona" in params.estimate.group_by:
        for persona in params.personas:
            own = found[found["persona"] == persona.id]
            yield from _items(own, asked, {"grouping": "persona", "group": persona.id})


def _items(found: pd.DataFrame, asked: _Question, group: Row) -> Iterator[Row]:
    scale = _SCALES[asked.unit]
    for column, name in asked.columns.items():
        for item, own in found.groupby("item", sort=True):
            if not own[f"aa_{column}"].any():
                continue  # nobody ever moved there
            for record in own.to_dict("records"):
                yield {
                    "measure": asked.measure, "item": name.format(item), **group, "unit": asked.unit,
                    "period": record["period"], "other_period": record["other_period"],
                    "definition": asked.definition, "n_customers": record["customers"],
                    "numerator": scale * record[column], "denominator": record["b"],
                    "nn": scale**2 * record[f"aa_{column}"], "nd": scale * record[f"ab_{column}"],
                    "dn": scale * record[f"ba_{column}"], "dd": record["bb"],
                }  # fmt: skip


def _definition(params: Params, kpi: Kpi | None) -> str:
    """Return 12 digits that change with anything declared that decides what is counted: not names, not targets."""
    declared = (
        (kpi.id, kpi.kind, kpi.when, kpi.within, kpi.top) if kpi else "transitions",
        params.silence, params.goal, params.starts_with, params.estimate.horizon, params.workspace.time_zone,
        [(stage.id, stage.when) for stage in params.stages],
        [(persona.id, persona.when) for persona in params.personas], params.traits, sorted(params.features.items()),
        list(params.identifiers.values()),
    )  # fmt: skip
    return hashlib.sha256(repr(declared).encode()).hexdigest()[:12]
